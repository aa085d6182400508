import { expect, test } from 'vitest'
import { checkWhen } from '../../../shared/domain/calendar.ts'
import { parseDay } from '../../../shared/domain/calendar-days.ts'
import type { LocalDateTime } from '../../../shared/domain/units.ts'
import { zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import type { CalendarPost } from './calendar-post.ts'
import { whenOf, whenText } from './planning.ts'
import { calendarWords } from './words.ts'

const named = (iso: string) => parseDay(iso)!
const berlin = zoneOffsets('Europe/Berlin')
const tokyo = zoneOffsets('Asia/Tokyo')
const now = Date.parse('2026-03-01T12:00:00Z')

const planned = (local: string, zone = 'Europe/Berlin'): CalendarPost => {
  const when = { local: local as LocalDateTime, zone }
  return {
    id: 'p',
    title: 'Post',
    ...when,
    at: checkWhen(when, 0).at,
    late: 'ask',
    mode: 'schedule',
    state: 'scheduled',
  }
}
const draft: CalendarPost = {
  ...planned('2026-03-01T09:00:00'),
  local: '' as LocalDateTime,
  zone: '',
  at: Number.NaN,
  mode: 'draft',
  state: 'draft',
}
const slot = (day: string, minute: number, fraction = 0) =>
  ({ kind: 'slot', day: named(day), slot: { minute, second: false }, fraction }) as const

test('dropped on a day a post keeps its time, and dropped where it is it is not touched', () => {
  const post = planned('2026-03-05T09:10:00')
  expect(whenOf(post, { kind: 'day', day: named('2026-03-31') }, berlin, now)?.local).toBe('2026-03-31T09:10:00')
  expect(whenOf(post, { kind: 'day', day: named('2026-03-05') }, berlin, now)).toBeNull()
})

test('dropped on a slot it takes that time, on its own clock', () => {
  expect(whenOf(planned('2026-03-05T09:10:00'), slot('2026-03-06', 840, 0.5), berlin, now)).toEqual({
    local: '2026-03-06T14:15:00',
    zone: 'Europe/Berlin',
  })
  // 14:00 in Tokyo is 06:00 in Berlin.
  expect(whenOf(planned('2026-03-05T09:10:00'), slot('2026-03-06', 840), tokyo, now)).toEqual({
    local: '2026-03-06T06:00:00',
    zone: 'Europe/Berlin',
  })
})

test('dragged straight across the week an odd minute is kept', () => {
  expect(whenOf(planned('2026-03-05T09:10:00'), slot('2026-03-07', 540), berlin, now)?.local).toBe(
    '2026-03-07T09:10:00',
  )
  expect(whenOf(planned('2026-03-05T09:10:00'), slot('2026-03-05', 540), berlin, now)).toBeNull()
})

test('a draft is planned in the zone one looks in, at nine or at the slot', () => {
  expect(whenOf(draft, { kind: 'day', day: named('2026-03-05') }, tokyo, now)).toEqual({
    local: '2026-03-05T09:00:00',
    zone: 'Asia/Tokyo',
  })
  expect(whenOf(draft, slot('2026-03-05', 600), berlin, now)).toEqual({
    local: '2026-03-05T10:00:00',
    zone: 'Europe/Berlin',
  })
})

test('a slot that the clocks leave out is passed on as it is, for the check to refuse', () => {
  const when = whenOf(draft, slot('2026-03-29', 120), berlin, now)
  expect(when?.local).toBe('2026-03-29T02:00:00')
  expect(checkWhen(when!, now)).toMatchObject({ ok: false, why: 'gap', nearest: '2026-03-29T03:00:00' })
})

test('a draft dropped on a day that is over is refused as past, not silently moved', () => {
  const when = whenOf(draft, { kind: 'day', day: named('2026-02-20') }, berlin, now)
  expect(checkWhen(when!, now)).toMatchObject({ ok: false, why: 'past' })
})

test('a time is said in the zone one looks in, with the post’s own beside it where the clocks differ', () => {
  const words = calendarWords('en-GB')
  const { local, zone } = planned('2026-03-05T09:00:00')
  expect(whenText({ local, zone }, berlin, words)).not.toContain('Berlin')
  expect(whenText({ local, zone }, tokyo, words)).toMatch(/17:00 \(09:00 Berlin\)$/)
})
