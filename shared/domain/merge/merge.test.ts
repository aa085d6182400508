import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { blankDocument } from '../../collections/blank.ts'
import { collections } from '../../collections/index.ts'
import type { Post } from '../../collections/posts.ts'
import { bodyFromJson, mergeBodies, readBody } from '../richtext/index.ts'
import { mergeDocuments, mergeSets, type State } from './index.ts'

const text = { merge: mergeBodies, read: readBody }
const body = (...paragraphs: string[]) =>
  bodyFromJson({
    type: 'doc',
    content: paragraphs.map((line) => ({ type: 'paragraph', content: [{ type: 'text', text: line }] })),
  } as never)

const post = (fields: Partial<Post> = {}): State => ({
  id: 'p',
  kind: 'post',
  title: 'Title',
  summary: '',
  slug: '',
  tags: [],
  visibility: 'public',
  body: '',
  text: '',
  words: 0,
  cover: '',
  images: [],
  plan: { id: '', mode: 'draft', local: '', zone: '', at: '', late: 'ask' },
  release: '',
  withdrawn: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  ...fields,
})
const at = (second: number) => `2026-01-02T00:00:${String(second).padStart(2, '0')}.000Z`
const plan = (id: string, local = '2026-05-01T09:00:00') => ({
  id,
  mode: 'schedule' as const,
  local,
  zone: 'Europe/Berlin',
  at: '2026-05-01T07:00:00.000Z',
  late: 'ask' as const,
})

test('edits to different fields are both kept, without a conflict', () => {
  const base = post()
  const mine = post({ title: 'Mine', updatedAt: at(1) })
  const theirs = post({ summary: 'Theirs', tags: ['a'], updatedAt: at(2) })
  const { merged, conflicts } = mergeDocuments('posts', { base, mine, theirs })
  expect(merged).toMatchObject({ title: 'Mine', summary: 'Theirs', tags: ['a'] })
  expect(conflicts).toEqual([])
})

test('a merged document is taken for neither version: its time of change is its own, after both', () => {
  const mine = post({ title: 'Mine', updatedAt: at(1) })
  const theirs = post({ summary: 'Theirs', updatedAt: at(2) })
  const { merged } = mergeDocuments('posts', { base: post(), mine, theirs })
  expect(merged.updatedAt).toBe('2026-01-02T00:00:02.001Z')
  const same = mergeDocuments('posts', { base: post(), mine: post({ updatedAt: at(1) }), theirs })
  expect(same.merged.updatedAt).toBe(theirs.updatedAt)
  // As theirs, but mine was brought back after it: whoever deletes theirs has not seen that.
  const back = mergeDocuments('posts', { base: post(), mine: post({ updatedAt: at(5) }), theirs })
  expect(back.merged).toMatchObject({ summary: 'Theirs', updatedAt: '2026-01-02T00:00:05.001Z' })
})

test('the same field edited on both sides: the later edit shows, the other is told as a conflict', () => {
  const mine = post({ title: 'Mine', updatedAt: at(1) })
  const theirs = post({ title: 'Theirs', updatedAt: at(2) })
  const { merged, conflicts } = mergeDocuments('posts', { base: post(), mine, theirs })
  expect(merged.title).toBe('Theirs')
  expect(conflicts).toEqual([{ field: 'title', mine: 'Mine', theirs: 'Theirs', kept: 'theirs' }])
})

test('a plan is one value: the later act of planning holds, never half of each', () => {
  const mine = post({ plan: plan('01B', '2026-05-01T09:00:00'), updatedAt: at(1) })
  const theirs = post({ plan: plan('01A', '2026-06-02T10:00:00'), updatedAt: at(9) })
  const { merged, conflicts } = mergeDocuments('posts', { base: post(), mine, theirs })
  expect(merged.plan).toEqual(mine.plan)
  expect(conflicts).toEqual([{ field: 'plan', mine: mine.plan, theirs: theirs.plan, kept: 'mine' }])
})

test('both devices’ texts are in the merged text, and its projection is of the merged text', () => {
  const base = post({ body: body('Shared.'), text: 'Shared.', words: 1 })
  const edit = (line: string) => {
    const merged = mergeBodies(base.body as string, body(line))
    const { text, words } = readBody(merged)
    return post({ body: merged, text, words, updatedAt: at(1) })
  }
  const { merged, conflicts } = mergeDocuments('posts', {
    base,
    mine: edit('From home.'),
    theirs: edit('On a train.'),
    text,
  })
  for (const line of ['Shared.', 'From home.', 'On a train.']) expect(merged.text).toContain(line)
  expect(merged.words).toBe(6)
  expect(merged.text).toBe(readBody(merged.body as string).text)
  expect(conflicts).toEqual([])
})

