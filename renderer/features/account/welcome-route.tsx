import { useNavigate, useSearch } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useHostInfo } from '../../app/host-context.tsx'
import { type WelcomeStep, welcomeSteps } from '../../app/setting-pages.ts'
import { useTitle } from '../../app/title.ts'
import { ServerQueries } from './queries.tsx'
import { ResetPassword } from './reset-password.tsx'
import { SignIn } from './sign-in.tsx'
import { SignUp } from './sign-up.tsx'
import { WelcomeFrame } from './welcome-frame.tsx'

type Props = {
  /** Of the person whose session has ended on this device, else empty. */
  email: string
  /** Back to the open studio, where there is one. */
  onBack: (() => void) | null
}

/** What nobody-yet sees: sign in, sign up, a forgotten password. */
export default function WelcomeRoute({ email, onBack }: Props) {
  const { t } = useTranslation('account')
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const { serverUrl } = useHostInfo()
  const [known, setKnown] = useState(email)
  // Over an open studio the address stays that of the work.
  const [overStep, setOverStep] = useState<WelcomeStep>('sign-in')
  const step: WelcomeStep = onBack ? overStep : (welcomeSteps.find((each) => each === search.step) ?? 'sign-in')
  const go = (next: WelcomeStep) => {
    if (onBack) setOverStep(next)
    else void navigate({ to: '/welcome', search: next === 'sign-in' ? {} : { step: next } })
  }
  useTitle(t(`title.${step}`))

  return (
    <ServerQueries>
      <WelcomeFrame foot={<p className="welcome-server meta">{t('server', { host: new URL(serverUrl).host })}</p>}>
        {step === 'sign-in' && <SignIn key={known} email={known} isAgain={onBack !== null} onBack={onBack} onGo={go} />}
        {step === 'sign-up' && <SignUp onGo={go} onKnown={setKnown} />}
        {step === 'reset' && <ResetPassword email={known} onGo={go} />}
      </WelcomeFrame>
    </ServerQueries>
  )
}
