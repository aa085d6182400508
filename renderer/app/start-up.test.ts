import { afterEach, expect, test, vi } from 'vitest'
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

const channels: BroadcastChannel[] = []
afterEach(() => {
  for (const channel of channels.splice(0)) channel.close()
})

/** A host with what it keeps, and a server that knows one person. */
function scene(stored: StoredSession | null, who = { workspaceId: 'w1' }) {
  let kept = stored
  const session = {
    get: async () => kept,
    set: async (next: StoredSession) => {
      kept = next
    },
    clear: async () => {
      kept = null
    },
  }
  const host = { session } as unknown as HostClient
  const desk: Desk = { host, info: { serverUrl: 'http://s' } as HostInfo }
  const asked: string[] = []
  const name = `session-${Math.random()}`

  /** A window of the studio on this host. */
  const window = () => {
    const log: string[] = []
    const windows = new BroadcastChannel(name)
    channels.push(windows)
    const startUp = createStartUp({
      connect: async () => desk,
      openStudio: async ({ session: { workspaceId } }) => {
        log.push(`open ${workspaceId}`)
        return {
          sync: { signIn: (token: string) => log.push(`sync ${token}`) },
          close: async () => void log.push(`close ${workspaceId}`),
        } as unknown as Studio
      },
      windows,
      fetch: async (url, init) => {
        const token = new Headers(init?.headers).get('authorization')?.replace('Bearer ', '')
        const path = String(url).replace('http://s', '')
        asked.push(`${path} ${token}`)
        if (path === '/api/auth/change-password') return Response.json({ token: 't5' })
        if (path !== '/api/session') throw new TypeError('offline')
        const user = { id: 'u', email: 'ada@example.org', name: 'Ada' }
        return Response.json({ user, workspace: { id: who.workspaceId, handle: 'ada' }, sessionId: 's' })
      },
    })
    return { startUp, log }
  }
  return { ...window(), window, asked, kept: () => kept }
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
  expect(log).toEqual(['open w1'])
})

test('signing in again as the same person keeps the open studio and lets sync go on', async () => {
  const { startUp, log, kept } = scene(session)
  await startUp.begin()
  startUp.askToSignInAgain(true)
  await startUp.signIn('t2')
  expect(kept()?.token).toBe('t2')
  expect(log).toEqual(['open w1', 'sync t2'])
  expect(startUp.state()).toMatchObject({ phase: 'studio', isSigningInAgain: false, session: { token: 't2' } })
})

test('signing in as somebody else closes the first one’s studio', async () => {
  const { startUp, log } = scene(session, { workspaceId: 'w2' })
  await startUp.begin()
  await startUp.signIn('t3')
  expect(log).toEqual(['open w1', 'close w1', 'open w2'])
})

test('signing out works offline: the session is gone from this device', async () => {
  const { startUp, log, kept } = scene(session)
  await startUp.begin()
  await startUp.signOut()
  expect(kept()).toBeNull()
  expect(startUp.state().phase).toBe('welcome')
  expect(log).toEqual(['open w1', 'close w1'])
})

test('a studio that does not open is said, not hidden', async () => {
  const startUp = createStartUp({
    connect: () => Promise.reject(new Error('no host')),
    openStudio: () => Promise.reject(new Error('never')),
    windows: new EventTarget() as BroadcastChannel,
  })
  await startUp.begin()
  expect(startUp.state()).toMatchObject({ phase: 'failed', error: { message: 'no host' } })
})

test('signing in again in one window is known to the others: their calls, and their sign-out, are of the new session', async () => {
  const { startUp: first, window, asked } = scene(session)
  const { startUp: second, log } = window()
  await Promise.all([first.begin(), second.begin()])
  second.askToSignInAgain(true)
  await first.signIn('t2')
  await vi.waitFor(() => expect(second.state()).toMatchObject({ session: { token: 't2' }, isSigningInAgain: false }))
  await second.server().call('/api/session')
  await second.signOut()
  expect(asked.slice(-2)).toEqual(['/api/session t2', '/api/auth/sign-out t2'])
  // The token of sync travels by sync's own way.
  expect(log).toEqual(['open w1', 'close w1'])
})

test('a key that the server turned, and a new name, reach the other windows', async () => {
  const { startUp: first, window, kept } = scene(session)
  const { startUp: second } = window()
  await Promise.all([first.begin(), second.begin()])
  await first.server().call('/api/auth/change-password', { body: {} })
  await vi.waitFor(() => expect(second.state()).toMatchObject({ session: { token: 't5' } }))
  await second.refresh({ name: 'Ada L.' })
  await vi.waitFor(() => expect(first.state()).toMatchObject({ session: { token: 't5', name: 'Ada L.' } }))
  expect(kept()).toMatchObject({ token: 't5', name: 'Ada L.' })
})

test('signing out in one window closes the studio in all; signing in opens it in all', async () => {
  const { startUp: first, window } = scene(session)
  const { startUp: second, log } = window()
  await Promise.all([first.begin(), second.begin()])
  await first.signOut()
  await vi.waitFor(() => expect(second.state().phase).toBe('welcome'))
  await first.signIn('t3')
  await vi.waitFor(() => expect(second.state()).toMatchObject({ phase: 'studio', session: { token: 't3' } }))
  expect(log).toEqual(['open w1', 'close w1', 'open w1'])
})

test('an answer that comes after signing out does not bring the session back', async () => {
  const { startUp: first, window, kept } = scene(session)
  const { startUp: second } = window()
  await Promise.all([first.begin(), second.begin()])
  await first.signOut()
  expect(second.state().phase).toBe('studio')
  await second.refresh({ name: 'Ada L.' })
  expect(kept()).toBeNull()
})
