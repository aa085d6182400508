import { expect, test } from 'vitest'
import { checkWhen } from '../../../shared/domain/calendar.ts'
import type { LocalDateTime } from '../../../shared/domain/units.ts'
import { type LatePost, latePost, moveTogether, whereIs } from './late-post.ts'

const late = (id: string, local: string, zone: string): LatePost => {
  const when = { local: local as LocalDateTime, zone }
  return { id, title: id, at: checkWhen(when, 0).at, when, late: 'ask', mode: 'schedule', planId: id }
}

test('posts moved together keep their distance and their own zone', () => {
  const posts = [late('b', '2026-06-01T12:00:00', 'Asia/Tokyo'), late('a', '2026-06-01T09:00:00', 'Europe/Berlin')]
  const moved = moveTogether(posts, { local: '2026-06-05T18:00:00' as LocalDateTime, zone: 'Europe/Berlin' })
  // Tokyo's noon is 05:00 in Berlin: it was the first.
  expect(moved).toEqual([
    { id: 'b', when: { local: '2026-06-06T01:00:00', zone: 'Asia/Tokyo' } },
    { id: 'a', when: { local: '2026-06-05T22:00:00', zone: 'Europe/Berlin' } },
  ])
})

test('a post is with the server only when the server answers this very plan', () => {
  const plan = {
    id: 'p2',
    mode: 'schedule',
    local: '2026-06-01T09:00:00',
    zone: 'UTC',
    at: '2026-06-01T09:00:00.000Z',
    late: 'ask',
  } as const
  const post = latePost({ id: 'x', title: '', plan })
  expect(whereIs(post, null)).toBe('device')
  expect(whereIs(post, { planId: 'p1' })).toBe('device')
  expect(whereIs(post, { planId: 'p2' })).toBe('server')
})
