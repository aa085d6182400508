import { expect, test } from 'vitest'
import { editDistance, hasWords, highlight } from './highlight.ts'

const hits = (title: string, query: string): string[] =>
  highlight(title, query)
    .filter((piece) => piece.hit)
    .map((piece) => piece.text)

test('words that begin with what is typed are marked, accents or not', () => {
  expect(hits('Café by the Sea', 'caf sea')).toEqual(['Café', 'Sea'])
  expect(hits('Über das Meer', 'uber')).toEqual(['Über'])
})

test('a wrong letter still marks the word that was meant', () => {
  expect(hits('A long journey home', 'jorney')).toEqual(['journey'])
  expect(hits('Photography for beginners', 'photogrpahy')).toEqual(['Photography'])
  expect(hits('The cat', 'cot')).toEqual([])
})

test('pieces always add up to the title', () => {
  for (const query of ['', 'sea', '!!', 'x y z'])
    expect(
      highlight('The sea, the sea', query)
        .map((piece) => piece.text)
        .join(''),
    ).toBe('The sea, the sea')
})

test('a title says words in any order, with accents or without', () => {
  expect(hasWords('Café by the Sea', 'sea caf')).toBe(true)
  expect(hasWords('Café by the Sea', 'sea boat')).toBe(false)
})

test('distance is counted no further than it matters', () => {
  expect(editDistance('kitten', 'sitting', 3)).toBe(3)
  expect(editDistance('kitten', 'mountain', 2)).toBe(3)
})
