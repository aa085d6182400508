import fc from 'fast-check'
import { expect, test } from 'vitest'
import { textDiff } from './text-diff.ts'

const marked = (runs: { text: string; own: boolean }[]) =>
  runs.map(({ text, own }) => (own ? `[${text}]` : text)).join('')

test('only the words that differ are marked, on each side its own', () => {
  const { a, b } = textDiff('Mussels for two in nine minutes', 'Mussels for four in ten minutes')
  expect(marked(a)).toBe('Mussels for[ two] in[ nine] minutes')
  expect(marked(b)).toBe('Mussels for[ four] in[ ten] minutes')
})

test('an added sentence is one mark, and the other side has none', () => {
  const { a, b } = textDiff('Weigh it.', 'Weigh it. A spoon is an opinion.')
  expect(marked(a)).toBe('Weigh it.')
  expect(marked(b)).toBe('Weigh it.[ A spoon is an opinion.]')
})

test('texts too long for word by word are still shown whole', () => {
  const long = (word: string) => Array.from({ length: 3000 }, (_, i) => `${word}${i}`).join(' ')
  const { a } = textDiff(long('a'), long('b'))
  expect(a).toEqual([{ text: long('a'), own: true }])
})

test('nothing of either text is lost, and what is not marked is the same on both sides', () => {
  const text = fc
    .array(fc.constantFrom('sea', 'salt', ',', ' ', '\n', 'ä', '👩‍🍳'), { maxLength: 30 })
    .map((all) => all.join(''))
  fc.assert(
    fc.property(text, text, (left, right) => {
      const { a, b } = textDiff(left, right)
      expect(a.map((run) => run.text).join('')).toBe(left)
      expect(b.map((run) => run.text).join('')).toBe(right)
      const same = (runs: typeof a) =>
        runs
          .filter((run) => !run.own)
          .map((run) => run.text)
          .join('')
      expect(same(a)).toBe(same(b))
    }),
  )
})
