import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Version } from '../../collections/versions.ts'
import type { BodyNode } from '../richtext/index.ts'
import { align } from './align.ts'
import { blocksOf, countChanges, diffBlocks } from './block-diff.ts'
import { type Aged, thin } from './thinning.ts'
import { diffWords, wordsOf } from './word-diff.ts'

const now = Date.parse('2026-11-23T12:00:00.000Z')
const hour = 3_600_000
const day = 24 * hour
let ids = 0
const version = (ageMs: number, why: Version['why'] = 'edited'): Aged => ({
  id: String(ids++).padStart(6, '0'),
  at: new Date(now - ageMs).toISOString(),
  why,
})

describe('thinning', () => {
  const anyVersions = fc.array(
    fc
      .tuple(
        fc.oneof(
          fc.integer({ min: -hour, max: 2 * hour }),
          fc.integer({ min: 0, max: 2 * day }),
          fc.integer({ min: 0, max: 400 * day }),
        ),
        fc.constantFrom<Version['why']>('edited', 'edited', 'edited', 'restored', 'conflict', 'planned', 'published'),
      )
      .map(([age, why]) => version(age, why)),
    { maxLength: 60 },
  )
  const thinned = (versions: readonly Aged[], at: number): Aged[] => {
    const gone = new Set(thin(versions, at))
    return versions.filter((each) => !gone.has(each))
  }

  test('keeps all of the last hour, one an hour for a day, one a day for a month, one a week beyond', () => {
    const every = (stepMs: number, fromMs: number, toMs: number) =>
      Array.from({ length: Math.floor((toMs - fromMs) / stepMs) }, (_, i) => version(fromMs + i * stepMs))
    const within = (versions: readonly Aged[], fromMs: number, toMs: number) =>
      versions.filter(({ at }) => now - Date.parse(at) >= fromMs && now - Date.parse(at) < toMs).length
    const kept = thinned(every(10 * 60_000, 0, 100 * day), now)
    expect(within(kept, 0, hour)).toBe(6)
    expect(within(kept, hour, day)).toBe(23)
    // The stretches are those of the calendar, so one may be cut by the border.
    expect(within(kept, day, 30 * day)).toBeGreaterThanOrEqual(29)
    expect(within(kept, day, 30 * day)).toBeLessThanOrEqual(30)
    expect(within(kept, 30 * day, 100 * day)).toBeGreaterThanOrEqual(10)
    expect(within(kept, 30 * day, 100 * day)).toBeLessThanOrEqual(11)
  })

  test('never takes what was handed to readers, nor the newest', () => {
    fc.assert(
      fc.property(anyVersions, (versions) => {
        const gone = thin(versions, now)
        expect(gone.filter(({ why }) => why === 'published' || why === 'planned')).toEqual([])
        const newest = [...versions].sort((a, b) => (a.at + a.id < b.at + b.id ? 1 : -1))[0]
        if (newest) expect(gone).not.toContain(newest)
      }),
    )
  })

  test('leaves something of every week that had something', () => {
    const weeks = (versions: readonly Aged[]) =>
      new Set(versions.map(({ at }) => Math.floor(Date.parse(at) / (7 * day))))
    fc.assert(
      fc.property(anyVersions, (versions) => {
        expect(weeks(thinned(versions, now))).toEqual(weeks(versions))
      }),
    )
  })

  test('comes to the same however often it was done before, in whatever order the versions are', () => {
    fc.assert(
      fc.property(anyVersions, fc.integer({ min: 0, max: 60 * day }), (versions, later) => {
        const ids = (list: readonly Aged[]) => list.map(({ id }) => id).sort()
        const once = thinned(versions, now + later)
        expect(ids(thinned(thinned(versions, now), now + later))).toEqual(ids(once))
        expect(ids(thinned([...versions].reverse(), now + later))).toEqual(ids(once))
      }),
    )
  })
})

