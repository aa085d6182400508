import { MailCheck } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useServer } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from './failure.tsx'
import { useTask } from './use-task.ts'

/** After a sign-up on a server that wants the address confirmed. */
export function VerifyMail({
  email,
  onSignIn,
  onBack,
}: {
  email: string
  onSignIn(signal: AbortSignal): Promise<void>
  onBack(): void
}) {
  const { t } = useTranslation('account')
  const server = useServer()
  const entering = useTask()
  const resending = useTask()
  const resend = () =>
    resending.run(async (signal) => {
      await server.call('/api/auth/send-verification-email', { body: { email }, signal })
      toast({ message: t('verify.resent', { email }) })
    })
  return (
    <div className="welcome-step">
      <MailCheck className="welcome-picture" aria-hidden />
      <h1>{t('verify.title')}</h1>
      <p className="welcome-lead">{t('verify.text', { email })}</p>
      <Failure error={entering.error ?? resending.error} />
      <Button
        variant="primary"
        className="welcome-primary"
        isPending={entering.isRunning}
        onPress={() => entering.run(onSignIn)}
      >
        {t('verify.action')}
      </Button>
      <div className="welcome-links">
        <button type="button" className="link" onClick={resend} disabled={resending.isRunning}>
          {t('verify.resend')}
        </button>
        <button type="button" className="link" onClick={onBack}>
          {t('reset.back')}
        </button>
      </div>
    </div>
  )
}
