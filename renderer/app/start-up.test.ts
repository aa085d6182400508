import { expect, test } from 'vitest'
import type { HostClient } from '../../shared/contract/index.ts'
import type { Studio } from '../data/types.ts'
import type { Desk, HostInfo, StoredSession } from './host-context.tsx'
import { createStartUp } from './start-up.ts'

const session: StoredSession = {
  token: 't1',
  userId: 'u',
  email: 'ada@example.org',
  name: 'Ada',
  workspaceId: 'w1',
  handle: 'ada',
}

function scene(stored: StoredSession | null, who = { workspaceId: 'w1' }) {
  const log: string[] = []
  let kept = stored
  const host = {
    session: {
      get: async () => kept,
      set: async (next: StoredSession) => {
        kept = next
        log.push(`keep ${next.token}`)
      },
      clear: async () => {
        kept = null
        log.push('clear')
      },
    },
  } as unknown as HostClient
  const desk: Desk = { host, info: { serverUrl: 'http://s' } as HostInfo }
  const studio = (name: string) =>
    ({
      sync: { signIn: (token: string) => log.push(`sync ${token}`) },
      close: async () => {
        log.push(`close ${name}`)
      },
    }) as unknown as Studio
  const fetch = async (url: string | URL | Request) => {
    if (String(url).endsWith('/api/session')) {
      const user = { id: 'u', email: 'ada@example.org', name: 'Ada' }
      return Response.json({ user, workspace: { id: who.workspaceId, handle: 'ada' }, sessionId: 's' })
    }
    throw new TypeError('offline')
  }
  const startUp = createStartUp({
    connect: async () => desk,
    openStudio: async ({ session: opened }) => {
      log.push(`open ${opened.workspaceId}`)
      return studio(opened.workspaceId)
    },
    fetch,
  })
  return { startUp, log, kept: () => kept }
}

test('a session on this device opens the studio with no server in sight', async () => {
  const { startUp, log } = scene(session)
  await startUp.begin()
  expect(startUp.state().phase).toBe('studio')
  expect(log).toEqual(['open w1'])
})

test('without a session the welcome screen; signing in keeps who it is and opens the studio', async () => {
  const { startUp, log, kept } = scene(null)
  await startUp.begin()
  expect(startUp.state().phase).toBe('welcome')
  await startUp.signIn('t9')
  expect(startUp.state().phase).toBe('studio')
  expect(kept()).toEqual({ ...session, token: 't9' })
  expect(log).toEqual(['keep t9', 'open w1'])
})

test('signing in again as the same person keeps the open studio and lets sync go on', async () => {
  const { startUp, log } = scene(session)
  await startUp.begin()
  startUp.askToSignInAgain(true)
  await startUp.signIn('t2')
  expect(log).toEqual(['open w1', 'keep t2', 'sync t2'])
  expect(startUp.state()).toMatchObject({ phase: 'studio', isSigningInAgain: false, session: { token: 't2' } })
})

test('signing in as somebody else closes the first one’s studio', async () => {
  const { startUp, log } = scene(session, { workspaceId: 'w2' })
  await startUp.begin()
  await startUp.signIn('t3')
  expect(log).toEqual(['open w1', 'keep t3', 'close w1', 'open w2'])
})

test('signing out works offline: the session is gone from this device', async () => {
  const { startUp, log, kept } = scene(session)
  await startUp.begin()
  await startUp.signOut()
  expect(kept()).toBeNull()
  expect(startUp.state().phase).toBe('welcome')
  expect(log).toEqual(['open w1', 'clear', 'close w1'])
})

test('a studio that does not open is said, not hidden', async () => {
  const startUp = createStartUp({
    connect: () => Promise.reject(new Error('no host')),
    openStudio: () => Promise.reject(new Error('never')),
  })
  await startUp.begin()
  expect(startUp.state()).toMatchObject({ phase: 'failed', error: { message: 'no host' } })
})
