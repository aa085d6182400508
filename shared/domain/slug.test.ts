import fc from 'fast-check'
import { expect, test } from 'vitest'
import { GroverError } from '../errors.ts'
import { checkSlug, deriveSlug, freeSlug, reservedSlugs, slugFrom } from './slug.ts'

test.each([
  ['Hello, World!', 'hello-world'],
  ["Don't stop", 'dont-stop'],
  ['Über uns: Straße', 'über-uns-straße'],
  ['Cafe\u0301', 'café'],
  ['ＦＵＬＬ ｗｉｄｔｈ', 'full-width'],
  ['日本語のタイトル', '日本語のタイトル'],
  ['हिन्दी में', 'हिन्दी-में'],
  ['../../etc/passwd', 'etc-passwd'],
  ['a\u202eb\u200fc\u0000d', 'abc-d'],
  ['  --  ', ''],
  ['5 ½ tips', '5-1-2-tips'],
  ['\u0301\u0302abc', 'abc'],
])('%j becomes %j', (title, slug) => {
  expect(slugFrom(title)).toBe(slug)
})

test('a title without letters still has an address', () => {
  expect(deriveSlug('')).toBe('post')
  expect(deriveSlug('🎉🎉')).toBe('post')
})

test('a long title is cut at a word, an endless word between characters', () => {
  expect(deriveSlug(`${'word '.repeat(40)}`)).toMatch(/^(word-){15}word$/)
  expect(deriveSlug('x'.repeat(300))).toHaveLength(80)
  expect(deriveSlug('\u{20000}'.repeat(100)).isWellFormed()).toBe(true)
})

test.each([
  '../',
  '..',
  'a/b',
  'a\u202eb',
  'a\u200fb',
  'a\u0000',
  'My Post',
  'a--b',
  '-a',
  'a-',
  '',
  'a.b',
  'A',
  'e\u0301',
  'a%2fb',
])('the chosen slug %j is refused with a sentence', (slug) => {
  expect(() => checkSlug(slug)).toThrow(GroverError)
})

test('a refusal offers what would do', () => {
  try {
    checkSlug('My Post')
    expect.unreachable()
  } catch (error) {
    expect(error).toMatchObject({ code: 'slug_invalid', details: { suggestion: 'my-post' } })
  }
})

test('a slug that the page itself uses is refused, and never derived', () => {
  for (const slug of reservedSlugs) {
    expect(() => checkSlug(slug)).toThrow('page itself')
    expect(freeSlug(deriveSlug(slug), () => false)).toBe(`${slug}-2`)
  }
})

test('the first free number is taken', () => {
  const taken = new Set(['a', 'a-2', 'a-4'])
  expect(freeSlug('a', (slug) => taken.has(slug))).toBe('a-3')
  expect(freeSlug('b', (slug) => taken.has(slug))).toBe('b')
})

test('property: any title gives a slug that may be chosen, and deriving again changes nothing', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (title) => {
      const slug = freeSlug(deriveSlug(title), () => false)
      expect(checkSlug(slug)).toBe(slug)
      expect(slugFrom(slug)).toBe(slug)
      expect(slug).not.toMatch(/[\p{C}\p{Z}/\\.%?#"'<>&]/u)
    }),
    { numRuns: 2000 },
  )
})
