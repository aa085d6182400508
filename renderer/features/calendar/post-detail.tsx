import { wallOf } from '../../../shared/domain/calendar.ts'
import { dayOfWall } from '../../../shared/domain/calendar-days.ts'
import type { CalendarPost } from './calendar-post.ts'
import type { Scene } from './scene.ts'
import { StateIcon } from './state-icon.tsx'
import { offsetText, placeOf } from './words.ts'

/** The whole title, the exact time in the zone one looks in and in the post's own, and the state in words. */
export function PostDetail({ post, scene }: { post: CalendarPost; scene: Scene }) {
  const { words, offsets, t } = scene
  const line = (wall: number, zone: string, offset: number) =>
    `${words.dayLong(dayOfWall(wall))}, ${words.time(wall)} ${placeOf(zone)} (${offsetText(offset)})`
  const own = post.mode === 'schedule' && post.zone !== offsets.zone
  return (
    <>
      <strong>{post.title || t('untitled')}</strong>
      {!Number.isNaN(post.at) && (
        <span className="num">{line(offsets.wall(post.at), offsets.zone, offsets.offsetMs(post.at))}</span>
      )}
      {own && (
        <span className="num">
          {t('ownTime', { when: words.moment(wallOf(post.local)), place: placeOf(post.zone) })}
        </span>
      )}
      <span className="calendar-detail-state" data-state={post.state}>
        <StateIcon state={post.state} />
        {scene.stateWord(post.state)}
      </span>
    </>
  )
}
