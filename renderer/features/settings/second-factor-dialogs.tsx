import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { useTask } from '../account/use-task.ts'
import { BackupCodes } from './backup-codes.tsx'

/** New backup codes in place of the old ones. */
export function BackupCodesDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  const [codes, setCodes] = useState<string[] | null>(null)
  if (codes) {
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
        <BackupCodes codes={codes} />
      </Dialog>
    )
  }
  return (
    <WithPassword
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
    </WithPassword>
  )
}

export function DisableDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const server = useServer()
  return (
    <WithPassword
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
    </WithPassword>
  )
}

/** A change to how the account is guarded asks for the password first. */
function WithPassword({
  title,
  action,
  tone = 'primary',
  children,
  onClose,
  onPassword,
}: {
  title: string
  action: string
  tone?: 'primary' | 'danger'
  children: ReactNode
  onClose(): void
  onPassword(password: string, signal: AbortSignal): Promise<void>
}) {
  const { t } = useTranslation('settings')
  const [password, setPassword] = useState('')
  const task = useTask()
  const send = () => void task.run((signal) => onPassword(password, signal))
  return (
    <Dialog
      title={title}
      size="small"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('ui:cancel')}</Button>
          <Button type="submit" form="with-password" variant={tone} isPending={task.isRunning}>
            {action}
          </Button>
        </>
      }
    >
      <form
        id="with-password"
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          send()
        }}
      >
        <Failure error={task.error} onRetry={send} />
        <p>{children}</p>
        <TextField
          label={t('security.password')}
          type="password"
          autoComplete="current-password"
          isRequired
          autoFocus
          value={password}
          onChange={setPassword}
        />
      </form>
    </Dialog>
  )
}
