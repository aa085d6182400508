import { expect, test } from 'vitest'
import { isBlocked, preflight } from './preflight.ts'

const post = { title: 'A day at sea', words: 120 }
const receipt = { state: 'draft' as const, problem: null }
const body = { pictures: ['a', 'b'], withoutAlt: 0 }

test('a post in order has nothing against it', () => {
  expect(preflight(post, receipt, body, 0)).toEqual([])
})

test('a post of pictures alone needs no words', () => {
  expect(preflight({ ...post, words: 0 }, receipt, body, 0)).toEqual([])
})

test('what is missing is named, the gravest first', () => {
  const found = preflight({ ...post, title: '  ' }, { ...receipt, state: 'late' }, { ...body, withoutAlt: 2 }, 1)
  expect(found.map((check) => check.id)).toEqual(['title', 'passed', 'alt', 'upload'])
  expect(found.find((check) => check.id === 'alt')?.count).toBe(2)
})

test('only what must be put right holds a post back, and a time that has passed does not', () => {
  expect(isBlocked(preflight(post, { ...receipt, state: 'late' }, { ...body, withoutAlt: 1 }, 1))).toBe(false)
  expect(isBlocked(preflight({ ...post, words: 0 }, receipt, { ...body, pictures: [] }, 0))).toBe(true)
  const taken = { code: 'slug_taken', message: 'Taken.' }
  expect(isBlocked(preflight(post, { ...receipt, problem: taken }, body, 0))).toBe(true)
})
