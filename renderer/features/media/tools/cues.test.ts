import { expect, test } from 'vitest'
import { writeVtt } from '../../../../shared/domain/captions.ts'
import { readClock } from '../library-view.ts'
import { readChapters, readCues } from './cues.ts'

test('captions that are written are read again as they were', () => {
  const cues = [
    { id: 0, startMs: 1000, endMs: 2500, text: 'The tide\ncomes in' },
    { id: 1, startMs: 3_600_500, endMs: 3_601_000, text: 'an hour later' },
  ]
  expect(readCues(writeVtt([cues[1]!, cues[0]!]))).toEqual(cues)
})

test('SRT is read too, and what is neither has no cues', () => {
  expect(readCues('1\n00:00:01,000 --> 00:00:02,000\nHello\n')).toEqual([
    { id: 0, startMs: 1000, endMs: 2000, text: 'Hello' },
  ])
  expect(readCues('no captions')).toEqual([])
})

test('words cannot end a cue or begin another, and empty ones are left out', () => {
  const vtt = writeVtt([
    { startMs: 0, endMs: 900, text: 'one\n\n00:05 --> 00:06\ntwo' },
    { startMs: 1000, endMs: 2000, text: '  ' },
    { startMs: 3000, endMs: 2000, text: 'backwards' },
  ])
  expect(readCues(vtt)).toEqual([{ id: 0, startMs: 0, endMs: 900, text: 'one\n00:05 → 00:06\ntwo' }])
})

test('chapters are lines with a time in front', () => {
  expect(readChapters('0:00 The start\n\nno time\n1:02:03  Later on ', readClock)).toEqual([
    { startMs: 0, title: 'The start' },
    { startMs: 3_723_000, title: 'Later on' },
  ])
})
