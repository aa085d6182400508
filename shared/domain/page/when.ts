import { type Html, html } from '../html.ts'
import { canonicalLanguage } from './words.ts'

const formats = new Map<string, Intl.DateTimeFormat>()

/** Making a formatter costs a hundred times what using one does. */
function format(language: string, zone: string, style: 'date' | 'exact'): Intl.DateTimeFormat {
  const key = `${language} ${zone} ${style}`
  let known = formats.get(key)
  if (!known) {
    if (formats.size > 500) formats.clear()
    const options: Intl.DateTimeFormatOptions =
      style === 'date' ? { dateStyle: 'long' } : { dateStyle: 'full', timeStyle: 'long' }
    try {
      known = new Intl.DateTimeFormat(canonicalLanguage(language), { ...options, timeZone: zone || 'UTC' })
    } catch {
      known = new Intl.DateTimeFormat(canonicalLanguage(language), { ...options, timeZone: 'UTC' })
    }
    formats.set(key, known)
  }
  return known
}

type Place = { language: string; zone: string }

/** `3 March 2026`, in the creator's language and zone: every reader sees the day the creator meant. */
export const dateIn = (utc: string, { language, zone }: Place): string =>
  format(language, zone, 'date').format(new Date(utc))

/** A date with its exact instant for machines, and the exact local time with its zone on hover. */
export function timeElement(utc: string, place: Place): Html {
  const exact = format(place.language, place.zone, 'exact').format(new Date(utc))
  return html`<time datetime="${utc}" title="${exact}">${dateIn(utc, place)}</time>`
}
