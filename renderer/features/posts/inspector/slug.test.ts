import { expect, test } from 'vitest'
import { judgeSlug } from './slug.ts'

const others = [
  { id: '1', slug: 'at-sea', path: '', title: 'At sea' },
  { id: '2', slug: '', path: '/@ada/fernweh-%C3%BCber', title: 'Fernweh' },
]

test('an address nobody chose is shown as it will be derived, free of the others', () => {
  expect(judgeSlug('', 'At Sea!', others)).toEqual({ kind: 'derived', derived: 'at-sea-2' })
  expect(judgeSlug('', '', others)).toEqual({ kind: 'derived', derived: 'post' })
  // Published already: it keeps the address it was given.
  expect(judgeSlug('', 'New title', others, 'old-title')).toEqual({ kind: 'derived', derived: 'old-title' })
})

test('an address of another post is refused with a free one', () => {
  expect(judgeSlug('at-sea', 'x', others)).toEqual({ kind: 'taken', title: 'At sea', offer: 'at-sea-2' })
  expect(judgeSlug('fernweh-über', 'x', others)).toMatchObject({ kind: 'taken' })
})

test('what can be no address is refused with the nearest that can', () => {
  expect(judgeSlug('../Über uns', 'x', [])).toMatchObject({ kind: 'invalid', offer: 'über-uns' })
  expect(judgeSlug('feed', 'x', [])).toMatchObject({ kind: 'invalid', offer: 'feed-2' })
  expect(judgeSlug('good-one', 'x', others)).toEqual({ kind: 'good' })
})
