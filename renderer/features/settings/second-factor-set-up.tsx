import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'
import { BackupCodes } from './backup-codes.tsx'
import { QrCode } from './qr-code.tsx'

type Begun = { totpURI: string; backupCodes: string[] }

/** Password → QR and a first code → backup codes. It is on only once a code has proved that the app works. */
export function SecondFactorSetUp({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const [begun, setBegun] = useState<Begun | null>(null)
  const [isOn, setOn] = useState(false)
  const task = useTask()

  const begin = () =>
    task.run(async (signal) => {
      setBegun(await server.call<Begun>('/api/auth/two-factor/enable', { body: { password }, signal }))
    })
  const confirm = () =>
    task.run(async (signal) => {
      await server.call('/api/auth/two-factor/verify-totp', { body: { code: code.replace(/\D/g, '') }, signal })
      setOn(true)
      toast({ message: t('security.isOn') })
    })
  const send = () => void (begun ? confirm() : begin())

  if (begun && isOn) {
    return (
      <Dialog
        title={t('security.codesTitle')}
        isOpen
        onClose={onClose}
        actions={
          <Button variant="primary" onPress={onClose}>
            {t('security.codesKept')}
          </Button>
        }
      >
        <BackupCodes codes={begun.backupCodes} />
      </Dialog>
    )
  }
  return (
    <Dialog
      title={t('security.setUpTitle')}
      isOpen
      onClose={onClose}
      actions={
        <Button type="submit" form="second-factor" variant="primary" isPending={task.isRunning}>
          {t(begun ? 'security.confirm' : 'security.next')}
        </Button>
      }
    >
      <form
        id="second-factor"
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Failure error={task.error} onRetry={send} />
        {begun ? (
          <>
            <p>{t('security.scan')}</p>
            <div className="second-factor">
              <QrCode text={begun.totpURI} label={t('security.qr')} />
              <div className="second-factor-secret">
                <span className="field-hint">{t('security.secret')}</span>
                <code>{secretOf(begun.totpURI)}</code>
              </div>
            </div>
            <TextField
              key="code"
              label={t('security.code')}
              inputMode="numeric"
              autoComplete="one-time-code"
              maxLength={9}
              isRequired
              autoFocus
              value={code}
              onChange={setCode}
            />
          </>
        ) : (
          <>
            <p>{t('security.setUpText')}</p>
            <TextField
              key="password"
              label={t('security.password')}
              type="password"
              autoComplete="current-password"
              isRequired
              autoFocus
              value={password}
              onChange={setPassword}
            />
          </>
        )}
      </form>
    </Dialog>
  )
}

/** The shared secret in groups of four, for apps without a camera. */
const secretOf = (uri: string): string =>
  (new URL(uri).searchParams.get('secret') ?? '').match(/.{1,4}/g)?.join(' ') ?? ''
