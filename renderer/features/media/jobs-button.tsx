import { Cog } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLibrary, useMediaJobs } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { Popover } from '../../ui/popover.tsx'
import { JobList } from './job-list.tsx'

/** Everything that is being made, wherever it belongs; nothing while there is nothing. */
export function JobsButton() {
  const { t } = useTranslation('media')
  const { jobs } = useMediaJobs()
  const { media } = useLibrary()
  if (jobs.length === 0) return null
  const names = new Map(media.map(({ id, name }) => [id, name]))
  const failed = jobs.filter(({ state }) => state === 'failed').length
  const open = jobs.filter(({ state }) => ['waiting', 'running', 'paused'].includes(state)).length
  return (
    <Popover
      label={t('job.label')}
      trigger={
        <Button variant="quiet" size="compact" icon={<Cog aria-hidden />}>
          {open > 0 || failed === 0 ? t('job.count', { count: open }) : t('job.failedCount', { count: failed })}
        </Button>
      }
    >
      <div className="media-jobs-all">
        <JobList jobs={jobs} nameOf={(hash) => names.get(hash)} />
      </div>
    </Popover>
  )
}