test('a damaged text does not swallow the other: one is kept whole, both are told', () => {
  const mine = post({ body: body('Good.'), text: 'Good.', words: 1, updatedAt: at(2) })
  const theirs = post({ body: '!!!', text: 'x', updatedAt: at(1) })
  const { merged, conflicts } = mergeDocuments('posts', { base: post(), mine, theirs, text })
  expect(merged).toMatchObject({ body: mine.body, text: 'Good.', words: 1 })
  expect(conflicts).toMatchObject([{ field: 'body', theirs: '!!!', kept: 'mine' }])
})

describe('deleted on one side', () => {
  const deleted = (state: State): State => ({ ...state, _deleted: true })
  test('and not touched on the other: it is deleted', () => {
    expect(mergeDocuments('posts', { base: post(), mine: deleted(post()), theirs: post() }).merged._deleted).toBe(true)
  })
  test('and brought back on the other, as it was: it lives, and there is nothing to tell', () => {
    const { merged, conflicts } = mergeDocuments('posts', {
      base: post(),
      mine: post({ updatedAt: at(1) }),
      theirs: deleted(post()),
    })
    expect(merged).toMatchObject({ title: 'Title', updatedAt: at(1) })
    expect(merged._deleted).toBeFalsy()
    expect(conflicts).toEqual([])
  })
  test('and edited on the other: the edit lives, and the wish to delete is told', () => {
    const { merged, conflicts } = mergeDocuments('posts', {
      base: post(),
      mine: deleted(post()),
      theirs: post({ title: 'Edited' }),
    })
    expect(merged).toMatchObject({ title: 'Edited' })
    expect(merged._deleted).toBeFalsy()
    expect(conflicts).toEqual([{ field: '_deleted', mine: true, theirs: false, kept: 'theirs' }])
  })
  test('after an edit that the other never saw: both edits live, and come from both', () => {
    const mine = deleted(post({ title: 'Edited, then deleted', updatedAt: at(3) }))
    const theirs = post({ summary: 'Edited', updatedAt: at(1) })
    const { merged } = mergeDocuments('posts', { base: post(), mine, theirs })
    expect(merged).toMatchObject({ title: 'Edited, then deleted', summary: 'Edited', _deleted: false })
    expect(merged.updatedAt).toBe('2026-01-02T00:00:03.001Z')
  })
  test('and nothing is known of what was deleted: what was edited lives as it is', () => {
    const mine = deleted(blankDocument(collections.posts, 'p') as State)
    const theirs = post({ title: 'Edited', updatedAt: at(1) })
    const { merged } = mergeDocuments('posts', { base: post(), mine, theirs })
    expect(merged).toEqual({ ...theirs, _deleted: false })
  })
  test('on both, after different edits: what is deleted is both, for whoever takes that back', () => {
    const mine = deleted(post({ title: 'Mine', updatedAt: at(2) }))
    const theirs = deleted(post({ summary: 'Theirs', updatedAt: at(1) }))
    const { merged, conflicts } = mergeDocuments('posts', { base: post(), mine, theirs })
    expect(merged).toMatchObject({ title: 'Mine', summary: 'Theirs', _deleted: true })
    expect(conflicts).toEqual([])
  })
})

test('settings merge by field inside their subject', () => {
  const setting = (profile: Record<string, unknown>, second: number): State => ({
    id: 'profile',
    profile,
    updatedAt: at(second),
  })
  const base = setting({ name: 'A', bio: 'b' }, 0)
  const { merged, conflicts } = mergeDocuments('settings', {
    base,
    mine: setting({ name: 'New', bio: 'b' }, 1),
    theirs: setting({ name: 'A', bio: 'longer' }, 2),
  })
  expect(merged.profile).toEqual({ name: 'New', bio: 'longer' })
  expect(conflicts).toEqual([])
})

test('too many tags together: the list stays within what the server takes and both lists are told', () => {
  const tags = (letter: string) => Array.from({ length: 15 }, (_, i) => `${letter}${i}`)
  const { merged, conflicts } = mergeDocuments('posts', {
    base: post(),
    mine: post({ tags: tags('a'), updatedAt: at(1) }),
    theirs: post({ tags: tags('b'), updatedAt: at(2) }),
  })
  expect(merged.tags).toHaveLength(20)
  expect(conflicts).toMatchObject([{ field: 'tags', mine: tags('a'), theirs: tags('b') }])
})

