import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  checkWhen,
  dayAt,
  dayLengthMs,
  instantsOf,
  localOf,
  moveByMinutes,
  moveToDay,
  moveToInstant,
  placeByDay,
  plannedWhen,
  proposeFrom,
  proposeWhen,
  startOfDay,
  wallOf,
} from './calendar.ts'
import {
  addDays,
  addMonths,
  type Day,
  dayMs,
  dayOfWall,
  isoDay,
  monthGrid,
  parseDay,
  startOfWeek,
  weekDays,
  weekdayOf,
} from './calendar-days.ts'
import type { LocalDateTime } from './units.ts'
import { zoneOffsets } from './zone-offsets.ts'

const zones = [
  'Europe/Berlin',
  'America/New_York',
  'Australia/Lord_Howe',
  'Asia/Kolkata',
  'Pacific/Apia',
  'Africa/Cairo',
  'America/Havana',
  'UTC',
]
const zone = fc.constantFrom(...zones)
const day = fc.integer({ min: 12_800, max: 25_000 }).map((n) => n as Day)
const weekStart = fc.integer({ min: 1, max: 7 })
const at = (iso: string) => Date.parse(iso)
const named = (iso: string) => parseDay(iso)!

test('a day is written and read as a date, and nothing else is taken for one', () => {
  fc.assert(
    fc.property(day, (d) => {
      expect(parseDay(isoDay(d))).toBe(d)
    }),
  )
  for (const wrong of [
    '',
    'today',
    '2026-02-30',
    '2026-13-01',
    '26-01-01',
    '2026-01-01T00:00',
    '1969-12-31',
    '9999-01-01',
  ])
    expect(parseDay(wrong)).toBeNull()
})

test('a month is drawn in whole weeks that start on the wanted day and hold all of its days', () => {
  fc.assert(
    fc.property(day, weekStart, (d, start) => {
      const { first, next, days } = monthGrid(d, start)
      expect(days.length % 7).toBe(0)
      expect(weekdayOf(days[0]!)).toBe(start)
      expect(days[0]!).toBeLessThanOrEqual(first)
      expect(first - days[0]!).toBeLessThan(7)
      expect(days.at(-1)!).toBeGreaterThanOrEqual(next - 1)
      expect(days.at(-1)! - (next - 1)).toBeLessThan(7)
      expect(days).toContain(d)
    }),
  )
})

test('February 2027 from Monday needs four weeks, August 2026 from Monday six', () => {
  expect(monthGrid(named('2027-02-10'), 1).days).toHaveLength(28)
  expect(monthGrid(named('2026-08-10'), 1).days).toHaveLength(42)
})

test('weeks start where the locale starts them', () => {
  expect(isoDay(startOfWeek(named('2026-03-29'), 1))).toBe('2026-03-23')
  expect(isoDay(startOfWeek(named('2026-03-29'), 7))).toBe('2026-03-29')
  expect(weekDays(named('2026-03-29'), 6).map(weekdayOf)).toEqual([6, 7, 1, 2, 3, 4, 5])
})

test('a month further is the same date, or the last of a shorter month', () => {
  expect(isoDay(addMonths(named('2026-01-31'), 1))).toBe('2026-02-28')
  expect(isoDay(addMonths(named('2026-12-15'), 1))).toBe('2027-01-15')
  expect(isoDay(addMonths(named('2026-03-31'), -1))).toBe('2026-02-28')
})

test('days of 23 and 25 hours, of 24.5 in Lord Howe, and the day that Apia left out', () => {
  const hours = (iso: string, name: string) => dayLengthMs(named(iso), zoneOffsets(name)) / 3_600_000
  expect(hours('2026-03-29', 'Europe/Berlin')).toBe(23)
  expect(hours('2026-10-25', 'Europe/Berlin')).toBe(25)
  expect(hours('2026-04-05', 'Australia/Lord_Howe')).toBe(24.5)
  expect(hours('2026-06-01', 'Asia/Kolkata')).toBe(24)
  expect(hours('2011-12-30', 'Pacific/Apia')).toBe(0)
})

test('the first instant of a day is on it, and the one before is not', () => {
  fc.assert(
    fc.property(day, zone, (d, name) => {
      const offsets = zoneOffsets(name)
      if (dayLengthMs(d, offsets) === 0) return
      const start = startOfDay(d, offsets)
      expect(dayAt(start, offsets)).toBe(d)
      expect(dayAt(start - 1, offsets)).not.toBe(d)
    }),
    { numRuns: 300 },
  )
})

