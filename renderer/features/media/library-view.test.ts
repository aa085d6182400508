import { expect, test } from 'vitest'
import { type Media, newMedia } from '../../../shared/collections/media.ts'
import { clock, countGroups, exactClock, readClock, selectMedia } from './library-view.ts'

const medium = (id: string, fields: Partial<Media> = {}): Media => ({
  ...newMedia({ id, kind: 'image', name: `${id}.jpg`, type: '', bytes: 1, width: 1, height: 1, durationMs: 0 }, ''),
  ...fields,
})
const media = [
  medium('boats', { alt: 'Boote am Kai', tags: ['Meer'] }),
  medium('tide', { kind: 'video', name: 'Café at high tide.mp4', tags: ['Meer', 'film'] }),
  medium('wind', { kind: 'audio' }),
  medium('old', { trashed: '2026-01-01T00:00:00.000Z' }),
]
const uses = new Map([['boats', ['p1']]])
const ids = (group: Parameters<typeof selectMedia>[1]['group'], query = '', tags: string[] = []) =>
  selectMedia(media, { group, tags }, query, uses).map(({ id }) => id)

test('found by every word in name, description or tag, whatever the accents', () => {
  expect(ids('all', 'cafe TIDE')).toEqual(['tide'])
  expect(ids('all', '#meer')).toEqual(['boats', 'tide'])
  expect(ids('all', 'meer kai')).toEqual(['boats'])
  expect(ids('all', '', ['film'])).toEqual(['tide'])
})

test('what lies in the trash is nowhere else, and unused is what no post has', () => {
  expect(ids('all')).toEqual(['boats', 'tide', 'wind'])
  expect(ids('trash')).toEqual(['old'])
  expect(ids('unused')).toEqual(['tide', 'wind'])
  expect(countGroups(media, uses)).toEqual({ all: 3, image: 1, video: 1, audio: 1, unused: 2, trash: 1 })
})

test('times are written and read', () => {
  expect([clock(7400), clock(3_725_000)]).toEqual(['0:07', '1:02:05'])
  const times = ['0:07.400', '1:02:05', '65,25', '1:5', 'soon', ''].map(readClock)
  expect(times).toEqual([7400, 3_725_000, 65_250, 65_000, null, null])
  expect(readClock(exactClock(3_725_042))).toBe(3_725_042)
})