describe('the words between two texts', () => {
  const told = (before: string, after: string) =>
    diffWords(before, after)
      .map(({ kind, text }) => (kind === 'same' ? text : kind === 'added' ? `[+${text}]` : `[-${text}]`))
      .join('')

  test('are told by words, and a replaced phrase as one', () => {
    expect(told('The tide is low today', 'The tide was low today')).toBe('The tide [-is][+was] low today')
    expect(told('Come at six', 'Come at six, hungry')).toBe('Come at six[+, hungry]')
    expect(told('A red small boat left', 'A blue big boat left')).toBe('A [-red small][+blue big] boat left')
    expect(told('same', 'same')).toBe('same')
    expect(told('', 'new')).toBe('[+new]')
    expect(told('潮が引く', '潮が満ちる')).toContain('潮が')
  })

  test('give back both texts, and no piece is empty', () => {
    const text = fc.array(fc.constantFrom('tide', 'low', ' ', 'sea', ', ', 'é', '潮', '\n'), { maxLength: 40 })
    fc.assert(
      fc.property(text, text, (a, b) => {
        const [before, after] = [a.join(''), b.join('')]
        const pieces = diffWords(before, after)
        const without = (kind: string) => pieces.filter((piece) => piece.kind !== kind).map((piece) => piece.text)
        expect(without('added').join('')).toBe(before)
        expect(without('removed').join('')).toBe(after)
        expect(pieces.every((piece) => piece.text !== '')).toBe(true)
      }),
    )
  })

  test('aligned lists share as many items as can be, in order', () => {
    const items = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 })
    const longest = (a: string[], b: string[]): number => {
      if (a.length === 0 || b.length === 0) return 0
      if (a[0] === b[0]) return 1 + longest(a.slice(1), b.slice(1))
      return Math.max(longest(a.slice(1), b), longest(a, b.slice(1)))
    }
    fc.assert(
      fc.property(items, items, (a, b) => {
        const pairs = align(a, b)
        expect(pairs.every((pair) => a[pair.a] === b[pair.b])).toBe(true)
        expect(pairs.every((pair, i) => i === 0 || (pair.a > pairs[i - 1]!.a && pair.b > pairs[i - 1]!.b))).toBe(true)
        expect(pairs.length).toBe(longest(a, b))
      }),
    )
  })

  test('two long texts with nothing in common are answered at once', () => {
    const long = (word: string) => Array.from({ length: 60_000 }, (_, i) => `${word}${i}`).join(' ')
    const began = performance.now()
    expect(diffWords(long('a'), long('b')).filter(({ kind }) => kind !== 'same').length).toBeGreaterThan(0)
    expect(performance.now() - began).toBeLessThan(5000)
  })
})

describe('the blocks between two texts', () => {
  const p = (text: string, marks?: string): BodyNode => ({
    type: 'paragraph',
    content: [{ type: 'text', text, ...(marks ? { marks: [{ type: marks }] } : {}) }],
  })
  const doc = (...content: BodyNode[]): BodyNode => ({ type: 'doc', content })
  const told = (before: BodyNode, after: BodyNode) =>
    diffBlocks(blocksOf(before), blocksOf(after)).map(({ kind, block }) => `${kind} ${block.kind} ${block.text}`)

  test('a paragraph that was put in leaves the others the same', () => {
    expect(told(doc(p('One'), p('Two')), doc(p('One'), p('Between'), p('Two')))).toEqual([
      'same paragraph One',
      'added paragraph Between',
      'same paragraph Two',
    ])
  })

  test('a paragraph that was rewritten is changed where it is, one that is another is not', () => {
    const before = doc(p('The tide is low in the morning'), p('Something else altogether'))
    const after = doc(p('The tide is high in the morning'), p('Nothing of it remains'))
    expect(told(before, after)).toEqual([
      'changed paragraph The tide is high in the morning',
      'removed paragraph Something else altogether',
      'added paragraph Nothing of it remains',
    ])
  })

  test('words made bold are the same words in another style', () => {
    expect(told(doc(p('Low tide')), doc(p('Low tide', 'bold')))).toEqual(['styled paragraph Low tide'])
  })

  test('lists, quotes, pictures and lines are read one by one', () => {
    const list = (...items: string[]): BodyNode => ({
      type: 'bulletList',
      content: items.map((item) => ({ type: 'listItem', content: [p(item)] })),
    })
    const picture: BodyNode = { type: 'image', attrs: { hash: 'a'.repeat(64), alt: 'A boat', caption: '' } }
    const before = doc(list('bread', 'salt'), { type: 'blockquote', content: [p('Said')] })
    const after = doc(list('bread', 'butter', 'salt'), picture, { type: 'horizontalRule' })
    expect(told(before, after)).toEqual([
      'same item bread',
      'added item butter',
      'same item salt',
      'removed quote Said',
      'added picture A boat',
      'added line ',
    ])
  })

  test.each([
    [400, 40],
    [20_000, 2],
  ])('a text of %i paragraphs that was rewritten whole is compared at once', (paragraphs, length) => {
    const text = (word: string) =>
      doc(...Array.from({ length: paragraphs }, (_, i) => p(Array.from({ length }, (_, j) => word + i + j).join(' '))))
    const [before, after] = [blocksOf(text('a')), blocksOf(text('b'))]
    const began = performance.now()
    const changes = diffBlocks(before, after)
    expect(performance.now() - began).toBeLessThan(3000)
    expect(changes).toHaveLength(2 * paragraphs)
  })

  test('in a text too long to look for what is alike, what has the same words is still the same block', () => {
    const many = (word: string) => Array.from({ length: 900 }, (_, i) => p(`${word} ${i}`))
    const before = doc(...many('old'), p('The tide'), ...many('older'))
    const after = doc(...many('new'), p('The tide', 'bold'), ...many('newer'))
    expect(told(before, after).filter((each) => each.includes('tide'))).toEqual(['styled paragraph The tide'])
  })

  test('are counted in words', () => {
    const changes = diffBlocks(blocksOf(doc(p('One two three'))), blocksOf(doc(p('One four three'), p('And more'))))
    const count = (text: string) => wordsOf(text).filter((word) => /\w/.test(word)).length
    expect(countChanges(changes, count)).toEqual({ added: 3, removed: 1 })
  })
})
