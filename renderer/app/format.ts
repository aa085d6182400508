import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { isZone } from '../../shared/domain/zone.ts'

/** The device's own region for a language: `en` is `en-GB` on a British desk and `en-US` on an American one. */
export function localeOf(language: string, wishes: readonly string[] = navigator.languages): string {
  return (
    wishes.find((each) => each.toLowerCase().split('-')[0] === language && each.includes('-')) ??
    (language === 'en' ? 'en-GB' : language)
  )
}

/** `Europe/Berlin` as people say it. */
export const cityOf = (zone: string): string => zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ')

let seenZone = { zone: 'UTC', at: Number.NEGATIVE_INFINITY }

/** Looked up once a second at most: it costs much where a list asks for each of its rows, and a laptop travels slowly. */
export function deviceZone(): string {
  const at = performance.now()
  if (at - seenZone.at > 1000) seenZone = { zone: Intl.DateTimeFormat().resolvedOptions().timeZone || 'UTC', at }
  return seenZone.zone
}

/** The calendar day of an instant in a zone, counted from 1970: to tell today from tomorrow. */
function dayIn(ms: number, zone: string): { day: number; year: number } {
  const [year = 0, month = 1, day = 1] = new Intl.DateTimeFormat('en-CA', { timeZone: zone })
    .format(ms)
    .split('-')
    .map(Number)
  return { day: Math.floor(Date.UTC(year, month - 1, day) / 86_400_000), year }
}

export type Format = ReturnType<typeof createFormat>

/** Numbers and times in one language; pure, so that a test can name the zone and the moment. */
export function createFormat(locale: string, here: string = deviceZone()) {
  const cache = new Map<string, Intl.DateTimeFormat>()
  /** What another device knows as a zone may be none to this one: then the time is told as it is here. */
  const orHere = (zone: string): string => (zone === here || isZone(zone) ? zone : here)
  const in_ = (zone: string, options: Intl.DateTimeFormatOptions) => {
    const key = zone + JSON.stringify(options)
    let made = cache.get(key)
    if (!made) {
      made = new Intl.DateTimeFormat(locale, { ...options, timeZone: orHere(zone) })
      cache.set(key, made)
    }
    return made
  }
  const numbers = new Map<string, Intl.NumberFormat>()
  const inUnits = (options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const key = JSON.stringify(options)
    const made = numbers.get(key) ?? new Intl.NumberFormat(locale, options)
    numbers.set(key, made)
    return made
  }
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  /** What is no time is said as nothing: it may be another program's, and must not stop a list. */
  const said =
    <Rest extends unknown[]>(say: (at: number, ...rest: Rest) => string) =>
    (instant: string | number, ...rest: Rest): string => {
      const at = typeof instant === 'number' ? instant : Date.parse(instant)
      return Number.isFinite(at) ? say(at, ...rest) : ''
    }

  const time = said((at, zone: string = here) => in_(zone, { hour: '2-digit', minute: '2-digit' }).format(at))

  /** "tomorrow 09:00, Berlin"; the place is named only where a zone is given. */
  const when = said((at, zone?: string, now: number = Date.now()): string => {
    const place = zone ? orHere(zone) : here
    const day = dayIn(at, place)
    const today = dayIn(now, place)
    const days = day.day - today.day
    const words =
      Math.abs(days) <= 1
        ? `${relative.format(days, 'day')} ${time(at, place)}`
        : days > 1 && days < 7
          ? `${in_(place, { weekday: 'long' }).format(at)} ${time(at, place)}`
          : in_(place, {
              day: 'numeric',
              month: 'short',
              ...(day.year === today.year ? {} : { year: 'numeric' }),
              hour: '2-digit',
              minute: '2-digit',
            }).format(at)
    return zone ? `${words}, ${cityOf(place)}` : words
  })

  /** To the second, with the zone: for hovering. */
  const exact = said((at, zone: string = here) => in_(zone, { dateStyle: 'full', timeStyle: 'long' }).format(at))

  const date = said((at, zone: string = here) => in_(zone, { dateStyle: 'medium' }).format(at))

  /** "today", "Tuesday 3 November"; the year where it is another one. */
  const day = said((at, now: number = Date.now()): string => {
    const [that, today] = [dayIn(at, here), dayIn(now, here)]
    const days = that.day - today.day
    if (Math.abs(days) <= 1) return relative.format(days, 'day')
    const year = that.year === today.year ? {} : { year: 'numeric' as const }
    return in_(here, { weekday: 'long', day: 'numeric', month: 'long', ...year }).format(at)
  })

  /** "3 minutes ago", "in 2 days"; the largest unit that is at least one. */
  const ago = said((at, now: number = Date.now()): string => {
    const seconds = Math.round((at - now) / 1000)
    const units: [Intl.RelativeTimeFormatUnit, number][] = [
      ['year', 31_557_600],
      ['month', 2_629_800],
      ['day', 86_400],
      ['hour', 3600],
      ['minute', 60],
    ]
    for (const [unit, size] of units)
      if (Math.abs(seconds) >= size) return relative.format(Math.trunc(seconds / size), unit)
    return relative.format(0, 'second')
  })

  const number = (value: number): string => inUnits({}).format(value)
  const percent = (share: number): string => inUnits({ style: 'percent' }).format(share)

  const bytes = (count: number): string => {
    const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte']
    let value = count
    let unit = 0
    while (value >= 1000 && unit < units.length - 1) {
      value /= 1000
      unit += 1
    }
    const digits = unit > 0 && value < 10 ? 1 : 0
    return inUnits({
      style: 'unit',
      unit: units[unit]!,
      unitDisplay: 'short',
      maximumFractionDigits: digits,
    }).format(value)
  }

  const duration = (lengthMs: number): string => {
    const minutes = Math.round(lengthMs / 60_000)
    const unit = minutes >= 60 ? 'hour' : lengthMs >= 60_000 ? 'minute' : 'second'
    const value = unit === 'hour' ? Math.round(minutes / 60) : unit === 'minute' ? minutes : Math.round(lengthMs / 1000)
    return inUnits({ style: 'unit', unit, unitDisplay: 'long' }).format(value)
  }

  return { locale, when, exact, date, day, time, ago, number, percent, bytes, duration }
}

/** Making formatters takes long, and each cell of a list has them: all share one set. */
const made = new Map<string, Format>()

function formatIn(locale: string): Format {
  const zone = deviceZone()
  const key = `${locale} ${zone}`
  const format = made.get(key) ?? createFormat(locale, zone)
  made.set(key, format)
  return format
}

/** Formatters of the chosen language. */
export function useFormat(): Format {
  const { i18n } = useTranslation()
  const language = i18n.resolvedLanguage ?? i18n.language
  return useMemo(() => formatIn(localeOf(language)), [language])
}
