import { expect, test } from 'vitest'
import type { SyncStatus } from '../data/types.ts'
import en from './locales/en/app.json' with { type: 'json' }
import { syncWords, wayToSync } from './sync-words.ts'

const status = (fields: Partial<SyncStatus>): SyncStatus => ({
  phase: 'live',
  waiting: 0,
  lastSyncAt: 1,
  clockSkewMs: 0,
  problem: null,
  refused: [],
  ...fields,
})

test('"all safe" is said only when nothing waits and the server has had everything', () => {
  expect(syncWords(status({})).key).toBe('status.allSafe')
  expect(syncWords(status({ waiting: 1 })).key).toBe('status.waiting')
  expect(syncWords(status({ phase: 'offline' })).key).toBe('status.safeOffline')
  expect(syncWords(status({ phase: 'offline', lastSyncAt: null })).key).toBe('status.offline')
})

test('what waits on this device is said in every phase', () => {
  for (const phase of ['offline', 'connecting', 'syncing', 'live', 'signed-out'] as const) {
    const words = syncWords(status({ phase, waiting: 3 }))
    expect(words.count).toBe(3)
    expect(words.key).toMatch(/[wW]aiting$/)
  }
})

test('a refusal and a lost session come before the rest', () => {
  const refused = [{ collection: 'posts', id: 'a', code: 'x', message: 'No.' }]
  expect(syncWords(status({ refused })).tone).toBe('red')
  expect(syncWords(status({ refused, phase: 'signed-out' })).key).toBe('status.signedOut')
})

test('every case has its words', () => {
  const words = en.status as Record<string, string>
  for (const phase of ['offline', 'connecting', 'syncing', 'live', 'signed-out', 'outdated'] as const)
    for (const waiting of [0, 2])
      for (const lastSyncAt of [null, 1]) {
        const key = syncWords(status({ phase, waiting, lastSyncAt })).key.replace('status.', '')
        expect(words[key] ?? words[`${key}_other`], key).toBeTypeOf('string')
      }
})

test('“Sync now” is not offered where it would do nothing, but what is to be done first', () => {
  const phases = ['offline', 'connecting', 'syncing', 'live', 'signed-out', 'outdated'] as const
  expect(phases.map(wayToSync)).toEqual(['try', 'try', 'try', 'try', 'sign-in', 'reload'])
})
