import { fail } from '../errors.ts'
import { addDays, type Day, dayMs, dayOfWall, dayWall, minuteMs } from './calendar-days.ts'
import type { LocalDateTime } from './units.ts'
import { isZone } from './zone.ts'
import { type WallMs, type ZoneOffsets, zoneOffsets } from './zone-offsets.ts'

/** The day that an instant falls on in a zone. */
export const dayAt = (at: number, offsets: ZoneOffsets): Day => dayOfWall(offsets.wall(at))

/**
 * The first instant of a day in a zone; where midnight itself is skipped (Beirut, Cairo) that is the moment the clock
 * jumps. The day ends where the next one starts: it lasts 23, 24 or 25 hours, or none (Apia, 30 December 2011).
 */
export function startOfDay(day: Day, offsets: ZoneOffsets): number {
  const reading = offsets.read(dayWall(day))
  return reading.kind === 'never' ? reading.transition : reading.at
}

export const dayLengthMs = (day: Day, offsets: ZoneOffsets): number =>
  startOfDay(addDays(day, 1), offsets) - startOfDay(day, offsets)

/** The instants `[from, to)` that a run of days covers. */
export const instantsOf = (days: readonly Day[], offsets: ZoneOffsets): { from: number; to: number } => ({
  from: startOfDay(days[0]!, offsets),
  to: startOfDay(addDays(days[days.length - 1]!, 1), offsets),
})

export type Placed<Item> = { item: Item; at: number; wall: WallMs; day: Day; second: boolean }

/** Puts each item on its day in a zone, each day in order of time. Days with nothing are absent. */
export function placeByDay<Item>(
  items: readonly Item[],
  instant: (item: Item) => number,
  offsets: ZoneOffsets,
): Map<Day, Placed<Item>[]> {
  const days = new Map<Day, Placed<Item>[]>()
  for (const item of items) {
    const at = instant(item)
    if (Number.isNaN(at)) continue
    const wall = offsets.wall(at)
    const day = dayOfWall(wall)
    const placed = { item, at, wall, day, second: false }
    const list = days.get(day)
    if (list) list.push(placed)
    else days.set(day, [placed])
  }
  for (const list of days.values()) list.sort((a, b) => a.at - b.at)
  markSecondReadings(days, offsets)
  return days
}

/** Only days on which a clock goes back can hold a second reading: ask those, not each post. */
function markSecondReadings<Item>(days: Map<Day, Placed<Item>[]>, offsets: ZoneOffsets): void {
  for (const [day, list] of days) {
    const start = dayWall(day) - 26 * 3_600_000
    const back = offsets.transitions(start, start + 76 * 3_600_000).some((t) => t.afterMs < t.beforeMs)
    if (back) for (const placed of list) placed.second = offsets.isSecond(placed.at)
  }
}

/* ------------------------------------------------------------------ moving */

export type When = { local: LocalDateTime; zone: string }

export const localOf = (wall: WallMs): LocalDateTime => new Date(wall).toISOString().slice(0, 19) as LocalDateTime
export const wallOf = (local: string): WallMs => {
  const wall = Date.parse(`${local}Z`)
  return Number.isNaN(wall) ? fail('schedule_time_invalid', `“${local}” is not a date and time.`) : wall
}

export type MoveCheck =
  | { ok: true; at: number; local: LocalDateTime; zone: string; twice: boolean }
  | {
      ok: false
      why: 'gap'
      local: LocalDateTime
      zone: string
      gapFrom: LocalDateTime
      nearest: LocalDateTime
      at: number
    }
  | { ok: false; why: 'past'; local: LocalDateTime; zone: string; at: number }

/**
 * Whether a post may be planned for a wall-clock time. A time inside the gap of a clock change is refused with the
 * first one after it; a time that comes twice is taken at its first occurrence (`twice`), as `resolveLocal` does.
 */
