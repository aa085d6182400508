import { expect, test } from 'vitest'
import { createKept } from './kept.ts'

test('the longest unused goes first, and what is kept never outgrows its bounds', () => {
  const kept = createKept<string>(10, (text) => text.length)
  kept.set('a', 'aaaa')
  kept.set('b', 'bbbb')
  expect(kept.get('a')).toBe('aaaa')
  kept.set('c', 'cccc')
  expect([kept.get('a'), kept.get('b'), kept.get('c')]).toEqual(['aaaa', undefined, 'cccc'])
  kept.set('a', 'a')
  expect(kept.bytes).toBe(5)
  kept.set('big', 'x'.repeat(50))
  expect([kept.get('big'), kept.bytes]).toEqual([undefined, 0])
})
