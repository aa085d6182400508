import { useNavigate } from '@tanstack/react-router'
import { CalendarCheck2 } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { dayAt } from '../../../shared/domain/calendar.ts'
import { addDays, isoDay } from '../../../shared/domain/calendar-days.ts'
import { zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import { deviceZone, localeOf, useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { isReachable } from '../../app/sync-words.ts'
import { useTitle } from '../../app/title.ts'
import { useAwaitingAnswer, useSetting, useStudio, useSyncStatus } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { WhenDialog } from '../calendar/when-dialog.tsx'
import { calendarWords, weekStartOf } from '../calendar/words.ts'
import { type LatePost, latePost } from './late-post.ts'
import { ReviewList } from './review-list.tsx'
import { useAnswers } from './use-answers.ts'

/** After a time without network: posts whose time passed, in one list, each waiting for publish, move or skip. */
export default function ReviewRoute() {
  const studio = useStudio()
  const navigate = useNavigate()
  const { t, i18n } = useTranslation(['review', 'calendar'])
  const { t: calendarT } = useTranslation('calendar')
  const isOnline = useSyncStatus(isReachable)
  const settings = useSetting('calendar')
  const publishing = useSetting('publishing')
  const rows = useAwaitingAnswer()
  const now = useNow()
  const { number } = useFormat()
  const [moving, setMoving] = useState<readonly LatePost[] | null>(null)
  const [confirming, setConfirming] = useState<readonly LatePost[] | null>(null)
  const hindrance = publishing.paused ? 'paused' : isOnline ? null : 'offline'
  const answers = useAnswers(studio.posts, hindrance)

  const posts = useMemo(() => rows.map(latePost).sort((a, b) => a.at - b.at), [rows])
  const locale = localeOf(i18n.resolvedLanguage ?? i18n.language)
  const homeZone = settings.zone || deviceZone()
  const scene = useMemo(
    () => ({ t: calendarT, words: calendarWords(locale), weekStart: weekStartOf(settings.weekStart, locale) }),
    [calendarT, locale, settings.weekStart],
  )
  const tomorrow = `${isoDay(addDays(dayAt(now, zoneOffsets(homeZone)), 1))}T09:00:00`

  useTitle(t('title'))
  return (
    <WorkArea title={t('title')}>
      {posts.length === 0 ? (
        <EmptyState
          picture={<CalendarCheck2 />}
          title={t('empty.title')}
          action={<Button onPress={() => void navigate({ to: '/plan' })}>{t('empty.action')}</Button>}
        >
          {t('empty.text')}
        </EmptyState>
      ) : (
        <section className="review">
          <header className="review-head">
            <div>
              <h2 className="review-question">{t('question', { count: posts.length, shown: number(posts.length) })}</h2>
              <p className="review-explain">{t('explain')}</p>
            </div>
            {posts.length > 1 && (
              <div className="review-all">
                <Button onPress={() => setConfirming(posts)}>{t('publishAll')}</Button>
                <Button onPress={() => setMoving(posts)}>{t('moveAll')}</Button>
                <Button variant="quiet" onPress={() => answers.skip(posts)}>
                  {t('skipAll')}
                </Button>
              </div>
            )}
          </header>
          {!isOnline && <Notice tone="offline">{t('offline')}</Notice>}
          {publishing.paused && <Notice tone="amber">{t('paused')}</Notice>}
          <ReviewList
            posts={posts}
            now={now}
            onOpen={(id) => void navigate({ to: '/posts/$id', params: { id } })}
            onPublish={(post) => answers.publish([post])}
            onMove={(post) => setMoving([post])}
            onSkip={(post) => answers.skip([post])}
          />
        </section>
      )}
      {moving && (
        <WhenDialog
          title={
            moving.length === 1
              ? t('moveOne', { title: moving[0]?.title || t('untitled') })
              : t('moveMany', { shown: number(moving.length) })
          }
          note={moving.length > 1 ? t('moveManyNote') : undefined}
          start={{ local: tomorrow, zone: (moving.length === 1 && moving[0]?.when.zone) || homeZone }}
          scene={scene}
          homeZone={homeZone}
          onDone={(when) => answers.move(moving, when)}
          onClose={() => setMoving(null)}
        />
      )}
      <ConfirmDialog
        title={t('confirm.title', { count: confirming?.length ?? 0, shown: number(confirming?.length ?? 0) })}
        confirm={t('confirm.do', { count: confirming?.length ?? 0, shown: number(confirming?.length ?? 0) })}
        tone="primary"
        isOpen={confirming !== null}
        onConfirm={() => confirming && answers.publish(confirming)}
        onClose={() => setConfirming(null)}
      >
        <p>{t(`confirm.text.${hindrance ?? 'now'}`)}</p>
      </ConfirmDialog>
    </WorkArea>
  )
}
