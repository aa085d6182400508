import { CalendarClock, CloudCheck, MonitorSmartphone, Send, SkipForward } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { useOutcome } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { type LatePost, whereIs } from './late-post.ts'
import './review.css'

type Answering = {
  now: number
  onOpen(id: string): void
  onPublish(post: LatePost): void
  onMove(post: LatePost): void
  onSkip(post: LatePost): void
}

/** One row a post: when it should have been, where it is now, and the three answers. */
export function ReviewList({ posts, ...answering }: { posts: readonly LatePost[] } & Answering) {
  return (
    <ul className="review-list">
      {posts.map((post) => (
        <ReviewRow key={post.id} post={post} {...answering} />
      ))}
    </ul>
  )
}

function ReviewRow({ post, now, onOpen, onPublish, onMove, onSkip }: { post: LatePost } & Answering) {
  const { t } = useTranslation('review')
  const { when, exact } = useFormat()
  const where = whereIs(post, useOutcome(post.id))
  const title = post.title || t('untitled')
  const zone = post.when.zone || undefined
  return (
    <li className="review-row">
      <div className="review-what">
        <button type="button" className="review-title truncate" onClick={() => onOpen(post.id)}>
          {title}
        </button>
        <p className="review-when" title={exact(post.at, zone)}>
          {t('meant', { when: when(post.at, zone, now) })}
        </p>
        <p className="review-where">
          {where === 'device' ? <MonitorSmartphone aria-hidden /> : <CloudCheck aria-hidden />}
          {t(`where.${where}`)}
        </p>
      </div>
      {/* biome-ignore lint/a11y/useSemanticElements: three answers to one question, not a form */}
      <div className="review-answers" role="group" aria-label={t('answersFor', { title })}>
        <Button icon={<Send aria-hidden />} onPress={() => onPublish(post)}>
          {t('publish')}
        </Button>
        <Button icon={<CalendarClock aria-hidden />} onPress={() => onMove(post)}>
          {t('move')}
        </Button>
        <Button variant="quiet" icon={<SkipForward aria-hidden />} onPress={() => onSkip(post)}>
          {t('skip')}
        </Button>
      </div>
    </li>
  )
}
