import { type FormEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { sentenceOf } from '../../app/errors.ts'
import { codeOf } from '../../app/server.ts'
import { useStartUp } from '../../app/start-up.ts'
import { useTitle } from '../../app/title.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { TextField } from '../../ui/fields.tsx'
import { Failure } from './failure.tsx'
import { useTask } from './use-task.ts'
import { WelcomeFrame } from './welcome-frame.tsx'

type Props = {
  email: string
  /** Why the key is not to be had at all; null where the passphrase opens it. */
  error: unknown
}

/** What is kept on this device is encrypted, and nothing of it is open: its passphrase is asked for. */
export default function Unlock({ email, error }: Props) {
  const { t } = useTranslation('account')
  const startUp = useStartUp()
  const [passphrase, setPassphrase] = useState('')
  const [isAsking, setAsking] = useState(false)
  const unlocking = useTask()
  const forgetting = useTask()
  const title = t(error === null ? 'unlock.title' : 'unlock.lostTitle')
  useTitle(title)
  const wrong = codeOf(unlocking.error) === 'passphrase_wrong'
  const forget = () => void forgetting.run(startUp.forget)

  return (
    <WelcomeFrame>
      <form
        className="welcome-step"
        onSubmit={(event: FormEvent) => {
          event.preventDefault()
          void unlocking.run(() => startUp.unlock(passphrase))
        }}
      >
        <h1>{title}</h1>
        <Failure error={forgetting.error} />
        {error === null ? (
          <>
            <p className="welcome-lead">{t('unlock.text', { email })}</p>
            {!wrong && <Failure error={unlocking.error} />}
            <TextField
              label={t('unlock.passphrase')}
              type="password"
              name="passphrase"
              autoComplete="current-password"
              isRequired
              autoFocus
              value={passphrase}
              onChange={(value) => {
                setPassphrase(value)
                unlocking.clear()
              }}
              error={wrong ? sentenceOf(unlocking.error, t) : undefined}
            />
            <Button type="submit" variant="primary" isPending={unlocking.isRunning} className="welcome-primary">
              {t('unlock.action')}
            </Button>
          </>
        ) : (
          <>
            <Failure error={error} />
            <Button variant="primary" className="welcome-primary" onPress={() => location.reload()}>
              {t('app:error.again')}
            </Button>
          </>
        )}
        <div className="welcome-links">
          <button type="button" className="link" onClick={() => setAsking(true)}>
            {t(error === null ? 'unlock.forgotten' : 'unlock.giveUp')}
          </button>
        </div>
      </form>
      <ConfirmDialog
        title={t('unlock.removeTitle')}
        confirm={t('unlock.remove')}
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        onConfirm={forget}
      >
        <p>{t('unlock.removeText')}</p>
      </ConfirmDialog>
    </WelcomeFrame>
  )
}
