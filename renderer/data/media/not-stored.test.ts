import { Subject } from 'rxjs'
import { expect, test } from 'vitest'
import type { SyncPhase } from '../types.ts'
import { notStored, sendWithNetwork } from './not-stored.ts'

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

test('everything is named once each time the server is heard from, and not with each edit', () => {
  const status$ = new Subject<{ phase: SyncPhase }>()
  let sent = 0
  const leave = sendWithNetwork({
    status$,
    send: async () => void sent++,
    onError: (error) => {
      throw error
    },
  })
  const afterwards = (...phases: SyncPhase[]) => {
    for (const phase of phases) status$.next({ phase })
    return sent
  }
  expect(afterwards('connecting', 'syncing')).toBe(0)
  expect(afterwards('live', 'syncing', 'live', 'syncing', 'live')).toBe(1)
  expect(afterwards('offline', 'syncing')).toBe(1)
  expect(afterwards('live')).toBe(2)
  expect(afterwards('signed-out', 'connecting', 'syncing', 'live')).toBe(3)
  leave()
  expect(afterwards('offline', 'live')).toBe(3)
})
