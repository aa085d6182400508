import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { useFormat } from '../../app/format.ts'
import { useMediaJobs } from '../../data/index.ts'
import { kindOf } from './file-name.ts'
import { Thumb } from './thumb.tsx'

/** What is being made of it at the moment, in a few words. */
function Working({ id }: { id: string }) {
  const { t } = useTranslation('media')
  const { percent } = useFormat()
  const jobs = useMediaJobs().jobs.filter(({ hash, state }) => hash === id && state !== 'done' && state !== 'cancelled')
  const running = jobs.find(({ state }) => state === 'running') ?? jobs[0]
  if (!running) return null
  if (running.state === 'failed')
    return (
      <span className="media-working" data-failed>
        {t('job.failedShort')}
      </span>
    )
  return (
    <span className="media-working num">
      {running.state === 'running' ? percent(running.progress) : t(`job.state.${running.state}`)}
    </span>
  )
}

export const MediaCell = memo(function MediaCell({ media }: { media: Media }) {
  const { t } = useTranslation('media')
  const { bytes } = useFormat()
  return (
    <div className="media-cell">
      <Thumb media={media} />
      <span className="media-name truncate">{media.name}</span>
      <span className="meta truncate">
        {t(`kind.${media.kind}`)} · <Size media={media} /> · {bytes(media.bytes)}
      </span>
      <Working id={media.id} />
    </div>
  )
})

export const MediaRow = memo(function MediaRow({ media, uses }: { media: Media; uses: boolean }) {
  const { t } = useTranslation('media')
  const { bytes, date, exact } = useFormat()
  return (
    <div className="media-row">
      <Thumb media={media} />
      <span className="media-row-name">
        <span className="media-name truncate">{media.name}</span>
        <span className="meta truncate">{media.tags.map((tag) => `#${tag}`).join(' ')}</span>
      </span>
      <span className="media-row-work">
        <Working id={media.id} />
      </span>
      <span className="meta">{uses ? '' : t('unused')}</span>
      <span className="meta num">
        <Size media={media} />
      </span>
      <span className="meta num">{bytes(media.bytes)}</span>
      <span className="meta num" title={exact(media.createdAt)}>
        {date(media.createdAt)}
      </span>
    </div>
  )
})

export function Size({ media }: { media: Pick<Media, 'kind' | 'type' | 'width' | 'height'> }) {
  if (media.kind === 'audio') return kindOf(media.type)
  return `${media.width} × ${media.height}`
}
