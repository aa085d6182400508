import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import { TextField } from '../../ui/fields.tsx'
import { toast } from '../../ui/toast.tsx'
import { BackupCodes } from './backup-codes.tsx'
import { FormDialog } from './form-dialog.tsx'
import { PasswordFirst } from './password-first.tsx'
import { QrCode } from './qr-code.tsx'

type Begun = { totpURI: string; backupCodes: string[] }

/** Password → QR and a first code → backup codes. It is on only once a code has proved that the app works. */
export function SecondFactorSetUp({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  const [code, setCode] = useState('')
  const [begun, setBegun] = useState<Begun | null>(null)
  const [isOn, setOn] = useState(false)

  if (!begun) {
    return (
      <PasswordFirst
        title={t('security.setUpTitle')}
        action={t('security.next')}
        onClose={onClose}
        onPassword={async (password, signal) => {
          setBegun(await server.call<Begun>('/api/auth/two-factor/enable', { body: { password }, signal }))
        }}
      >
        {t('security.setUpText')}
      </PasswordFirst>
    )
  }
  if (isOn) return <BackupCodes codes={begun.backupCodes} onClose={onClose} />
  return (
    <FormDialog
      title={t('security.setUpTitle')}
      action={t('security.confirm')}
      onClose={onClose}
      onSend={async (signal) => {
        await server.call('/api/auth/two-factor/verify-totp', { body: { code: code.replace(/\D/g, '') }, signal })
        setOn(true)
        toast({ message: t('security.isOn') })
      }}
    >
      <p>{t('security.scan')}</p>
      <div className="second-factor">
        <QrCode text={begun.totpURI} label={t('security.qr')} />
        <div className="second-factor-secret">
          <span className="field-hint">{t('security.secret')}</span>
          <code>{secretOf(begun.totpURI)}</code>
        </div>
      </div>
      <TextField
        label={t('security.code')}
        inputMode="numeric"
        autoComplete="one-time-code"
        maxLength={9}
        isRequired
        autoFocus
        value={code}
        onChange={setCode}
      />
    </FormDialog>
  )
}

/** The shared secret in groups of four, for apps without a camera. */
const secretOf = (uri: string): string =>
  (new URL(uri).searchParams.get('secret') ?? '').match(/.{1,4}/g)?.join(' ') ?? ''