test('every post within the drawn days is on one of them, once, in order of time', () => {
  fc.assert(
    fc.property(
      day,
      zone,
      fc.array(fc.double({ min: 0, max: 0.999999, noNaN: true }), { maxLength: 60 }),
      (d, name, parts) => {
        const offsets = zoneOffsets(name)
        const { days } = monthGrid(d, 1)
        const { from, to } = instantsOf(days, offsets)
        const instants = parts.map((part) => Math.floor(from + part * (to - from)))
        const placed = placeByDay(instants, (item) => item, offsets)
        const drawn = days.flatMap((each) => placed.get(each) ?? []).map((each) => each.item)
        expect(drawn).toHaveLength(instants.length)
        expect(drawn).toEqual([...instants].sort((a, b) => a - b))
      },
    ),
  )
})

test('a post in the second run of a repeated hour is marked as such', () => {
  const berlin = zoneOffsets('Europe/Berlin')
  const placed = placeByDay([at('2026-10-25T00:30:00Z'), at('2026-10-25T01:30:00Z')], (item) => item, berlin)
  expect(placed.get(named('2026-10-25'))?.map((p) => [localOf(p.wall), p.second])).toEqual([
    ['2026-10-25T02:30:00', false],
    ['2026-10-25T02:30:00', true],
  ])
})

const plan = (local: string, name: string) => {
  const reading = zoneOffsets(name).read(wallOf(local))
  if (reading.kind === 'never') throw new Error('a plan is never in a gap')
  return { local: local as LocalDateTime, zone: name, at: reading.at }
}

test('a post dropped on another day keeps the time on its own wall clock, across clock changes', () => {
  const nine = plan('2026-03-27T09:00:00', 'Europe/Berlin')
  expect(moveToDay(nine, named('2026-03-30'), zoneOffsets('Europe/Berlin')).local).toBe('2026-03-30T09:00:00')
  // Seen from New York, whose clock changed three weeks before: still 09:00 in Berlin.
  expect(moveToDay(nine, named('2026-03-30'), zoneOffsets('America/New_York'))).toEqual({
    local: '2026-03-30T09:00:00',
    zone: 'Europe/Berlin',
  })
})

test('a dropped post lands on the day it was dropped on, in whatever zone one looks', () => {
  fc.assert(
    fc.property(
      zone,
      zone,
      day,
      fc.integer({ min: 0, max: 1439 }),
      fc.integer({ min: -40, max: 40 }),
      (own, view, d, minute, shift) => {
        const local = localOf((d * 1440 + minute) * 60_000)
        if (zoneOffsets(own).read(wallOf(local)).kind === 'never') return
        const from = plan(local, own)
        const offsets = zoneOffsets(view)
        const target = addDays(dayAt(from.at, offsets), shift)
        if (dayLengthMs(target, offsets) < 20 * 3_600_000) return
        const moved = moveToDay(from, target, offsets)
        expect(moved.local.slice(11)).toBe(local.slice(11))
        const reading = zoneOffsets(own).read(wallOf(moved.local))
        const calm = [own, view].every((each) => {
          const around = startOfDay(target, offsets)
          return zoneOffsets(each).transitions(around - 3 * dayMs, around + 3 * dayMs).length === 0
        })
        if (calm && reading.kind !== 'never') expect(dayAt(reading.at, offsets)).toBe(target)
        if (own === view) expect(isoDay(dayOfWall(wallOf(moved.local)))).toBe(isoDay(target))
      },
    ),
    { numRuns: 300 },
  )
})

test('near midnight a post seen from another zone still lands on the day it was dropped on', () => {
  // 05:30 in Berlin is 23:30 the evening before in New York; in the weeks when only one has changed, 00:30 the same day.
  const post = plan('2026-02-10T05:30:00', 'Europe/Berlin')
  const view = zoneOffsets('America/New_York')
  expect(isoDay(dayAt(post.at, view))).toBe('2026-02-09')
  const moved = moveToDay(post, named('2026-03-16'), view)
  const reading = zoneOffsets('Europe/Berlin').read(wallOf(moved.local))
  expect(reading.kind === 'once' && isoDay(dayAt(reading.at, view))).toBe('2026-03-16')
})

