import { expect, test } from 'vitest'
import { uploadReceipt } from './upload-receipt.ts'

const queue = (waiting: string[], problems: { hash: string; code: string; message: string }[] = []) => ({
  waiting,
  paused: 'no' as const,
  problems,
})
const stored = { state: 'stored', receivedAt: '2026-03-01T10:00:00.000Z' } as const

test('"on the server" is said on the server’s own word alone, with its time', () => {
  expect(uploadReceipt('a', stored, queue(['a']), true)).toEqual({
    server: 'yes',
    at: stored.receivedAt,
    problem: null,
  })
  expect(uploadReceipt('a', null, queue([]), true).server).toBe('here')
})

test('what is queued is on its way with a network, and waits without one; why the last try failed is kept', () => {
  const problem = { hash: 'a', code: 'unavailable', message: 'No.' }
  expect(uploadReceipt('a', null, queue(['a']), true).server).toBe('going')
  expect(uploadReceipt('a', null, queue(['a'], [problem]), false)).toMatchObject({ server: 'waiting', problem })
})

test('what waits because uploads rest is not said to be on its way', () => {
  expect(uploadReceipt('a', null, { ...queue(['a']), paused: 'metered' }, true).server).toBe('paused')
})

test('a picture that is not tried again is refused, by name', () => {
  const problem = { hash: 'a', code: 'image_invalid', message: 'No.' }
  expect(uploadReceipt('a', null, queue([], [problem]), true)).toMatchObject({ server: 'refused', problem })
})
