import { expect, test } from 'vitest'
import { fuzzy } from './fuzzy.ts'

const rank = (query: string, texts: string[]) =>
  texts
    .map((text) => ({ text, match: fuzzy(query, text) }))
    .filter((each) => each.match)
    .sort((a, b) => b.match!.score - a.match!.score)
    .map((each) => each.text)

test('abbreviations by the beginnings of words come first', () => {
  expect(rank('np', ['Unpublish', 'Go to the plan', 'New post'])[0]).toBe('New post')
  expect(rank('gp', ['Sign up', 'Go to posts'])[0]).toBe('Go to posts')
})

test('a whole word beats scattered letters', () => {
  expect(rank('plan', ['Publish later than now', 'Go to the plan'])).toEqual([
    'Go to the plan',
    'Publish later than now',
  ])
})

test('marks the characters that it found, through accents and capitals', () => {
  expect(fuzzy('uber', 'Über')?.at).toEqual([0, 1, 2, 3])
  const match = fuzzy('np', 'New post')
  expect(match?.at).toEqual([0, 4])
})

test('finds nothing where a letter is missing, and everything with no letters', () => {
  expect(fuzzy('xyz', 'New post')).toBeNull()
  expect(fuzzy('', 'New post')).toEqual({ score: 0, at: [] })
})