test('a time in the gap of a clock change is refused and the first one after it offered', () => {
  const check = checkWhen({ local: '2026-03-29T02:30:00' as LocalDateTime, zone: 'Europe/Berlin' }, 0)
  expect(check).toMatchObject({
    ok: false,
    why: 'gap',
    gapFrom: '2026-03-29T02:00:00',
    nearest: '2026-03-29T03:00:00',
    at: at('2026-03-29T01:00:00Z'),
  })
})

test('a time that has passed is refused; a time that comes twice is its first', () => {
  const when = { local: '2026-10-25T02:30:00' as LocalDateTime, zone: 'Europe/Berlin' }
  expect(checkWhen(when, 0)).toMatchObject({ ok: true, at: at('2026-10-25T00:30:00Z'), twice: true })
  expect(checkWhen(when, at('2026-10-25T00:30:00Z'))).toMatchObject({ ok: false, why: 'past' })
})

test('stepping forward by a quarter of an hour always gets later, never stalls in a repeated hour and never hits a gap', () => {
  fc.assert(
    fc.property(
      zone,
      fc.integer({ min: at('2026-01-01') / 900_000, max: at('2027-01-01') / 900_000 }),
      fc.constantFrom(15, -15),
      (name, quarter, step) => {
        const start = quarter * 900_000
        const offsets = zoneOffsets(name)
        if (offsets.isSecond(start)) return
        const next = moveByMinutes({ at: start, zone: name }, step)
        const reading = offsets.read(wallOf(next.local))
        if (reading.kind === 'never') throw new Error(`${next.local} does not exist`)
        if (step > 0) expect(reading.at).toBeGreaterThan(start)
        else expect(reading.at).toBeLessThan(start)
      },
    ),
    { numRuns: 500 },
  )
})

test('a step over the repeated hour jumps its second run', () => {
  const step = (iso: string, minutes: number) => moveByMinutes({ at: at(iso), zone: 'Europe/Berlin' }, minutes).local
  expect(step('2026-10-25T00:45:00Z', 15)).toBe('2026-10-25T03:00:00')
  expect(step('2026-10-25T02:00:00Z', -15)).toBe('2026-10-25T02:45:00')
})

test('a slot seen in another zone becomes the same instant on the post’s own clock', () => {
  expect(moveToInstant('Asia/Tokyo', at('2026-06-01T07:00:00Z'))).toEqual({
    local: '2026-06-01T16:00:00',
    zone: 'Asia/Tokyo',
  })
})

test('a new post is proposed for nine o’clock, later today for the next half hour, and never for the past', () => {
  const propose = (iso: string, now: string) => proposeWhen(named(iso), 'Europe/Berlin', at(now))?.local
  expect(propose('2026-06-02', '2026-06-01T12:00:00Z')).toBe('2026-06-02T09:00:00')
  expect(propose('2026-06-01', '2026-06-01T05:00:00Z')).toBe('2026-06-01T09:00:00')
  expect(propose('2026-06-01', '2026-06-01T12:20:00Z')).toBe('2026-06-01T15:00:00')
  expect(propose('2026-06-01', '2026-06-01T21:50:00Z')).toBeUndefined()
  expect(propose('2026-05-31', '2026-06-01T05:00:00Z')).toBeUndefined()
})

test('what another device planned in a zone that is unknown here stands at the same instant', () => {
  const at = '2026-05-01T07:00:00.000Z'
  const plan = { local: '2026-05-01T09:00:00', zone: 'Mars/Olympus', at }
  expect(plannedWhen(plan, 'Asia/Tokyo')).toEqual({ local: '2026-05-01T16:00:00', zone: 'Asia/Tokyo' })
  expect(plannedWhen({ ...plan, zone: 'Europe/Berlin' }, 'Asia/Tokyo')).toEqual({
    local: plan.local,
    zone: 'Europe/Berlin',
  })
})

test('what is proposed for a post is never over, and always a time that can be planned', () => {
  for (const [now, local] of [
    ['2026-11-23T06:00:00Z', '2026-11-23T09:00:00'],
    ['2026-11-23T10:14:00Z', '2026-11-23T11:30:00'],
    ['2026-11-23T22:50:00Z', '2026-11-24T09:00:00'],
  ] as const) {
    const when = proposeFrom(named('2026-11-23'), 'Europe/Berlin', at(now))
    expect(when.local).toBe(local)
    expect(checkWhen(when, at(now)).ok).toBe(true)
  }
})
