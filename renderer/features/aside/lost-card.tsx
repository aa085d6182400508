import { useNavigate } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { Media } from '../../../shared/collections/media.ts'
import type { Plan, Post } from '../../../shared/collections/posts.ts'
import { isUsable } from '../../../shared/domain/lost-value.ts'
import { sameJson } from '../../../shared/domain/merge/index.ts'
import { sentenceOf } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { usePost, useSetting, useStudio } from '../../data/index.ts'
import type { SettingSubject } from '../../data/types.ts'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { Compared } from './compared.tsx'
import { useDevice } from './use-device.ts'

type Props = { lost: Lost; onDone(): void }

/** One lost value beside the one that is there, and the two answers to it. */
export function LostCard(props: Props) {
  switch (props.lost.source) {
    case 'settings':
      return <SettingCard {...props} />
    case 'media':
      return <MediaCard {...props} />
    default:
      return <PostCard {...props} />
  }
}

function PostCard({ lost, onDone }: Props) {
  const { t } = useTranslation('aside')
  const navigate = useNavigate()
  const post = usePost(lost.documentId)
  if (post === undefined) return null
  const now = lost.field === '_deleted' ? post === null : post?.[lost.field as keyof Post]
  return (
    <Card
      lost={lost}
      now={now}
      isGone={post === null}
      title={post?.title || lost.title || t('untitled')}
      onOpen={() => void navigate({ to: '/posts/$id', params: { id: lost.documentId } })}
      onDone={onDone}
    />
  )
}

function SettingCard({ lost, onDone }: Props) {
  const { t } = useTranslation('aside')
  const navigate = useNavigate()
  const [subject, name] = lost.field.split('.') as [SettingSubject, string]
  const setting = useSetting(subject) as Record<string, unknown>
  const page = subject === 'calendar' ? 'publishing' : subject
  return (
    <Card
      lost={lost}
      now={setting[name]}
      title={t(`setting.${subject}`)}
      onOpen={() => void navigate({ to: '/settings/$page', params: { page } })}
      onDone={onDone}
    />
  )
}

function MediaCard({ lost, onDone }: Props) {
  const { db } = useStudio()
  const [media, setMedia] = useState<Media | null>()
  useEffect(() => {
    const subscription = db.media
      .findOne(lost.documentId)
      .$.subscribe((found) => setMedia((found?.toMutableJSON() as Media | undefined) ?? null))
    return () => subscription.unsubscribe()
  }, [db, lost.documentId])
  if (media === undefined) return null
  const now = media?.[lost.field as keyof Media]
  return <Card lost={lost} now={now} isGone={media === null} title={media?.name ?? ''} onDone={onDone} />
}

function Card({
  lost,
  now,
  isGone = false,
  title,
  onOpen,
  onDone,
}: Props & { now: unknown; isGone?: boolean; title: string; onOpen?: () => void }) {
  const { t } = useTranslation('aside')
  const { lost: actions } = useStudio()
  const { when, exact } = useFormat()
  const device = useDevice()
  const moment = useNow()
  const [isUnreadable, setUnreadable] = useState(false)
  const { id, field, value, writtenAt } = lost
  const name = t(`field.${field}`, { defaultValue: field })
  const isSame = sameJson(value, now)
  const isWhole = isUsable(lost)
  const isPassed = isWhole && field === 'plan' && !isAnswerable(value as Plan, moment)
  const hindrance = !isWhole
    ? 'damaged'
    : isGone && field !== '_deleted'
      ? 'gone'
      : isPassed
        ? 'passed'
        : isUnreadable
          ? 'unreadable'
          : null

  const act = (work: Promise<() => Promise<void>>, message: string) => {
    const fail = (error: unknown) => void toast({ message: sentenceOf(error, t), tone: 'red' })
    work.then((back) => {
      toast({ message, action: { label: t('undo'), run: () => back().catch(fail) } })
      onDone()
    }, fail)
  }
  const said = { title, field: name }

  return (
    <article className="aside-card" aria-label={t('card', said)}>
      <header className="aside-card-head">
        <h3 className="aside-card-title truncate">
          {onOpen && !isGone ? (
            <button type="button" className="aside-open" onClick={onOpen}>
              {title}
            </button>
          ) : (
            title
          )}
        </h3>
        <p className="meta" title={writtenAt ? exact(writtenAt) : undefined}>
          {[name, writtenAt && t('written', { when: when(writtenAt, undefined, moment) }), sideOf(lost, device, t)]
            .filter(Boolean)
            .join(' · ')}
        </p>
      </header>
      {isWhole && (
        <Compared field={field} lost={value} now={isGone ? null : now} onUnreadable={() => setUnreadable(true)} />
      )}
      {hindrance && <p className="aside-hindrance">{t(`hindrance.${hindrance}`)}</p>}
      <footer className="aside-answers">
        {!isSame && hindrance === null && (
          <Button onPress={() => act(actions.restore(id), t('restored', said))} aria-label={t('restoreNamed', said)}>
            {t(field === '_deleted' ? 'delete' : 'restore')}
          </Button>
        )}
        <Button
          variant="quiet"
          onPress={() => act(actions.dismiss(id), t('dismissed', said))}
          aria-label={t('keepNamed', said)}
        >
          {t(isSame || isGone ? 'done' : 'keep')}
        </Button>
      </footer>
    </article>
  )
}

/** A plan comes back only where nothing would be published in that moment. */
const isAnswerable = ({ mode, at }: Plan, now: number): boolean =>
  mode === 'draft' || (mode === 'schedule' && Date.parse(at) > now)

function sideOf({ mergedBy, wasItsOwn }: Lost, device: string, t: (key: string) => string): string {
  if (device === '') return ''
  if (mergedBy === device) return t(wasItsOwn ? 'side.here' : 'side.elsewhere')
  return t(wasItsOwn ? 'side.elsewhere' : 'side.other')
}
