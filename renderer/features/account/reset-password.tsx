import { CircleCheck, MailCheck } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import type { WelcomeStep } from '../../app/setting-pages.ts'
import { Button } from '../../ui/button.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Failure } from './failure.tsx'
import { NewPasswordField } from './new-password-field.tsx'
import { tokenOfLink } from './reset-link.ts'
import { useTask } from './use-task.ts'

/**
 * A forgotten password. The mail's link leads to a page of the server that finishes it; where the mail was opened on
 * another device, the link can be pasted here instead.
 */
export function ResetPassword({ email: known, onGo }: { email: string; onGo(step: WelcomeStep): void }) {
  const { t } = useTranslation('account')
  const server = useServer()
  const [email, setEmail] = useState(known)
  const [stage, setStage] = useState<'ask' | 'sent' | 'paste' | 'done'>('ask')
  const [link, setLink] = useState('')
  const [password, setPassword] = useState('')
  const task = useTask()

  const ask = () =>
    task.run(async (signal) => {
      await server.call('/api/auth/request-password-reset', { body: { email: email.trim() }, signal })
      setStage('sent')
    })
  const finish = () =>
    task.run(async (signal) => {
      await server.call('/api/auth/reset-password', {
        body: { token: tokenOfLink(link), newPassword: password },
        signal,
      })
      setStage('done')
    })
  const onSubmit = (send: () => Promise<boolean>) => (event: FormEvent) => {
    event.preventDefault()
    void send()
  }
  const back = (
    <button type="button" className="link" onClick={() => onGo('sign-in')}>
      {t('reset.back')}
    </button>
  )

  switch (stage) {
    case 'ask':
      return (
        <form className="welcome-step" onSubmit={onSubmit(ask)}>
          <h1>{t('reset.title')}</h1>
          <p className="welcome-lead">{t('reset.text')}</p>
          <Failure error={task.error} onRetry={ask} />
          <TextField
            label={t('email')}
            type="email"
            name="email"
            autoComplete="username"
            isRequired
            autoFocus
            value={email}
            onChange={setEmail}
          />
          <Button type="submit" variant="primary" isPending={task.isRunning} className="welcome-primary">
            {t('reset.action')}
          </Button>
          <div className="welcome-links">{back}</div>
        </form>
      )
    case 'sent':
      return (
        <div className="welcome-step">
          <MailCheck className="welcome-picture" aria-hidden />
          <h1>{t('reset.sentTitle')}</h1>
          <p className="welcome-lead">{t('reset.sentText', { email: email.trim() })}</p>
          <div className="welcome-links">
            {back}
            <button type="button" className="link" onClick={() => setStage('paste')}>
              {t('reset.paste')}
            </button>
          </div>
        </div>
      )
    case 'paste':
      return (
        <form className="welcome-step" onSubmit={onSubmit(finish)}>
          <h1>{t('reset.pasteTitle')}</h1>
          <p className="welcome-lead">{t('reset.pasteText')}</p>
          <Failure error={task.error} onRetry={finish} />
          <TextField
            label={t('reset.link')}
            name="link"
            autoComplete="off"
            spellCheck="false"
            isRequired
            autoFocus
            value={link}
            onChange={setLink}
          />
          <NewPasswordField label={t('reset.newPassword')} value={password} onChange={setPassword} own={[email]} />
          <Button type="submit" variant="primary" isPending={task.isRunning} className="welcome-primary">
            {t('reset.finish')}
          </Button>
          <div className="welcome-links">{back}</div>
        </form>
      )
    case 'done':
      return (
        <div className="welcome-step">
          <CircleCheck className="welcome-picture" aria-hidden />
          <h1>{t('reset.doneTitle')}</h1>
          <p className="welcome-lead">{t('reset.doneText')}</p>
          <Button variant="primary" className="welcome-primary" onPress={() => onGo('sign-in')} autoFocus>
            {t('signIn.action')}
          </Button>
        </div>
      )
  }
}
