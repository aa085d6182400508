import type { CalendarPost } from '../../../renderer/features/calendar/calendar-post.ts'
import { checkWhen, localOf } from '../../../shared/domain/calendar.ts'
import { addDays, type Day, dayWall, minuteMs } from '../../../shared/domain/calendar-days.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'

/** A small fixed generator (mulberry32): the same month each time. */
function random(seed: number): () => number {
  let a = seed
  return () => {
    a = (a + 0x6d2b79f5) | 0
    let t = Math.imul(a ^ (a >>> 15), 1 | a)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
}

const subjects = [
  'The long way home',
  'Notes from the ferry',
  'What the tide left',
  'Questions and answers',
  'Behind the third take',
  'A letter in winter',
  'Field recording',
  'Studio diary',
]
const parts = [
  'part one',
  'a sketch',
  'for members',
  'with pictures',
  'revisited',
  '',
  'and what came after',
  'in colour',
]
const later: PostState[] = [
  'scheduled',
  'scheduled',
  'scheduled',
  'scheduled',
  'scheduled',
  'waiting',
  'held',
  'failed',
]
const before: PostState[] = ['published', 'published', 'published', 'changed', 'withdrawn', 'skipped']

/** Posts over the days from `first`, at times people choose, in several zones. */
export function samplePosts(count: number, first: Day, days: number, zone: string, now: number): CalendarPost[] {
  const next = random(7)
  const pick = <T>(list: readonly T[]): T => list[Math.floor(next() * list.length)]!
  return Array.from({ length: count }, (_, i) => {
    const day = addDays(first, Math.floor(next() * days))
    const minute = (6 + Math.floor(next() * 16)) * 60 + pick([0, 0, 0, 15, 30, 45])
    const own = next() < 0.8 ? zone : pick(['America/New_York', 'Asia/Tokyo', 'Europe/London'])
    const when = { local: localOf(dayWall(day) + minute * minuteMs), zone: own }
    const { at } = checkWhen(when, 0)
    const part = pick(parts)
    return {
      id: `post-${i}`,
      title: part ? `${pick(subjects)}, ${part}` : pick(subjects),
      at,
      ...when,
      late: 'ask',
      mode: 'schedule',
      state: at < now ? pick(before) : pick(later),
    }
  })
}

export const sampleDrafts = (count: number): CalendarPost[] =>
  Array.from({ length: count }, (_, i) => ({
    id: `draft-${i}`,
    title: `${subjects[i % subjects.length]}, draft`,
    at: Number.NaN,
    local: '' as CalendarPost['local'],
    zone: '',
    late: 'ask',
    mode: 'draft',
    state: 'draft',
  }))
