import { ExternalLink, KeyRound } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHost, useHostInfo, useSession } from '../../app/host-context.tsx'
import { useServer } from '../../app/server.ts'
import type { WelcomeStep } from '../../app/setting-pages.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Notice } from '../../ui/notice.tsx'
import { deviceName } from './device-name.ts'
import { Failure } from './failure.tsx'
import { useProviders } from './queries.tsx'
import { SecondStep } from './second-step.tsx'
import { useTask } from './use-task.ts'

type Props = { email: string; isAgain: boolean; onBack: (() => void) | null; onGo(step: WelcomeStep): void }

type Answer = { token: string } | { secondFactor: true; challenge: string }

export function SignIn({ email: known, isAgain, onBack, onGo }: Props) {
  const { t } = useTranslation('account')
  const server = useServer()
  const host = useHost()
  const info = useHostInfo()
  const { signIn } = useSession()
  const providers = useProviders()
  const [email, setEmail] = useState(known)
  const [password, setPassword] = useState('')
  const [challenge, setChallenge] = useState<string | null>(null)
  const task = useTask()
  const browser = useTask()

  const submit = () =>
    task.run(async (signal) => {
      const answer = await server.call<Answer>('/api/auth/sign-in/email', {
        body: { email: email.trim(), password, deviceName: deviceName(info) },
        signal,
      })
      if ('challenge' in answer) setChallenge(answer.challenge)
      else await signIn(answer.token)
    })
  const inBrowser = (provider: string) =>
    browser.run(async (signal) => {
      const { token } = await host.session.signInWithBrowser({ provider }, { signal })
      await signIn(token)
    })

  if (challenge !== null) return <SecondStep challenge={challenge} onBack={() => setChallenge(null)} />
  if (browser.isRunning) {
    return (
      <div className="welcome-step">
        <h1>{t('browser.title')}</h1>
        <p className="welcome-lead">{t('browser.text')}</p>
        <Button onPress={browser.cancel}>{t('ui:cancel')}</Button>
      </div>
    )
  }
  return (
    <form
      className="welcome-step"
      onSubmit={(event: FormEvent) => {
        event.preventDefault()
        void submit()
      }}
    >
      <h1>{t(isAgain ? 'signIn.titleAgain' : 'signIn.title')}</h1>
      {isAgain && <p className="welcome-lead">{t('signIn.textAgain')}</p>}
      <Failure error={task.error} onRetry={submit} />
      <Failure error={browser.error} />
      {providers.isError && !task.error && <Failure error={providers.error} onRetry={() => void providers.refetch()} />}
      <TextField
        label={t('email')}
        type="email"
        name="email"
        autoComplete="username"
        isRequired
        autoFocus={known === ''}
        value={email}
        onChange={setEmail}
      />
      <TextField
        label={t('password')}
        type="password"
        name="password"
        autoComplete="current-password"
        isRequired
        autoFocus={known !== ''}
        value={password}
        onChange={setPassword}
      />
      <Button type="submit" variant="primary" isPending={task.isRunning} className="welcome-primary">
        {t(task.isRunning ? 'signIn.running' : 'signIn.action')}
      </Button>
      <div className="welcome-links">
        <button type="button" className="link" onClick={() => onGo('reset')}>
          {t('signIn.forgotten')}
        </button>
        {onBack ? (
          <button type="button" className="link" onClick={onBack}>
            {t('signIn.back')}
          </button>
        ) : (
          providers.data?.signUp !== 'closed' && (
            <button type="button" className="link" onClick={() => onGo('sign-up')}>
              {t('signIn.signUp')}
            </button>
          )
        )}
      </div>
      <div className="welcome-or">
        <span>{t('signIn.or')}</span>
      </div>
      <div className="welcome-providers">
        {providers.data?.providers.map((provider) => (
          <Button key={provider.id} icon={<KeyRound aria-hidden />} onPress={() => inBrowser(provider.id)}>
            {t('signIn.with', { provider: provider.name })}
          </Button>
        ))}
        <Button icon={<ExternalLink aria-hidden />} onPress={() => inBrowser('password')}>
          {t('signIn.inBrowser')}
        </Button>
      </div>
      {info.can.secrets === 'plain' && <Notice tone="amber">{t('signIn.plainSecrets')}</Notice>}
    </form>
  )
}
