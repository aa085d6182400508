import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { suggestHandle } from '../../../shared/domain/handle.ts'
import { sentenceOf } from '../../app/errors.ts'
import { useHostInfo, useSession } from '../../app/host-context.tsx'
import { codeOf, useServer } from '../../app/server.ts'
import type { WelcomeStep } from '../../app/setting-pages.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Notice } from '../../ui/notice.tsx'
import { deviceName } from './device-name.ts'
import { Failure } from './failure.tsx'
import { HandleField, useHandleCheck } from './handle-field.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { useProviders } from './queries.tsx'
import { useTask } from './use-task.ts'
import { VerifyMail } from './verify-mail.tsx'

type Props = { onGo(step: WelcomeStep): void; onKnown(email: string): void }

export function SignUp({ onGo, onKnown }: Props) {
  const { t } = useTranslation('account')
  const server = useServer()
  const info = useHostInfo()
  const { signIn } = useSession()
  const providers = useProviders()
  const [name, setName] = useState('')
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [chosen, setChosen] = useState<string | null>(null)
  const [isMailed, setMailed] = useState(false)
  const task = useTask()
  // Follows the name until the person writes a handle of their own.
  const handle = chosen ?? (name.trim() === '' ? '' : suggestHandle(name))
  const check = useHandleCheck(handle)
  const isWeak = codeOf(task.error) === 'password_weak'

  const signInNow = async (signal: AbortSignal) => {
    const answer = await server.call<{ token?: string }>('/api/auth/sign-in/email', {
      body: { email: email.trim(), password, deviceName: deviceName(info) },
      signal,
    })
    if (answer.token) await signIn(answer.token)
    else onGo('sign-in')
  }
  const submit = () =>
    task.run(async (signal) => {
      const { verification } = await server.call<{ verification: 'required' | 'optional' }>('/api/auth/sign-up/email', {
        body: { name: name.trim(), email: email.trim(), password, handle },
        signal,
      })
      onKnown(email.trim())
      if (verification === 'required') setMailed(true)
      else await signInNow(signal)
    })

  if (isMailed) {
    return <VerifyMail email={email.trim()} onSignIn={signInNow} onBack={() => onGo('sign-in')} />
  }
  if (providers.data?.signUp === 'closed') {
    return (
      <div className="welcome-step">
        <h1>{t('signUp.title')}</h1>
        <Notice>{t('signUp.closed')}</Notice>
        <Button onPress={() => onGo('sign-in')}>{t('signUp.signIn')}</Button>
      </div>
    )
  }
  return (
    <form
      className="welcome-step"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        if (check.state !== 'refused') void submit()
      }}
    >
      <h1>{t('signUp.title')}</h1>
      <p className="welcome-lead">{t('signUp.text')}</p>
      {!isWeak && <Failure error={task.error} onRetry={submit} />}
      <TextField
        label={t('name.label')}
        hint={t('name.hint')}
        name="name"
        autoComplete="name"
        isRequired
        maxLength={80}
        autoFocus
        value={name}
        onChange={setName}
      />
      <HandleField value={handle} onChange={setChosen} check={check} />
      <TextField
        label={t('email')}
        type="email"
        name="email"
        autoComplete="username"
        isRequired
        maxLength={254}
        value={email}
        onChange={setEmail}
      />
      <NewPasswordField
        label={t('password')}
        value={password}
        onChange={(value) => {
          setPassword(value)
          if (isWeak) task.clear()
        }}
        own={[name, handle, email.split('@')[0] ?? '']}
        error={isWeak ? sentenceOf(task.error, t) : undefined}
      />
      <Button type="submit" variant="primary" isPending={task.isRunning} className="welcome-primary">
        {t(task.isRunning ? 'signUp.running' : 'signUp.action')}
      </Button>
      <div className="welcome-links">
        <span className="meta">{t('signUp.have')}</span>
        <button type="button" className="link" onClick={() => onGo('sign-in')}>
          {t('signUp.signIn')}
        </button>
      </div>
    </form>
  )
}
