import type { TFunction } from 'i18next'
import {
  checkWhen,
  dayAt,
  localOf,
  type MoveCheck,
  moveToDay,
  moveToInstant,
  proposeWhen,
  type When,
  wallOf,
} from '../../../shared/domain/calendar.ts'
import { type Day, dayOfWall, dayWall, minuteMs } from '../../../shared/domain/calendar-days.ts'
import { type Slot, slotInstant, slotMinutes } from '../../../shared/domain/calendar-week.ts'
import { type ZoneOffsets, zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import type { CalendarPost } from './calendar-post.ts'
import { type CalendarWords, placeOf } from './words.ts'

/** Where a post is put: on a day at the time it has, on a day and a time, or back among the drafts. */
export type Target =
  | { kind: 'day'; day: Day }
  | { kind: 'slot'; day: Day; slot: Slot; fraction: number }
  | { kind: 'tray' }

/** What the calendar may ask of the studio. */
export type CalendarActions = {
  open(id: string): void
  schedule(id: string, when: When & { late?: CalendarPost['late'] }): Promise<void>
  cancel(id: string): Promise<void>
  publishNow(id: string): Promise<void>
  create(when: When): Promise<void>
}

/** The plan that a drop means, not yet checked; null for a day that is over, or where nothing would change. */
export function whenOf(
  post: CalendarPost,
  target: Exclude<Target, { kind: 'tray' }>,
  view: ZoneOffsets,
  now: number,
): When | null {
  const planned = Number.isNaN(post.at) ? null : ownPlan(post, view)
  if (target.kind === 'day') {
    if (!planned)
      return proposeWhen(target.day, view.zone, now) ?? { local: localOf(dayWall(target.day)), zone: view.zone }
    return dayAt(post.at, view) === target.day ? null : moveToDay(planned, target.day, view)
  }
  const minute = target.slot.minute + target.fraction * slotMinutes
  if (planned && isSameQuarter(post.at, minute, view)) {
    return dayAt(post.at, view) === target.day ? null : moveToDay(planned, target.day, view)
  }
  const start = slotInstant(target.day, target.slot, view)
  // In a gap of the zone one looks in: the check refuses it, naming the gap.
  if (start === null) return { local: localOf(dayWall(target.day) + minute * minuteMs), zone: view.zone }
  return moveToInstant(planned?.zone ?? view.zone, start + target.fraction * slotMinutes * minuteMs)
}

/** Its own wall clock; for one asked to go out “now” and still waiting, that of the zone one looks in. */
export const ownPlan = (post: CalendarPost, view: ZoneOffsets): When & { at: number } =>
  post.mode === 'schedule' && post.zone !== ''
    ? { local: post.local, zone: post.zone, at: post.at }
    : { local: localOf(view.wall(post.at)), zone: view.zone, at: post.at }

/** A post at 09:10 dragged straight across the week stays at 09:10. */
const isSameQuarter = (at: number, minute: number, view: ZoneOffsets): boolean => {
  const wall = view.wall(at)
  return Math.floor((wall - dayWall(dayOfWall(wall))) / (15 * minuteMs)) === Math.floor(minute / 15)
}

/** Why a time is refused, as a sentence; empty for one that is not. */
export function refusal(check: MoveCheck, t: TFunction<'calendar'>, words: CalendarWords): string {
  if (check.ok) return ''
  const wall = wallOf(check.local)
  if (check.why === 'past') return t('refuse.past', { when: words.moment(wall), place: placeOf(check.zone) })
  return t('refuse.gap', {
    time: words.time(wall),
    day: words.dayLong(dayOfWall(wall)),
    place: placeOf(check.zone),
    from: words.time(wallOf(check.gapFrom)),
    to: words.time(wallOf(check.nearest)),
  })
}

/** A post as it will be once the plan is written: drawn at once, so that a drop never jumps back for a moment. */
export const asPlanned = (post: CalendarPost, { local, zone }: When, at: number): CalendarPost => ({
  ...post,
  local,
  zone,
  at,
  mode: 'schedule',
  state: 'scheduled',
})

export const isPlanOf = (post: CalendarPost, when: When): boolean =>
  post.local === when.local && post.zone === when.zone

/** Day and time in the zone one looks in, and in the post's own where that differs. */
export function whenText(when: When, view: ZoneOffsets, words: CalendarWords): string {
  const check = checkWhen(when, 0)
  const seen = words.moment(view.wall(check.at))
  return when.zone === view.zone || zoneOffsets(when.zone).wall(check.at) === view.wall(check.at)
    ? seen
    : `${seen} (${words.time(wallOf(when.local))} ${placeOf(when.zone)})`
}
