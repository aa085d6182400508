import { Subject } from 'rxjs'
import { expect, onTestFinished, test, vi } from 'vitest'
import type { SyncPhase } from '../types.ts'
import { nameEveryMs, notStored, sendWithNetwork } from './not-stored.ts'

type Db = Parameters<typeof notStored>[0]

const picture = (id: string) => ({ id, kind: 'image', variants: [] })

test('names each picture once that has no outcome «stored», those of the profile too', async () => {
  const states = new Map([['stored', { state: 'stored' }]])
  const db = {
    media: { find: () => ({ exec: async () => [picture('stored'), picture('lost')] }) },
    outcomes: {
      findByIds: (ids: string[]) => ({ exec: async () => new Map([...states].filter(([id]) => ids.includes(id))) }),
    },
  } as unknown as Db
  expect(await notStored(db, { avatar: 'face', cover: '' })).toEqual(['lost', 'face'])
  expect(await notStored(db, { avatar: 'lost', cover: 'stored' })).toEqual(['lost'])
})

test('of a film it names what was made of it, and never the original', async () => {
  const film = {
    id: 'original',
    kind: 'video',
    variants: [
      { hash: 'mp4', playlist: '' },
      { hash: 'rung', playlist: 'list' },
    ],
  }
  const db = {
    media: { find: () => ({ exec: async () => [film] }) },
    outcomes: { findByIds: () => ({ exec: async () => new Map([['mp4', { state: 'stored' }]]) }) },
  } as unknown as Db
  expect(await notStored(db, { avatar: '', cover: '' })).toEqual(['rung', 'list'])
})

test('everything is named when the server is heard from, and now and then after edits', async () => {
  vi.useFakeTimers()
  onTestFinished(() => void vi.useRealTimers())
  const status$ = new Subject<{ phase: SyncPhase }>()
  const errors: unknown[] = []
  let sent = 0
  let isBroken = false
  const leave = sendWithNetwork({
    status$,
    send: async () => {
      sent++
      if (isBroken) throw new Error('The host is gone.')
    },
    onError: (error) => void errors.push(error),
  })
  const afterwards = async (ms: number, ...phases: SyncPhase[]) => {
    for (const phase of phases) status$.next({ phase })
    await vi.advanceTimersByTimeAsync(ms)
    return sent
  }
  expect(await afterwards(0, 'connecting', 'syncing')).toBe(0)
  expect(await afterwards(0, 'live')).toBe(1)
  for (let edit = 0; edit < 20; edit++) expect(await afterwards(1000, 'syncing', 'live')).toBe(1)
  expect(await afterwards(nameEveryMs)).toBe(2)
  expect(await afterwards(3 * nameEveryMs)).toBe(2)
  expect(await afterwards(0, 'offline', 'syncing')).toBe(2)
  expect(await afterwards(0, 'live')).toBe(3)
  // What went wrong is said, and tried again with the next edit.
  isBroken = true
  expect(await afterwards(0, 'signed-out', 'connecting', 'syncing', 'live')).toBe(4)
  expect(errors).toHaveLength(1)
  isBroken = false
  expect(await afterwards(0, 'syncing', 'live')).toBe(5)
  leave()
  expect(await afterwards(nameEveryMs, 'offline', 'live')).toBe(5)
})
