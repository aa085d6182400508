import { expect, test } from 'vitest'
import { readTiles, spread } from './tiles.ts'

test('tiles are read from the sheet’s own text; what places nothing is left out', () => {
  const vtt =
    'WEBVTT\n\n00:00:00.000 --> 00:00:01.000\n#xywh=0,0,160,90\n\n00:00:01.000 --> 00:00:02.500\n#xywh=160,0,160,90\n\n00:00:03.000 --> 00:00:04.000\nwords\n'
  expect(readTiles(vtt)).toEqual([
    { startMs: 0, left: 0, top: 0, width: 160, height: 90 },
    { startMs: 1000, left: 160, top: 0, width: 160, height: 90 },
  ])
})

test('a few of many are spread over all of them', () => {
  expect(spread([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 5)).toEqual([0, 2, 4, 6, 8])
  expect(spread([1, 2], 5)).toEqual([1, 2])
})