export function checkWhen({ local, zone }: When, now: number): MoveCheck {
  const reading = zoneOffsets(zone).read(wallOf(local))
  if (reading.kind === 'never')
    return {
      ok: false,
      why: 'gap',
      local,
      zone,
      gapFrom: localOf(reading.gapStart),
      nearest: localOf(reading.gapEnd),
      at: reading.transition,
    }
  const at = reading.at
  if (at <= now) return { ok: false, why: 'past', local, zone, at }
  return { ok: true, at, local, zone, twice: reading.kind === 'twice' }
}

/**
 * The plan of a post dropped on another day, seen in the zone of `view`: its own wall-clock time on its own zone's
 * date. 09:00 in Berlin stays 09:00 in Berlin across a clock change, whoever looks at it from wherever. Near midnight a
 * change of offset between the two zones can push it over the day's edge; then the neighbouring date is taken.
 */
export function moveToDay(plan: When & { at: number }, to: Day, view: ZoneOffsets): When {
  const own = zoneOffsets(plan.zone)
  const wall = wallOf(plan.local)
  const shift = to - dayAt(plan.at, view)
  const shifted = [shift, shift - 1, shift + 1].map((days) => wall + days * dayMs)
  const lands = shifted.find((candidate) => {
    const reading = own.read(candidate)
    return reading.kind !== 'never' && dayAt(reading.at, view) === to
  })
  return { local: localOf(lands ?? shifted[0]!), zone: plan.zone }
}

/**
 * The plan of a post dropped on an instant, kept in its own zone. A plan is a wall-clock time, so the second of two
 * equal ones cannot be asked for: the first is meant.
 */
export const moveToInstant = (zone: string, at: number): When => ({
  local: localOf(zoneOffsets(zone).wall(at)),
  zone,
})

/**
 * A step of the keyboard along the clock, in minutes of real time. It passes over what a plan cannot say: the second
 * run of a repeated hour is jumped in the direction of travel; a gap never comes up, as no instant lies in it.
 */
export function moveByMinutes(plan: { at: number; zone: string }, minutes: number): When {
  const own = zoneOffsets(plan.zone)
  const at = plan.at + minutes * minuteMs
  const wall = own.wall(at)
  if (!own.isSecond(at)) return { local: localOf(wall), zone: plan.zone }
  const back = own.transitions(at - dayMs, at + 1).findLast((t) => t.afterMs < t.beforeMs)
  // Backwards the first reading of the same time is right; forwards the repetition's end is the next new time.
  const target = minutes < 0 || !back ? wall : back.at + back.beforeMs
  return { local: localOf(target), zone: plan.zone }
}

const usualMinute = 9 * 60
const halfHour = 30

/**
 * The time proposed for a post made on a day: 09:00, or on a day already begun the next half hour that leaves at
 * least 15 minutes to write it. Null where the day has no such time left.
 */
export function proposeWhen(day: Day, zone: string, now: number): When | null {
  const offsets = zoneOffsets(zone)
  const soonest = offsets.wall(now + 15 * minuteMs)
  const usual = dayWall(day) + usualMinute * minuteMs
  const wall = usual > soonest ? usual : Math.ceil(soonest / (halfHour * minuteMs)) * halfHour * minuteMs
  if (dayOfWall(wall) !== day) return null
  const reading = offsets.read(wall)
  return { local: localOf(reading.kind === 'never' ? reading.gapEnd : wall), zone }
}

/** The same on that day or, where it has no time left, the next. */
export const proposeFrom = (day: Day, zone: string, now: number): When =>
  proposeWhen(day, zone, now) ?? proposeWhen(addDays(day, 1), zone, now)!

/** When something is planned, for a device that may not know the zone another one chose: then the instant, as it is `here`. */
export const plannedWhen = (plan: { local: string; zone: string; at: string }, here: string): When =>
  plan.zone === '' || isZone(plan.zone)
    ? { local: plan.local as LocalDateTime, zone: plan.zone }
    : moveToInstant(here, Date.parse(plan.at))
