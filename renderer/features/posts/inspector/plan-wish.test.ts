import { expect, test } from 'vitest'
import { readWish, suggestedLocal } from './plan-wish.ts'

const now = Date.parse('2026-03-05T10:00:00Z')

test('a time ahead is understood as an instant', () => {
  expect(readWish('2026-03-06T09:00:00', 'Europe/Berlin', now)).toMatchObject({
    kind: 'good',
    at: '2026-03-06T08:00:00.000Z',
    repeated: false,
  })
})

test('a time the clocks jump over is answered with the nearest two that exist', () => {
  expect(readWish('2026-03-29T02:30:00', 'Europe/Berlin', now)).toEqual({
    kind: 'gap',
    gapFrom: '2026-03-29T02:00:00',
    gapTo: '2026-03-29T03:00:00',
    before: '2026-03-29T01:59:00',
    after: '2026-03-29T03:00:00',
  })
})

test('a time that comes twice says which one is meant', () => {
  expect(readWish('2026-10-25T02:30:00', 'Europe/Berlin', now)).toMatchObject({
    kind: 'good',
    repeated: true,
    offset: '+02:00',
  })
})

test('the past, nothing and nonsense are told apart', () => {
  expect(readWish('2026-03-05T10:59:00', 'Europe/Berlin', now).kind).toBe('passed')
  expect(readWish('', 'Europe/Berlin', now).kind).toBe('empty')
  expect(readWish('2026-03-05T10:59:00', 'Europe/Atlantis', now).kind).toBe('refused')
})

test('the suggestion is tomorrow morning where the author plans, not where the device is', () => {
  expect(suggestedLocal(now, 'Europe/Berlin')).toBe('2026-03-06T09:00:00')
  // 10:00 UTC is already the 6th at Kiritimati
  expect(suggestedLocal(now, 'Pacific/Kiritimati')).toBe('2026-03-07T09:00:00')
  expect(suggestedLocal(Date.parse('2026-12-31T12:00:00Z'), 'UTC')).toBe('2027-01-01T09:00:00')
})
