import { Temporal } from 'temporal-polyfill'

/**
 * The offsets of one IANA zone as a table of transitions, so that a calendar of a thousand posts asks the zone data a
 * few times a year rather than once for each post and each drawing (a Temporal conversion costs 5–100 µs, this 20 ns).
 *
 * A *wall* value is a local date and time read as if it were UTC, in milliseconds: it has no zone, and arithmetic on
 * it is arithmetic on the clock on the wall.
 */
export type WallMs = number

export type Transition = { at: number; beforeMs: number; afterMs: number }

/** What a wall-clock time means in a zone: once, twice (the hour repeated in autumn), or never (the gap in spring). */
export type WallReading =
  | { kind: 'once'; at: number }
  | { kind: 'twice'; at: number; second: number }
  | { kind: 'never'; gapStart: WallMs; gapEnd: WallMs; transition: number }

export type ZoneOffsets = {
  readonly zone: string
  /** Offset from UTC at an instant, in milliseconds. */
  offsetMs(at: number): number
  wall(at: number): WallMs
  read(wall: WallMs): WallReading
  /** Whether this instant is the second time that its wall-clock time occurs. */
  isSecond(at: number): boolean
  /** Changes of the offset in `[from, to)`. */
  transitions(from: number, to: number): Transition[]
}

type Segment = { from: number; to: number; offsetMs: number }

const tables = new Map<string, ZoneOffsets>()

/** The table of a zone; throws RangeError for a zone that does not exist. Kept for the life of the process. */
export function zoneOffsets(zone: string): ZoneOffsets {
  const known = tables.get(zone)
  if (known) return known
  const table = createTable(zone)
  tables.set(zone, table)
  return table
}

function createTable(zone: string): ZoneOffsets {
  const years = new Map<number, Segment[]>()
  let last: Segment = loadYear(zone, 2026, years)[0]!

  const segment = (at: number): Segment => {
    if (at >= last.from && at < last.to) return last
    const year = new Date(at).getUTCFullYear()
    const segments = years.get(year) ?? loadYear(zone, year, years)
    for (const candidate of segments) {
      if (at >= candidate.from && at < candidate.to) {
        last = candidate
        return candidate
      }
    }
    throw new RangeError(`No offset of ${zone} at ${at}`)
  }
  const offsetMs = (at: number): number => segment(at).offsetMs

  const transitions = (from: number, to: number): Transition[] => {
    const found: Transition[] = []
    for (let at = from; at < to; ) {
      const here = segment(at)
      // A segment ends with its year, not only with a change of offset.
      if (here.to >= to) break
      const next = segment(here.to)
      if (next.offsetMs !== here.offsetMs) found.push({ at: here.to, beforeMs: here.offsetMs, afterMs: next.offsetMs })
      at = here.to
    }
    return found
  }

  const read = (wall: WallMs): WallReading => {
    // Every instant that can show this wall time lies within a day's offset of it.
    const early = offsetMs(wall - maxOffsetMs)
    const late = offsetMs(wall + maxOffsetMs)
    if (early === late && transitions(wall - maxOffsetMs, wall + maxOffsetMs).length === 0)
      return { kind: 'once', at: wall - early }
    const around = transitions(wall - maxOffsetMs, wall + maxOffsetMs)
    const offsets = [...new Set([early, ...around.map((t) => t.afterMs)])]
    const readings = offsets
      .map((offset) => wall - offset)
      .filter((at) => offsetMs(at) === wall - at)
      .sort((a, b) => a - b)
    if (readings.length === 1) return { kind: 'once', at: readings[0]! }
    if (readings.length >= 2) return { kind: 'twice', at: readings[0]!, second: readings[1]! }
    const gap = around.find((t) => wall >= t.at + t.beforeMs && wall < t.at + t.afterMs)
    if (!gap) throw new RangeError(`No reading of ${wall} in ${zone}`)
    return { kind: 'never', gapStart: gap.at + gap.beforeMs, gapEnd: gap.at + gap.afterMs, transition: gap.at }
  }

  return {
    zone,
    offsetMs,
    wall: (at) => at + offsetMs(at),
    read,
    isSecond: (at) => {
      const reading = read(at + offsetMs(at))
      return reading.kind === 'twice' && reading.second === at
    },
    transitions,
  }
}

/** Offsets reach from −12 to +14 hours, and a zone that crosses the date line changes by 24. */
const maxOffsetMs = 26 * 3_600_000

function loadYear(zone: string, year: number, years: Map<number, Segment[]>): Segment[] {
  const start = Date.UTC(year, 0, 1)
  const end = Date.UTC(year + 1, 0, 1)
  let zoned = Temporal.Instant.fromEpochMilliseconds(start).toZonedDateTimeISO(zone)
  const segments: Segment[] = []
  let from = start
  for (;;) {
    const next = zoned.getTimeZoneTransition('next')
    const to = next && next.epochMilliseconds < end ? next.epochMilliseconds : end
    segments.push({ from, to, offsetMs: Math.round(zoned.offsetNanoseconds / 1e6) })
    if (!next || to === end) break
    zoned = next
    from = to
  }
  years.set(year, segments)
  return segments
}
