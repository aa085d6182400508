import { expect, test } from 'vitest'
import { secondsLeft } from './upload-pace.ts'

test('time left follows from the pace of the last samples', () => {
  const samples = [
    { at: 0, sent: 0 },
    { at: 2000, sent: 1000 },
  ]
  expect(secondsLeft(samples, 5000)).toBe(10)
})

test('says nothing before it knows', () => {
  expect(secondsLeft([], 5000)).toBeNull()
  expect(secondsLeft([{ at: 0, sent: 0 }], 5000)).toBeNull()
  const stalled = [
    { at: 0, sent: 10 },
    { at: 5000, sent: 10 },
  ]
  expect(secondsLeft(stalled, 5000)).toBeNull()
})
