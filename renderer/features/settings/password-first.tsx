import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/fields.tsx'
import { FormDialog } from './form-dialog.tsx'

/** A change to how the account is guarded asks for the password first. */
export function PasswordFirst({
  title,
  action,
  tone,
  children,
  onPassword,
  onClose,
}: {
  title: string
  action: string
  tone?: 'danger' | undefined
  children: ReactNode
  onPassword(password: string, signal: AbortSignal): Promise<void>
  onClose(): void
}) {
  const { t } = useTranslation('settings')
  const [password, setPassword] = useState('')
  return (
    <FormDialog
      title={title}
      action={action}
      tone={tone}
      size="small"
      onSend={(signal) => onPassword(password, signal)}
      onClose={onClose}
    >
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
    </FormDialog>
  )
}
