import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import { toast } from '../../ui/toast.tsx'
import { BackupCodes } from './backup-codes.tsx'
import { PasswordFirst } from './password-first.tsx'

/** New backup codes in place of the old ones. */
export function BackupCodesDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  const [codes, setCodes] = useState<string[] | null>(null)
  if (codes) return <BackupCodes codes={codes} onClose={onClose} />
  return (
    <PasswordFirst
      title={t('security.newCodes')}
      action={t('security.newCodes')}
      onClose={onClose}
      onPassword={async (password, signal) => {
        const { backupCodes } = await server.call<{ backupCodes: string[] }>(
          '/api/auth/two-factor/generate-backup-codes',
          { body: { password }, signal },
        )
        setCodes(backupCodes)
      }}
    >
      {t('security.newCodesText')}
    </PasswordFirst>
  )
}

export function DisableDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  return (
    <PasswordFirst
      title={t('security.disableTitle')}
      action={t('security.disable')}
      tone="danger"
      onClose={onClose}
      onPassword={async (password, signal) => {
        await server.call('/api/auth/two-factor/disable', { body: { password }, signal })
        toast({ message: t('security.isOff') })
        onClose()
      }}
    >
      {t('security.disableText')}
    </PasswordFirst>
  )
}
