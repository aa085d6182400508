import fc from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { mergeCounters } from './counters.ts'
import { type Item, mergeLists } from './lists.ts'
import { mergeDocuments } from './merge.ts'
import type { Rule } from './rules.ts'

// No shipped collection has such fields yet.
vi.mock('./rules.ts', () => ({
  ruleOf: (_collection: string, field: string): Rule =>
    field === 'links' ? { kind: 'list', max: 3 } : { kind: field === 'views' ? 'counter' : 'choose' },
}))

const merged = (base: Item[] | null, mine: Item[], theirs: Item[], later: 'mine' | 'theirs' = 'mine') =>
  mergeLists(base, mine, theirs, later).items
const letters = (text: string) => [...text]

describe('lists', () => {
  test.each([
    ['one moves, the other adds', 'abcd', 'dabc', 'abxcd', 'dabxc'],
    ['both add in one place, each in its order', 'ab', 'a21b', 'a43b', 'a2143b'],
    ['both move the same: where the later one has it', 'abcd', 'bacd', 'bcda', 'bacd'],
    ['one takes out, the other adds beside it', 'abc', 'ac', 'abxc', 'axc'],
    ['one takes out what the other moves', 'abc', 'bc', 'bca', 'bca'],
    ['both take out', 'abcd', 'acd', 'abd', 'ad'],
    ['both add the same', 'ab', 'axb', 'abx', 'axb'],
  ])('%s', (_, base, mine, theirs, expected) => {
    expect(merged(letters(base), letters(mine), letters(theirs)).join('')).toBe(expected)
    expect(merged(letters(base), letters(theirs), letters(mine), 'theirs').join('')).toBe(expected)
  })

  test('an item that one side changed and the other took out stays; one that both changed is told', () => {
    const [base, mine, theirs] = [
      [
        { id: 'a', url: '1' },
        { id: 'b', url: '1' },
      ],
      [{ id: 'b', url: '2' }],
      [
        { id: 'a', url: '2' },
        { id: 'b', url: '3' },
      ],
    ]
    expect(mergeLists(base, mine, theirs, 'mine')).toEqual({
      items: [
        { id: 'a', url: '2' },
        { id: 'b', url: '2' },
      ],
      conflicts: [{ mine: { id: 'b', url: '2' }, theirs: { id: 'b', url: '3' } }],
    })
  })

  const ids = fc.uniqueArray(fc.constantFrom(...'abcdefgh'), { maxLength: 8 })
  const items = fc.uniqueArray(fc.record({ id: fc.constantFrom(...'abcdef'), v: fc.integer({ min: 0, max: 2 }) }), {
    selector: ({ id }) => id,
    maxLength: 6,
  })
  const base = fc.option(items)

  test('the result is the same whichever side merges, and nothing is there twice', () => {
    fc.assert(
      fc.property(base, items, items, (b, m, t) => {
        const one = mergeLists(b, m, t, 'mine')
        const other = mergeLists(b, t, m, 'theirs')
        expect(other.items).toEqual(one.items)
        expect(new Set(one.items.map((item) => (item as { id: string }).id)).size).toBe(one.items.length)
      }),
    )
  })

  test('what one side alone changed is the list', () => {
    fc.assert(
      fc.property(items, items, (b, t) => {
        expect(merged(b, b, t)).toEqual(t)
      }),
    )
  })

  test('what either side added or changed is in, and what it took out of an order that the other left alone is out', () => {
    const find = (list: readonly { id: string; v: number }[], id: string) => list.find((item) => item.id === id)
    fc.assert(
      fc.property(items, items, items, (b, m, t) => {
        const result = new Set((merged(b, m, t) as { id: string }[]).map(({ id }) => id))
        const all = new Set([...b, ...m, ...t].map(({ id }) => id))
        for (const id of all) {
          const [inBase, inMine, inTheirs] = [b, m, t].map((list) => find(list, id))
          if (inMine && inTheirs) expect(result).toContain(id)
          else if (!inBase) expect(result).toContain(id)
          else if (!inMine && !inTheirs) expect(result).not.toContain(id)
          else if ((inMine ?? inTheirs)!.v !== inBase.v) expect(result).toContain(id)
        }
        const order = (list: readonly { id: string }[]) => list.filter(({ id }) => find(b, id)).map(({ id }) => id)
        const theirsOnlyTookOut =
          order(t).join() ===
          order(b)
            .filter((id) => find(t, id))
            .join()
        if (theirsOnlyTookOut)
          for (const { id, v } of b) if (!find(m, id) && find(t, id)?.v === v) expect(result).not.toContain(id)
      }),
    )
  })

  test('where nobody moved anything, each side’s order is kept', () => {
    const inserted = fc.tuple(
      ids,
      fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
      fc.array(fc.nat({ max: 8 }), { maxLength: 4 }),
    )
    const add = (list: string[], at: number[], name: string) => {
      const grown = [...list]
      for (const [i, place] of at.entries()) grown.splice(Math.min(place, grown.length), 0, `${name}${i}`)
      return grown
    }
    fc.assert(
      fc.property(inserted, ([b, atMine, atTheirs]) => {
        const [m, t] = [add(b, atMine, 'm'), add(b, atTheirs, 't')]
        const result = merged(b, m, t)
        for (const side of [m, t]) expect(result.filter((item) => side.includes(item as string))).toEqual(side)
      }),
    )
  })
})

describe('counters', () => {
  const count = fc.integer({ min: -1000, max: 1000 })
  test('add what both sides did, whichever side merges', () => {
    fc.assert(
      fc.property(count, count, count, (base, mine, theirs) => {
        expect(mergeCounters(base, base + mine, base + theirs)).toBe(base + mine + theirs)
        expect(mergeCounters(base, theirs, mine)).toBe(mergeCounters(base, mine, theirs))
      }),
    )
  })
  test('count nothing twice where the base is not known', () => {
    expect(mergeCounters(null, 3, 5)).toBe(5)
  })
})

test('a document’s lists and counts are merged by their rules; a list that has become too long is told', () => {
  const merge = (mine: object, theirs: object) =>
    mergeDocuments('media', {
      base: { id: '1', links: ['a', 'b'], views: 10 },
      mine: { id: '1', links: ['a', 'b'], views: 10, ...mine },
      theirs: { id: '1', links: ['a', 'b'], views: 10, ...theirs },
    })
  expect(merge({ links: ['b', 'a'], views: 11 }, { links: ['a', 'b', 'c'], views: 11 })).toEqual({
    merged: { id: '1', links: ['b', 'a', 'c'], views: 12, _deleted: false },
    conflicts: [],
  })
  const { merged: full, conflicts } = merge({ links: ['a', 'b', 'x'] }, { links: ['a', 'b', 'y'] })
  expect(full.links).toEqual(['a', 'b', 'x'])
  expect(conflicts).toMatchObject([{ field: 'links', mine: ['a', 'b', 'x'], theirs: ['a', 'b', 'y'] }])
})
