import type { TFunction } from 'i18next'
import { dayAt, type Placed } from '../../../shared/domain/calendar.ts'
import type { Day } from '../../../shared/domain/calendar-days.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'
import { type ZoneOffsets, zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import type { CalendarPost } from './calendar-post.ts'
import { type CalendarWords, calendarWords } from './words.ts'

/** What every part of the calendar draws with: the zone one looks in, the language, and where today is. */
export type Scene = {
  offsets: ZoneOffsets
  words: CalendarWords
  t: TFunction<'calendar'>
  today: Day
  weekStart: number
  stateWord(state: PostState): string
  /** Said after the state of a post that cannot be moved. */
  fixedWord: string
  /** “3 posts”, “+12 more”. */
  counted(key: 'postCount' | 'more', count: number): string
}

const place = '#'

/** What a thousand chips say is looked up once, not a thousand times. */
export function createScene(options: {
  zone: string
  locale: string
  weekStart: number
  now: number
  t: TFunction<'calendar'>
  stateWord(state: PostState): string
}): Scene {
  const offsets = zoneOffsets(options.zone)
  const stateWords = new Map<PostState, string>()
  const counts = new Map<string, string>()
  const words = calendarWords(options.locale)
  return {
    offsets,
    words,
    t: options.t,
    today: dayAt(options.now, offsets),
    weekStart: options.weekStart,
    fixedWord: options.t('fixed'),
    stateWord: (state) => {
      const word = stateWords.get(state) ?? options.stateWord(state)
      stateWords.set(state, word)
      return word
    },
    counted: (key, count) => {
      // A sentence for each plural form; filling in the number oneself is some hundred times quicker than asking again.
      const form = `${key} ${count === 0 ? 'zero' : words.plural(count)}`
      const sentence = counts.get(form) ?? options.t(key, { count, shown: place })
      counts.set(form, sentence)
      return sentence.replace(place, words.number(count))
    },
  }
}

export type PlacedPost = Placed<CalendarPost>
export type PostsByDay = Map<Day, PlacedPost[]>
