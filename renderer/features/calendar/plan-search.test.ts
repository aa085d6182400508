import { expect, test } from 'vitest'
import { planSearch } from './plan-search.ts'

test('the address gives view, date and zone', () => {
  const search = { view: 'week', date: '2026-03-29', zone: 'Asia/Tokyo' }
  expect(planSearch(search)).toEqual(search)
})

test('what is not a view, a date or a zone is left out', () => {
  expect(planSearch({ view: 'year', date: '2026-02-30', zone: 'Mars/Olympus', other: 1 })).toEqual({})
  expect(planSearch({ view: 3, date: 20_260_101, zone: '+02:00' })).toEqual({})
})
