import { Temporal } from 'temporal-polyfill'
import { fail } from '../errors.ts'
import type { LocalDateTime, Utc } from './units.ts'
import { isZone } from './zone.ts'

/** A post handled at most this long after its time is simply published; later, its own late rule decides. */
export const lateAfterMs = 15 * 60_000

/**
 * A local time resolved to an instant. `repeated`: the clocks are set back over this time, it comes twice that day and
 * the FIRST of the two is meant (as RFC 5545 §3.3.5 has it); `offset` tells a person which one that is.
 */
export type Resolved = { at: Utc; kind: 'exact' | 'repeated'; offset: string }

const localPattern = /^\d{4}-\d{2}-\d{2}T([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/
const firstYear = 1970
const lastYear = 2199

/**
 * The instant at which the clocks of `zone` show `local`.
 *
 * Throws `schedule_time_invalid` (not a date, or out of 1970–2199), `schedule_zone_unknown`, and `schedule_time_missing`
 * where the clocks jump over the time: the sentence and `details` name the gap (`gapFrom` → `gapTo`) and the nearest
 * times that exist (`before`, `after`). Nothing is moved silently: an hour off is what people do not forgive.
 */
export function resolveLocal(local: string, zone: string): Resolved {
  const plain = parseLocal(local)
  if (!isZone(zone)) {
    fail('schedule_zone_unknown', `“${printable(zone)}” is not a time zone. Choose one such as Europe/Berlin.`, {
      zone,
    })
  }
  const earlier = plain.toZonedDateTime(zone, { disambiguation: 'earlier' })
  const later = plain.toZonedDateTime(zone, { disambiguation: 'later' })
  if (earlier.epochMilliseconds === later.epochMilliseconds) return resolved(earlier, 'exact')
  // In a gap `earlier` is shifted off the asked wall-clock time; in a repeat both show it.
  if (earlier.toPlainDateTime().equals(plain)) return resolved(earlier, 'repeated')
  return refuseGap(plain, zone, earlier)
}

const resolved = (zoned: Temporal.ZonedDateTime, kind: Resolved['kind']): Resolved => ({
  at: utc(zoned.epochMilliseconds),
  kind,
  offset: zoned.offset,
})

const utc = (ms: number): Utc => new Date(ms).toISOString() as Utc

function parseLocal(local: string): Temporal.PlainDateTime {
  const shown = printable(local)
  if (!localPattern.test(local)) {
    fail('schedule_time_invalid', `“${shown}” is not a date and time of the form 2026-03-29T09:00:00.`, { local })
  }
  let plain: Temporal.PlainDateTime
  try {
    plain = Temporal.PlainDateTime.from(local, { overflow: 'reject' })
  } catch {
    return fail('schedule_time_invalid', `There is no ${local.slice(0, 10)} in the calendar.`, { local })
  }
  if (plain.year < firstYear || plain.year > lastYear) {
    fail('schedule_time_invalid', `A post can be planned between ${firstYear} and ${lastYear}.`, { local })
  }
  return plain
}

function refuseGap(plain: Temporal.PlainDateTime, zone: string, before: Temporal.ZonedDateTime): never {
  const jump = before.getTimeZoneTransition('next')
  // A gap always has a transition at its end; without one the zone data contradicts itself.
  if (!jump) return fail('schedule_time_missing', `${clock(plain)} does not exist in ${zone} on that day.`)
  const gapTo = jump.toPlainDateTime()
  const lastInstant = jump.subtract({ minutes: 1 }).toPlainDateTime()
  const gapFrom = lastInstant.add({ minutes: 1 })
  const sameDay = gapFrom.toPlainDate().equals(gapTo.toPlainDate())
  const show = (time: Temporal.PlainDateTime) => (sameDay ? clock(time) : `${time.toPlainDate()} ${clock(time)}`)
  return fail(
    'schedule_time_missing',
    `In ${zone} the clocks go from ${show(gapFrom)} straight to ${show(gapTo)} on ${gapFrom.toPlainDate()}: ` +
      `${show(plain)} does not exist. Choose ${show(lastInstant)} or ${show(gapTo)}.`,
    {
      local: text(plain),
      zone,
      gapFrom: text(gapFrom),
      gapTo: text(gapTo),
      before: text(lastInstant),
      after: text(gapTo),
    },
  )
}

const text = (plain: Temporal.PlainDateTime) => plain.toString({ smallestUnit: 'second' }) as LocalDateTime
const clock = (plain: Temporal.PlainDateTime) => text(plain).slice(11, plain.second === 0 ? 16 : 19)
/** For quoting what somebody sent: short, and without characters that turn a sentence around. */
const printable = (value: string) => value.replace(/[\p{C}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, '').slice(0, 64)

/** The wall-clock time of an instant in a zone, to the second. Throws `schedule_zone_unknown`, `schedule_time_invalid`. */
export function localIn(at: string, zone: string): LocalDateTime {
  const ms = Date.parse(at)
  if (Number.isNaN(ms)) fail('schedule_time_invalid', `“${printable(at)}” is not an instant.`)
  if (!isZone(zone)) fail('schedule_zone_unknown', `“${printable(zone)}” is not a time zone.`, { zone })
  return text(Temporal.Instant.fromEpochMilliseconds(ms).toZonedDateTimeISO(zone).toPlainDateTime())
}

let allZones: readonly string[] | undefined

/** The zones to offer for choosing, sorted, `UTC` among them. Aliases are accepted but not offered. */
export function zones(): readonly string[] {
  allZones ??= [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort()
  return allZones
}