test('a version that was planned on one device and published on another is one that readers got', () => {
  const version = (why: string): State => ({ id: 'v', title: 'Title', why })
  for (const [mine, theirs] of [
    ['planned', 'published'],
    ['published', 'planned'],
  ] as const)
    expect(
      mergeDocuments('versions', { base: version('edited'), mine: version(mine), theirs: version(theirs) }),
    ).toMatchObject({ merged: { why: 'published' }, conflicts: [] })
})

describe('for all documents', () => {
  const word = fc.constantFrom('', 'a', 'b', 'c')
  const edit = fc.record(
    {
      title: word,
      summary: word,
      slug: word,
      tags: fc.uniqueArray(fc.constantFrom('t', 'u', 'v', 'w')),
      visibility: fc.constantFrom('public', 'members'),
      cover: word,
      images: fc.uniqueArray(fc.constantFrom('1', '2', '3')),
      plan: fc.constantFrom('01A', '01B', '01C').map((id) => plan(id)),
      release: word,
      withdrawn: word,
      body: fc.constantFrom('one', 'two', 'three'),
      updatedAt: fc.integer({ min: 0, max: 3 }).map(at),
    },
    { requiredKeys: [] },
  )
  // Stands in for Yjs: joins words as a set, as Yjs joins edits.
  const joined = {
    merge: (a: string, b: string) => [...new Set(`${a} ${b}`.trim().split(/ +/))].sort().join(' '),
    read: (all: string) => ({ text: all.toUpperCase(), words: all.split(' ').length, images: [] }),
  }
  const version = fc.tuple(edit, fc.boolean()).map(([fields, deleted]): State => {
    const whole = post(fields as Partial<Post>)
    return { ...whole, ...joined.read(String(whole.body)), images: whole.images, _deleted: deleted }
  })
  const alive = version.map((state): State => ({ ...state, _deleted: false }))

  test('the result is the same whichever side merges', () => {
    fc.assert(
      fc.property(fc.option(alive), version, version, (base, mine, theirs) => {
        const one = mergeDocuments('posts', { base, mine, theirs, text: joined })
        const other = mergeDocuments('posts', { base, mine: theirs, theirs: mine, text: joined })
        expect(other.merged).toEqual(one.merged)
        expect(other.conflicts.map((c) => c.field)).toEqual(one.conflicts.map((c) => c.field))
      }),
    )
  })

  test('what one side alone changed is what the merged document has', () => {
    const derived = new Set(['text', 'words', 'updatedAt', '_deleted', 'images'])
    fc.assert(
      fc.property(alive, alive, alive, (base, mine, theirs) => {
        const { merged } = mergeDocuments('posts', { base, mine, theirs, text: joined })
        const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b)
        for (const field of Object.keys(base)) {
          if (derived.has(field)) continue
          if (same(base[field], mine[field])) expect(merged[field]).toEqual(theirs[field])
          else if (same(base[field], theirs[field])) expect(merged[field]).toEqual(mine[field])
        }
      }),
    )
  })

  test('no value is lost: each side’s is in the document, in a conflict, or covered by a later request', () => {
    fc.assert(
      fc.property(alive, alive, alive, (base, mine, theirs) => {
        const { merged, conflicts } = mergeDocuments('posts', { base, mine, theirs, text: joined })
        for (const field of ['title', 'summary', 'slug', 'visibility', 'cover', 'plan'])
          for (const side of [mine, theirs]) {
            const kept = JSON.stringify(side[field]) === JSON.stringify(merged[field])
            const unchanged = JSON.stringify(side[field]) === JSON.stringify(base[field])
            const told = conflicts.some((conflict) => conflict.field === field)
            expect(kept || unchanged || told).toBe(true)
          }
      }),
    )
  })

  test('merging again with the result changes nothing', () => {
    fc.assert(
      fc.property(alive, alive, alive, (base, mine, theirs) => {
        const { merged } = mergeDocuments('posts', { base, mine, theirs, text: joined })
        const again = mergeDocuments('posts', { base: theirs, mine: merged, theirs, text: joined })
        expect(again.merged).toEqual(merged)
        expect(again.conflicts).toEqual([])
      }),
    )
  })

  test('sets: additions of either are in, removals of either are out', () => {
    const set = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
    fc.assert(
      fc.property(set, set, set, (base, mine, theirs) => {
        const merged = new Set(mergeSets(base, mine, theirs))
        for (const item of 'abcde') {
          const [b, m, t] = [base, mine, theirs].map((list) => (list as string[]).includes(item))
          expect(merged.has(item)).toBe(b ? Boolean(m && t) : Boolean(m || t))
        }
      }),
    )
  })
})
