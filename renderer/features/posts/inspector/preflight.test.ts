import { expect, test } from 'vitest'
import { type PreflightFacts, preflight } from './preflight.ts'

const good: PreflightFacts = {
  title: 'A day at sea',
  words: 120,
  pictures: 2,
  withoutAlt: 0,
  notUploaded: 0,
  offline: false,
  passed: false,
  addressProblem: false,
}

test('a post in order has nothing against it', () => {
  expect(preflight(good)).toEqual([])
})

test('a post of pictures alone needs no words', () => {
  expect(preflight({ ...good, words: 0 })).toEqual([])
})

test('what is missing is named, the gravest first', () => {
  const found = preflight({ ...good, title: '  ', withoutAlt: 2, notUploaded: 1, passed: true })
  expect(found.map((check) => check.id)).toEqual(['title', 'passed', 'alt', 'upload'])
  expect(found.find((check) => check.id === 'alt')?.count).toBe(2)
})
