import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { useSignedIn } from '../../app/host-context.tsx'
import { codeOf, useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { NewPasswordField } from '../account/new-password-field.tsx'
import { useTask } from '../account/use-task.ts'

export function PasswordDialog({ onClose }: { onClose(): void }) {
  const { t } = useTranslation('settings')
  const { name, handle, email } = useSignedIn()
  const server = useServer()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const task = useTask()
  const code = codeOf(task.error)
  const isOwnError = code === 'password_weak' || code === 'password_wrong'
  const save = async () => {
    const done = await task.run(async (signal) => {
      await server.call('/api/auth/change-password', {
        body: { currentPassword: current, newPassword: next, revokeOtherSessions: true },
        signal,
      })
      toast({ message: t('account.passwordChanged') })
    })
    if (done) onClose()
  }
  return (
    <Dialog
      title={t('account.passwordTitle')}
      isOpen
      onClose={onClose}
      actions={
        <Button type="submit" form="password-form" variant="primary" isPending={task.isRunning}>
          {t('account.passwordAction')}
        </Button>
      }
    >
      <form
        id="password-form"
        className="setting-form"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        {!isOwnError && <Failure error={task.error} onRetry={() => void save()} />}
        <TextField
          label={t('account.passwordCurrent')}
          type="password"
          autoComplete="current-password"
          isRequired
          autoFocus
          value={current}
          onChange={(value) => {
            setCurrent(value)
            task.clear()
          }}
          error={code === 'password_wrong' ? sentenceOf(task.error, t) : undefined}
        />
        <NewPasswordField
          label={t('account.passwordNew')}
          value={next}
          onChange={(value) => {
            setNext(value)
            task.clear()
          }}
          own={[name, handle, email.split('@')[0] ?? '']}
          error={code === 'password_weak' ? sentenceOf(task.error, t) : undefined}
        />
        <p>{t('account.passwordText')}</p>
      </form>
    </Dialog>
  )
}
