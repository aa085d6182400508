import { expect, test } from 'vitest'
import type { PostRow } from '../../../data/types.ts'
import { countGroups, type ListView, plainView, selectRows } from './list-view.ts'

const row = (id: string, fields: Partial<PostRow> = {}): PostRow => ({
  id,
  kind: 'post',
  title: id,
  summary: '',
  slug: '',
  tags: [],
  visibility: 'public',
  words: 0,
  cover: '',
  plan: { id: '', mode: 'draft', local: '', zone: '', at: '', late: 'ask' },
  release: '',
  withdrawn: '',
  createdAt: '2026-01-01T00:00:00.000Z',
  updatedAt: '2026-01-01T00:00:00.000Z',
  state: 'draft',
  path: '',
  publishedAt: '',
  ...fields,
})
const planned = (id: string, at: string, fields: Partial<PostRow> = {}): PostRow =>
  row(id, {
    state: 'scheduled',
    plan: { id: 'p', mode: 'schedule', local: '', zone: 'UTC', at, late: 'ask' },
    ...fields,
  })

const none = new Set<string>()
const ids = (rows: readonly PostRow[], view: Partial<ListView> = {}, refused = none, found: string[] | null = null) =>
  selectRows(rows, { ...plainView, ...view }, refused, found).map((each) => each.id)

const rows = [
  row('out', { state: 'changed', publishedAt: '2026-01-02T00:00:00.000Z', updatedAt: '2026-01-09T00:00:00.000Z' }),
  row('draft', { updatedAt: '2026-01-03T00:00:00.000Z', tags: ['sea'] }),
  row('late', { state: 'late', updatedAt: '2026-01-02T00:00:00.000Z' }),
  planned('later', '2026-06-02T00:00:00.000Z', { visibility: 'paid' }),
  planned('sooner', '2026-06-01T00:00:00.000Z', { tags: ['sea', 'boats'] }),
]

test('newest edits first, unless another order is asked for', () => {
  expect(ids(rows).slice(0, 2)).toEqual(['out', 'draft'])
  expect(ids(rows, { sort: 'title' })).toEqual(['draft', 'late', 'later', 'out', 'sooner'])
})

test('among the planned, the next comes first', () => {
  expect(ids(rows, { group: 'scheduled', sort: 'when' })).toEqual(['late', 'sooner', 'later'])
})

test('filters narrow together', () => {
  expect(ids(rows, { tags: ['sea'] })).toEqual(['draft', 'sooner'])
  expect(ids(rows, { tags: ['sea', 'boats'], group: 'scheduled' })).toEqual(['sooner'])
  expect(ids(rows, { visibility: 'paid' })).toEqual(['later'])
})

test('what the server refused needs attention, whatever it is', () => {
  expect(ids(rows, { group: 'attention' }, new Set(['draft']))).toEqual(['draft', 'late'])
  expect(countGroups(rows, new Set(['draft']))).toEqual({ all: 5, drafts: 1, scheduled: 3, published: 1, attention: 2 })
})

test('a search decides the order and never brings back what a filter took out', () => {
  expect(ids(rows, {}, none, ['sooner', 'draft', 'gone'])).toEqual(['sooner', 'draft'])
  expect(ids(rows, { group: 'drafts' }, none, ['sooner', 'draft'])).toEqual(['draft'])
})

test('ten thousand rows are ready within a frame or three', () => {
  const many = Array.from({ length: 10_000 }, (_, i) => row(`p${i}`, { updatedAt: new Date(i * 1e6).toISOString() }))
  const start = performance.now()
  selectRows(many, { ...plainView, sort: 'when' }, none, null)
  expect(performance.now() - start).toBeLessThan(100)
})
