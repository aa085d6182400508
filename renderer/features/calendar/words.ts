import type { Day } from '../../../shared/domain/calendar-days.ts'
import { dayMs, dayOfWall, dayWall, minuteMs } from '../../../shared/domain/calendar-days.ts'
import type { WallMs } from '../../../shared/domain/zone-offsets.ts'

/**
 * The calendar's dates and times in the reader's language. Formatters are made once for a locale, and times of day are
 * remembered (1,440 of them at most): a month of a thousand posts asks `Intl` a few dozen times.
 */
export type CalendarWords = {
  locale: string
  time(wall: WallMs): string
  /** `Tue 4 June` */
  day(day: Day): string
  /** `Tuesday, 4 June 2026` */
  dayLong(day: Day): string
  dayNumber(day: Day): string
  /** `1 Jun`, for the first of a month in the grid. */
  firstOfMonth(day: Day): string
  month(day: Day): string
  weekday(day: Day, style: 'short' | 'long'): string
  /** `1 – 7 June 2026` */
  range(from: Day, to: Day): string
  /** Day and time, as in a sentence. */
  moment(wall: WallMs): string
  number(value: number): string
  /** The plural form of a number, as in the keys of the words: `one`, `few`, `other`. */
  plural(count: number): string
}

const known = new Map<string, CalendarWords>()

export function calendarWords(locale: string): CalendarWords {
  const words = known.get(locale) ?? create(locale)
  known.set(locale, words)
  return words
}

/** Walls are local times read as UTC, so every formatter here is told that the zone is UTC. */
function create(locale: string): CalendarWords {
  const format = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' })
  const time = format({ hour: '2-digit', minute: '2-digit' })
  const day = format({ weekday: 'short', day: 'numeric', month: 'long' })
  const dayLong = format({ weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' })
  const firstOfMonth = format({ day: 'numeric', month: 'short' })
  const month = format({ month: 'long', year: 'numeric' })
  const weekdayShort = format({ weekday: 'short' })
  const weekdayLong = format({ weekday: 'long' })
  const range = format({ day: 'numeric', month: 'long', year: 'numeric' })
  const number = new Intl.NumberFormat(locale)
  const plurals = new Intl.PluralRules(locale)
  const times = new Map<number, string>()
  const timeOf = (wall: WallMs): string => {
    const minute = Math.floor((((wall % dayMs) + dayMs) % dayMs) / minuteMs)
    let text = times.get(minute)
    if (text === undefined) {
      text = time.format(minute * minuteMs)
      times.set(minute, text)
    }
    return text
  }
  return {
    locale,
    time: timeOf,
    day: (d) => day.format(dayWall(d)),
    dayLong: (d) => dayLong.format(dayWall(d)),
    dayNumber: (d) => number.format(new Date(dayWall(d)).getUTCDate()),
    firstOfMonth: (d) => firstOfMonth.format(dayWall(d)),
    month: (d) => month.format(dayWall(d)),
    weekday: (d, style) => (style === 'short' ? weekdayShort : weekdayLong).format(dayWall(d)),
    range: (from, to) => range.formatRange(dayWall(from), dayWall(to)),
    moment: (wall) => `${day.format(dayWall(dayOfWall(wall)))}, ${timeOf(wall)}`,
    number: (value) => number.format(value),
    plural: (count) => plurals.select(count),
  }
}

type WeekInfo = { firstDay: number }
type LocaleWithWeek = Intl.Locale & { getWeekInfo?(): WeekInfo; weekInfo?: WeekInfo }

/** ISO weekday that starts a week: the creator's choice, else the locale's custom, else Monday. */
export function weekStartOf(setting: number, locale: string): number {
  if (setting >= 1 && setting <= 7) return setting
  const info = new Intl.Locale(locale) as LocaleWithWeek
  return (info.getWeekInfo?.() ?? info.weekInfo)?.firstDay ?? 1
}

/** `Berlin`, `New York`, `North Dakota, Center`: the place of a zone as people read it. */
export const placeOf = (zone: string): string =>
  zone.includes('/') ? zone.split('/').slice(1).reverse().join(', ').replaceAll('_', ' ') : zone

/** `UTC+2`, `UTC−3:30`, `UTC` */
export function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'UTC'
  const minutes = Math.abs(Math.round(offsetMs / minuteMs))
  const rest = minutes % 60
  return `UTC${offsetMs < 0 ? '−' : '+'}${Math.floor(minutes / 60)}${rest ? `:${String(rest).padStart(2, '0')}` : ''}`
}
