import type { WallMs } from './zone-offsets.ts'

/**
 * The calendar's dates. A day is the number of days since 1970-01-01 in no zone at all, so that a grid is arithmetic;
 * only `zoneOffsets` knows which instants belong to it.
 */
declare const dayUnit: unique symbol
export type Day = number & { readonly [dayUnit]: 'Day' }

export const dayMs = 86_400_000
export const minuteMs = 60_000

export const dayOfWall = (wall: WallMs): Day => Math.floor(wall / dayMs) as Day
export const addDays = (day: Day, count: number): Day => (day + count) as Day
export const dayWall = (day: Day): WallMs => day * dayMs
export const isoDay = (day: Day): string => new Date(day * dayMs).toISOString().slice(0, 10)

/** Reads `YYYY-MM-DD`; null for anything that is not a date of the years 1970–2199. */
export function parseDay(text: string): Day | null {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return null
  const ms = Date.parse(`${text}T00:00:00Z`)
  if (Number.isNaN(ms) || new Date(ms).toISOString().slice(0, 10) !== text) return null
  const day = dayOfWall(ms)
  return day >= 0 && day < 84_006 ? day : null
}

/** ISO weekday: 1 Monday … 7 Sunday. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: Day): number => ((((day + 3) % 7) + 7) % 7) + 1
export const startOfWeek = (day: Day, weekStart: number): Day => addDays(day, -((weekdayOf(day) - weekStart + 7) % 7))

export const startOfMonth = (day: Day): Day => {
  const date = new Date(day * dayMs)
  return dayOfWall(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1))
}

/** The same date `count` months on; the last of the month where that one is shorter (31 January → 28 February). */
export const addMonths = (day: Day, count: number): Day => {
  const date = new Date(day * dayMs)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count, 1)
  const length = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + count + 1, 0)).getUTCDate()
  return dayOfWall(first + (Math.min(date.getUTCDate(), length) - 1) * dayMs)
}

/** The whole weeks that hold a month: 28, 35 or 42 days. */
export function monthGrid(day: Day, weekStart: number): { first: Day; next: Day; days: Day[] } {
  const first = startOfMonth(day)
  const next = addMonths(first, 1)
  const days = daysFrom(startOfWeek(first, weekStart), startOfWeek(addDays(next, 6), weekStart))
  return { first, next, days }
}

export const weekDays = (day: Day, weekStart: number): Day[] => {
  const first = startOfWeek(day, weekStart)
  return daysFrom(first, addDays(first, 7))
}

const daysFrom = (first: Day, end: Day): Day[] => Array.from({ length: end - first }, (_, i) => addDays(first, i))
