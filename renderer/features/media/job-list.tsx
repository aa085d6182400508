import { Pause, Play, RotateCcw, X } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import type { MediaJob } from '../../../shared/contract/media.ts'
import { sentenceOfProblem } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import { useHost } from '../../app/host-context.tsx'
import { IconButton } from '../../ui/button.tsx'
import { useTry } from '../posts/use-try.ts'
import { Progress } from './progress.tsx'

/** Jobs with how far they are and how long they will take, to be paused, stopped and tried again. */
export function JobList({
  jobs,
  nameOf = () => undefined,
}: {
  jobs: readonly MediaJob[]
  nameOf?: (hash: string) => string | undefined
}) {
  const { t } = useTranslation('media')
  return (
    <ul className="media-jobs" aria-label={t('job.label')}>
      {jobs.map((job) => (
        <Job key={job.id} job={job} name={nameOf(job.hash)} />
      ))}
    </ul>
  )
}

function Job({ job, name }: { job: MediaJob; name: string | undefined }) {
  const { t } = useTranslation('media')
  const { percent, duration } = useFormat()
  const { media } = useHost()
  const attempt = useTry()
  const { id, kind, state, progress, msLeft, problem, fellBack } = job
  const what = t(`recipe.${kind}`)
  const act = (which: 'pause' | 'resume' | 'cancel' | 'retry' | 'forget', icon: React.ReactNode) => (
    <IconButton
      size="compact"
      label={t(`job.${which}`, { what })}
      icon={icon}
      onPress={() => attempt(media[which]({ id }))}
    />
  )
  const isOpen = state === 'waiting' || state === 'running' || state === 'paused'
  const left = state === 'running' && msLeft !== null ? t('job.left', { time: duration(msLeft) }) : ''
  return (
    <li className="media-job" data-state={state}>
      <div className="media-job-text">
        <span className="truncate">{name ? `${what} · ${name}` : what}</span>
        <span className="meta num">
          {state === 'running' ? `${percent(progress)}${left && ` · ${left}`}` : t(`job.state.${state}`)}
        </span>
        {isOpen && <Progress label={what} value={progress} />}
        {fellBack && <span className="meta">{t('job.fellBack')}</span>}
        {problem && <span className="media-job-problem">{sentenceOfProblem(problem, t)}</span>}
      </div>
      {(state === 'running' || state === 'waiting') && act('pause', <Pause aria-hidden />)}
      {state === 'paused' && act('resume', <Play aria-hidden />)}
      {(state === 'failed' || state === 'cancelled') && act('retry', <RotateCcw aria-hidden />)}
      {isOpen ? act('cancel', <X aria-hidden />) : act('forget', <X aria-hidden />)}
    </li>
  )
}
