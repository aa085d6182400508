import { useEffect, useState } from 'react'
import { zones } from '../../../shared/domain/schedule.ts'
import { placeOf } from './words.ts'

/** A zone as it is found: by place, region, IANA name, and the names people use for its time (“Pacific Time”, “CET”). */
export type ZoneChoice = { id: string; place: string; region: string; name: string; text: string }

type Names = { choices: ZoneChoice[]; isComplete: boolean }
const made = new Map<string, Names>()

/** As many as are named in one go: about 15 ms, so that the picker opens at once and typing is never held up. */
const batch = 40

/**
 * Every zone, findable at once by place and a moment later by the name of its time: naming all of them takes `Intl`
 * a fifth of a second, so that is done in pieces and kept.
 */
export function useZoneNames(locale: string, now: number): ZoneChoice[] {
  const [, setTurn] = useState(0)
  const names = made.get(locale) ?? start(locale)
  useEffect(() => {
    if (names.isComplete) return
    let timer: ReturnType<typeof setTimeout>
    const next = (from: number) => {
      const part = names.choices.slice(from, from + batch).map((choice) => named(choice, locale, now))
      names.choices = [...names.choices.slice(0, from), ...part, ...names.choices.slice(from + batch)]
      names.isComplete = from + batch >= names.choices.length
      if (names.isComplete) setTurn((turn) => turn + 1)
      else timer = setTimeout(next, 0, from + batch)
    }
    timer = setTimeout(next, 0, 0)
    return () => clearTimeout(timer)
  }, [names, locale, now])
  return names.choices
}

function start(locale: string): Names {
  const choices = zones().map((id): ZoneChoice => {
    const place = placeOf(id)
    const region = id.includes('/') ? id.slice(0, id.indexOf('/')) : ''
    return { id, place, region, name: '', text: plain(`${place} ${id}`) }
  })
  const names = { choices, isComplete: false }
  made.set(locale, names)
  return names
}

function named(choice: ZoneChoice, locale: string, now: number): ZoneChoice {
  const name = zoneName(choice.id, locale, now, 'longGeneric')
  const short = zoneName(choice.id, locale, now, 'short')
  const english = locale.startsWith('en') ? '' : zoneName(choice.id, 'en', now, 'long')
  return { ...choice, name, text: plain(`${choice.place} ${choice.id} ${name} ${short} ${english}`) }
}

const zoneName = (
  timeZone: string,
  locale: string,
  now: number,
  timeZoneName: 'longGeneric' | 'long' | 'short',
): string =>
  new Intl.DateTimeFormat(locale, { timeZone, timeZoneName })
    .formatToParts(now)
    .find((part) => part.type === 'timeZoneName')?.value ?? ''

/** Without accents, case and punctuation: `sao paulo` finds São Paulo, `utc+2` finds GMT+2. */
export const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[_/.,]/g, ' ')
    .replaceAll('utc+', 'gmt+')
    .replaceAll('utc-', 'gmt-')

/** Every word must be found; places that begin with the words come first, then names of times that do. */
export function findZones(choices: readonly ZoneChoice[], query: string): readonly ZoneChoice[] {
  const words = plain(query).split(/\s+/).filter(Boolean)
  if (words.length === 0) return choices
  const found = choices.filter((choice) => words.every((word) => choice.text.includes(word)))
  const start = words.join(' ')
  const begins = (choice: ZoneChoice) =>
    plain(choice.place).startsWith(start) ? 2 : plain(choice.name).startsWith(start) ? 1 : 0
  return found.sort((a, b) => begins(b) - begins(a))
}
