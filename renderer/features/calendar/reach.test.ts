import { expect, test } from 'vitest'
import { reachOf } from './reach.ts'

test('the server is said to know only when nothing waits on this device', () => {
  expect(reachOf({ phase: 'live', waiting: 0, lastSyncAt: 1 })).toBe('known')
  expect(reachOf({ phase: 'live', waiting: 1, lastSyncAt: 1 })).toBe('going')
  expect(reachOf({ phase: 'syncing', waiting: 3, lastSyncAt: 1 })).toBe('going')
  expect(reachOf({ phase: 'offline', waiting: 1, lastSyncAt: 1 })).toBe('waiting')
  expect(reachOf({ phase: 'signed-out', waiting: 1, lastSyncAt: 1 })).toBe('waiting')
})

test('what the server acknowledged before the network went stays known', () => {
  expect(reachOf({ phase: 'offline', waiting: 0, lastSyncAt: 1 })).toBe('known')
})

test('a device that has never reached the server claims nothing', () => {
  expect(reachOf({ phase: 'offline', waiting: 0, lastSyncAt: null })).toBe('waiting')
})
