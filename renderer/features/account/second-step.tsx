import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo, useSession } from '../../app/host-context.tsx'
import { useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { deviceName } from './device-name.ts'
import { Failure } from './failure.tsx'
import { useTask } from './use-task.ts'

/** The second step of a sign-in: the code of the authenticator app, or one of the backup codes. */
export function SecondStep({ challenge, onBack }: { challenge: string; onBack(): void }) {
  const { t } = useTranslation('account')
  const server = useServer()
  const info = useHostInfo()
  const { signIn } = useSession()
  const [kind, setKind] = useState<'totp' | 'backup'>('totp')
  const [code, setCode] = useState('')
  const task = useTask()

  const submit = () =>
    task.run(async (signal) => {
      const path = kind === 'totp' ? 'verify-totp' : 'verify-backup-code'
      const { token } = await server.call<{ token: string }>(`/api/auth/two-factor/${path}`, {
        body: {
          code: kind === 'totp' ? code.replace(/\D/g, '') : code.trim(),
          challenge,
          deviceName: deviceName(info),
        },
        signal,
      })
      await signIn(token)
    })

  return (
    <form
      className="welcome-step"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h1>{t('second.title')}</h1>
      <p className="welcome-lead">{t(`second.${kind}.text`)}</p>
      <Failure error={task.error} onRetry={submit} />
      <TextField
        key={kind}
        label={t(`second.${kind}.label`)}
        name="code"
        inputMode={kind === 'totp' ? 'numeric' : 'text'}
        autoComplete="one-time-code"
        spellCheck="false"
        isRequired
        autoFocus
        value={code}
        onChange={setCode}
      />
      <Button type="submit" variant="primary" isPending={task.isRunning} className="welcome-primary">
        {t('signIn.action')}
      </Button>
      <div className="welcome-links">
        <button
          type="button"
          className="link"
          onClick={() => {
            setKind(kind === 'totp' ? 'backup' : 'totp')
            setCode('')
            task.clear()
          }}
        >
          {t(`second.${kind}.other`)}
        </button>
        <button type="button" className="link" onClick={onBack}>
          {t('second.back')}
        </button>
      </div>
    </form>
  )
}
