import { Link } from '@tanstack/react-router'
import { Archive } from 'lucide-react'
import type { RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useStudio } from '../data/hooks.tsx'
import type { SyncStatus } from '../data/types.ts'
import { Button } from '../ui/button.tsx'
import { Notice } from '../ui/notice.tsx'
import { PopoverAt } from '../ui/popover.tsx'
import { useAsideCount } from './aside-count.ts'
import { sentenceOfProblem } from './errors.ts'
import { useFormat } from './format.ts'
import { useNow } from './now.ts'
import { useStartUp } from './start-up.ts'
import { wayToSync } from './sync-words.ts'

type Props = { status: SyncStatus; trigger: RefObject<HTMLElement | null>; onClose(): void }

/** What lies behind the sync mark: when, what waits, what was refused, and another try. */
export default function SyncDetails({ status, trigger, onClose }: Props) {
  const { t } = useTranslation('app')
  return (
    <PopoverAt label={t('sync.title')} trigger={trigger} placement="top start" onClose={onClose}>
      <Details status={status} onClose={onClose} />
    </PopoverAt>
  )
}

function Details({ status, onClose }: { status: SyncStatus; onClose(): void }) {
  const { t } = useTranslation('app')
  const { ago, exact } = useFormat()
  const now = useNow(10_000)
  const studio = useStudio()
  const startUp = useStartUp()
  const { phase, waiting, lastSyncAt, refused, problem } = status
  const way = wayToSync(phase)
  const aside = useAsideCount()
  return (
    <div className="sync-details">
      <p className="sync-details-main">
        {waiting > 0 ? t('sync.waitingText', { count: waiting }) : lastSyncAt !== null && t('sync.safeText')}
      </p>
      {phase === 'offline' && <p>{t('sync.offlineText')}</p>}
      {phase === 'signed-out' && <p>{t('sync.signedOutText')}</p>}
      {phase === 'outdated' && <p>{t('sync.outdatedText')}</p>}
      {problem && phase !== 'offline' && way === 'try' && (
        <Notice tone="amber" detail={problem.code}>
          {sentenceOfProblem(problem, t)}
        </Notice>
      )}
      {refused.length > 0 && (
        <Notice tone="red" title={t('sync.refusedTitle')}>
          <ul className="sync-refused">
            {refused.slice(0, 5).map((each) => (
              <li key={`${each.collection}/${each.id}`}>{sentenceOfProblem(each, t)}</li>
            ))}
          </ul>
        </Notice>
      )}
      {aside > 0 && (
        <Link to="/aside" className="sync-aside" onClick={onClose}>
          <Archive aria-hidden />
          {t('sync.aside', { count: aside })}
        </Link>
      )}
      <footer className="sync-details-foot">
        <span className="meta num" title={lastSyncAt === null ? undefined : exact(lastSyncAt)}>
          {lastSyncAt === null ? t('sync.never') : t('sync.lastSync', { when: ago(lastSyncAt, now) })}
        </span>
        {way === 'sign-in' ? (
          <Button
            size="compact"
            variant="primary"
            onPress={() => {
              onClose()
              startUp.askToSignInAgain(true)
            }}
          >
            {t('sync.signIn')}
          </Button>
        ) : way === 'reload' ? (
          // A newer studio comes with a new page.
          <Button size="compact" variant="primary" onPress={() => location.reload()}>
            {t('error.reload')}
          </Button>
        ) : (
          <Button size="compact" onPress={() => studio.sync.nudge()}>
            {t('sync.now')}
          </Button>
        )}
      </footer>
    </div>
  )
}
