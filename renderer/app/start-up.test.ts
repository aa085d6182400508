import { afterEach, expect, test, vi } from 'vitest'
import type { HostClient } from '../../shared/contract/index.ts'
import { GroverError } from '../../shared/errors.ts'
import { createLocalCopy } from '../data/sealing/local-copy.ts'
import { memoryStore } from '../data/testing/devices.ts'
import type { Studio } from '../data/types.ts'
import type { Desk, EncryptionState, HostInfo, StoredSession } from './host-context.tsx'
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
  const encryption = fakeEncryption()
  const host = { session, encryption: encryption.calls } as unknown as HostClient
  const desk = (): Desk => ({ host, info: { serverUrl: 'http://s', encryption: encryption.state() } as HostInfo })
  const asked: string[] = []
  const name = `session-${Math.random()}`
  const memory = memoryStore()
  const locks = {
    request: (lock: string, ...rest: unknown[]) => navigator.locks.request(name + lock, ...(rest as [never])),
  } as LockManager
  const reforms: string[] = []
  let isKilled = false

  /** A window of the studio on this host. */
  const window = () => {
    const log: string[] = []
    const windows = new BroadcastChannel(name)
    channels.push(windows)
    const startUp = createStartUp({
      connect: async () => desk(),
      copyOf: (workspaceId) => ({
        ...createLocalCopy({ workspaceId, memory, locks, onError: () => {} }),
        reform: async (key, to) => {
          if (isKilled) throw new Error('killed')
          reforms.push(`${to} ${key}`)
        },
        remove: async () => void reforms.push('removed'),
      }),
      openStudio: async ({ session: { workspaceId }, key }) => {
        log.push(`open ${workspaceId}${key === null ? '' : ` ${key}`}`)
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
  const killReform = (isDead: boolean) => {
    isKilled = isDead
  }
  return { ...window(), window, asked, kept: () => kept, encryption, reforms, killReform, memory }
}

/** A host that keeps the key `k`, and the passphrase `open sesame` where one is set. */
function fakeEncryption() {
  let is: EncryptionState['is'] = 'off'
  let hasKey = false
  let hasPassphrase = false
  const asked: string[] = []
  const state = (): EncryptionState => ({ is, hasPassphrase })
  const calls = {
    state: async () => {
      asked.push('state')
      return state()
    },
    turnOn: async () => {
      hasKey = true
      is = 'open'
    },
    turnOff: async () => {
      is = 'off'
    },
    key: async () => {
      asked.push('key')
      if (is === 'locked') throw new GroverError('studio_locked', 'Locked.')
      if (is === 'unavailable') throw new GroverError('key_unavailable', 'Unavailable.')
      if (!hasKey) throw new GroverError('not_found', 'None.')
      return 'k'
    },
    unlock: async ({ passphrase }: { passphrase: string }) => {
      if (passphrase !== 'open sesame') throw new GroverError('passphrase_wrong', 'Wrong.')
      is = 'open'
    },
    lock: async () => {
      if (hasPassphrase) is = 'locked'
    },
    forget: async () => {
      hasKey = false
      hasPassphrase = false
      is = 'off'
    },
  }
  const be = (next: EncryptionState['is'], withPassphrase = false) => {
    is = next
    hasKey = true
    hasPassphrase = withPassphrase
  }
  return { calls, state, asked, be }
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
    copyOf: () => {
      throw new Error('never')
    },
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

test('where nothing is encrypted a start asks the host nothing more than it did', async () => {
  const { startUp, encryption } = scene(session)
  await startUp.begin()
  expect(startUp.state().phase).toBe('studio')
  expect(encryption.asked).toEqual([])
})

test('turning encryption on, and off, closes the studio in all windows, reforms once and opens it in the new form', async () => {
  const { startUp: first, log, window, reforms, encryption } = scene(session)
  const { startUp: second, log: secondLog } = window()
  await Promise.all([first.begin(), second.begin()])
  await first.encrypt(true)
  await vi.waitFor(() => expect(secondLog).toEqual(['open w1', 'close w1', 'open w1 k']))
  expect(log).toEqual(['open w1', 'close w1', 'open w1 k'])
  expect(reforms).toEqual(['sealed k'])

  await second.encrypt(false)
  await vi.waitFor(() => expect(log.slice(3)).toEqual(['close w1', 'open w1']))
  expect(secondLog.slice(3)).toEqual(['close w1', 'open w1'])
  expect(reforms).toEqual(['sealed k', 'plain k'])
  expect(encryption.state().is).toBe('off')
})

test.each([true, false])('killed while it turns encryption on (%s), the next start goes on', async (isOn) => {
  const { startUp, window, reforms, killReform } = scene(session)
  await startUp.begin()
  if (!isOn) await startUp.encrypt(true)
  reforms.length = 0
  killReform(true)
  await startUp.encrypt(isOn)
  expect(startUp.state().phase).toBe('failed')
  killReform(false)
  const { startUp: next, log } = window()
  await next.begin()
  expect(next.state().phase).toBe('studio')
  expect(reforms).toEqual([isOn ? 'sealed k' : 'plain k'])
  expect(log).toEqual([isOn ? 'open w1 k' : 'open w1'])
})

test('encryption that the host cannot turn on leaves the studio open', async () => {
  const { startUp, log, encryption } = scene(session)
  await startUp.begin()
  encryption.calls.turnOn = () => Promise.reject(new GroverError('key_unavailable', 'Unavailable.'))
  await expect(startUp.encrypt(true)).rejects.toMatchObject({ code: 'key_unavailable' })
  expect(startUp.state().phase).toBe('studio')
  expect(log).toEqual(['open w1'])
})

test('a locked studio opens nothing before its passphrase, then in all windows', async () => {
  const { startUp: first, log, window, encryption } = scene(session)
  encryption.be('locked', true)
  const { startUp: second, log: secondLog } = window()
  await Promise.all([first.begin(), second.begin()])
  expect(first.state()).toMatchObject({ phase: 'locked', error: null })
  await expect(first.unlock('sesame')).rejects.toMatchObject({ code: 'passphrase_wrong' })
  expect(first.state().phase).toBe('locked')
  expect(log).toEqual([])
  await first.unlock('open sesame')
  await vi.waitFor(() => expect(secondLog).toEqual(['open w1 k']))
  expect(log).toEqual(['open w1 k'])
})

test('locking closes the studio in all windows before the host forgets the key; signing out locks too', async () => {
  const { startUp: first, window, encryption } = scene(session)
  encryption.be('open', true)
  const { startUp: second, log } = window()
  await Promise.all([first.begin(), second.begin()])
  const whenLocked: string[][] = []
  const { lock } = encryption.calls
  encryption.calls.lock = async () => {
    whenLocked.push([...log])
    await lock()
  }
  await first.lock()
  expect(whenLocked).toEqual([['open w1 k', 'close w1']])
  expect([first.state().phase, second.state().phase, encryption.state().is]).toEqual(['locked', 'locked', 'locked'])
  await second.unlock('open sesame')
  await vi.waitFor(() => expect(first.state().phase).toBe('studio'))
  await first.signOut()
  expect(encryption.state().is).toBe('locked')
})

test.each(['unavailable', 'off'] as const)(
  'a copy whose key the host does not have (%s) is not opened, nor sealed anew',
  async (is) => {
    const { startUp, log, encryption, reforms, memory, kept } = scene(session)
    encryption.be(is)
    if (is === 'off') await encryption.calls.forget()
    memory.setItem('grover:form:w1', 'sealed')
    await startUp.begin()
    expect(startUp.state()).toMatchObject({
      phase: 'locked',
      error: { code: is === 'off' ? 'not_found' : 'key_unavailable' },
    })
    expect(log).toEqual([])
    await startUp.forget()
    expect(startUp.state().phase).toBe('welcome')
    expect(reforms).toEqual(['removed'])
    expect([kept(), memory.getItem('grover:form:w1')]).toEqual([null, null])
    await startUp.signIn('t9')
    expect(log).toEqual(['open w1'])
  },
)
