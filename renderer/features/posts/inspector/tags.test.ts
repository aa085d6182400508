import { expect, test } from 'vitest'
import { matchingTags, tagsInUse, withTag } from './tags.ts'

test('what is typed becomes a tag once, without what people put around it', () => {
  expect(withTag(['sea'], '  #Long   walks, ')).toEqual(['sea', 'Long walks'])
  const tags = ['Sea']
  expect(withTag(tags, 'sea')).toEqual(tags)
  expect(withTag(tags, ' # ')).toEqual(tags)
  expect(withTag([], 'x'.repeat(80))[0]).toHaveLength(60)
})

test('twenty are enough', () => {
  const full = Array.from({ length: 20 }, (_, i) => `t${i}`)
  expect(withTag(full, 'more')).toEqual(full)
})

test('tags used before are offered, beginnings first', () => {
  const known = ['travel', 'sea travel', 'food', 'trains']
  expect(matchingTags('tra', known, ['trains'])).toEqual(['travel', 'sea travel'])
})

test('the most used come first', () => {
  expect(tagsInUse([{ tags: ['b', 'a'] }, { tags: ['a'] }])).toEqual(['a', 'b'])
})
