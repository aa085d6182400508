import { createContext, useContext, useSyncExternalStore } from 'react'
import type { LocalCopy, Standing } from '../data/sealing/local-copy.ts'
import type { Form } from '../data/sealing/names.ts'
import type { Studio } from '../data/types.ts'
import type { Desk, EncryptionState, StoredSession } from './host-context.tsx'
import { codeOf, createServer, type Server } from './server.ts'

/** Where the studio stands between the first paint and the work. */
export type StartState =
  | { phase: 'starting' }
  | { phase: 'failed'; error: unknown }
  | { phase: 'welcome'; desk: Desk }
  /** What is kept here is encrypted: the passphrase is asked for, or `error` says why the key is not to be had at all. */
  | { phase: 'locked'; desk: Desk; session: StoredSession; error: unknown }
  /** What is kept here is brought into another form; `of` is 0 while other windows have it open. */
  | { phase: 'reforming'; desk: Desk; session: StoredSession; to: Form; done: number; of: number }
  | {
      phase: 'studio'
      desk: Desk
      session: StoredSession
      studio: Studio
      /** The server has ended this device's session: the person signs in again over the open studio. */
      isSigningInAgain: boolean
    }

type Who = {
  user: {
    id: string
    email: string
    name: string
    emailVerified: boolean
    twoFactorEnabled: boolean
    hasPassword: boolean
  }
  workspace: { id: string; handle: string; name: string; role: string }
  sessionId: string
}

export type { Who }

type Options = {
  connect(): Promise<Desk>
  /** `key`: of what is encrypted on this device, else null. */
  openStudio(wish: Desk & { session: StoredSession; key: string | null }): Promise<Studio>
  copyOf(workspaceId: string): LocalCopy
  /** The other windows of this profile. They are told that the session has changed, and ask the host what it is now. */
  windows: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>
  fetch?: typeof globalThis.fetch
}

const settled: Record<Form, Standing> = { plain: '', sealed: 'sealed' }
/** How long the other windows have to save what they hold, before the key is taken from them. */
const lockAfterMs = 5000

/**
 * Host → stored session → local database → studio. Nothing here waits for the network: a session that is on this
 * device opens the studio, and the server's opinion of it arrives with the first sync.
 */
export function createStartUp({ connect, openStudio, copyOf, windows, fetch = globalThis.fetch }: Options) {
  let state: StartState = { phase: 'starting' }
  let server: Server | null = null
  /** In what form the open studio's database is, and how to let other windows have it to themselves. */
  let form: Form = 'plain'
  let leave = () => {}
  const listeners = new Set<() => void>()

  const set = (next: StartState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const tokenNow = () => (state.phase === 'studio' || state.phase === 'locked' ? state.session.token : null)

  // One after the other: no database is opened while the one before it still closes.
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const run = turn.then(work)
    turn = run.catch(() => {})
    return run
  }
  const asFailure = (error: unknown) => set({ phase: 'failed', error })

  /** `told`: how the workspace is kept, where the host has just said it. */
  const open = async (desk: Desk, session: StoredSession, told?: EncryptionState) => {
    const { encryption } = desk.host
    const { workspaceId } = session
    const copy = copyOf(workspaceId)
    for (let known = told; ; known = undefined) {
      const { is } = known ?? (await encryption.state({ workspaceId }))
      if (is === 'locked') return set({ phase: 'locked', desk, session, error: null })
      const standing = copy.standing()
      const to = is === 'off' || standing === 'opening' ? 'plain' : 'sealed'
      let key: string | null = null
      if (is !== 'off' || standing !== '') {
        try {
          key = await encryption.key({ workspaceId })
        } catch (error) {
          const code = codeOf(error)
          if (code === 'studio_locked') continue
          if (code === 'key_unavailable' || code === 'not_found') return set({ phase: 'locked', desk, session, error })
          throw error
        }
        if (standing !== settled[to]) {
          await reform({ desk, session, copy, standing, key, to })
          continue
        }
      }
      const left = await copy.enter()
      // Another window may have begun to reform it since.
      if (copy.standing() !== standing) {
        left()
        continue
      }
      const studio = await openStudio({ ...desk, session, key }).catch((error: unknown) => {
        left()
        throw error
      })
      form = to
      leave = left
      return set({ phase: 'studio', desk, session, studio, isSigningInAgain: false })
    }
  }

  type Reform = { desk: Desk; session: StoredSession; copy: LocalCopy; standing: Standing; key: string; to: Form }
  const reform = async ({ desk, session, copy, standing, key, to }: Reform) => {
    const { encryption } = desk.host
    const { workspaceId } = session
    const tell = (done: number, of: number) => set({ phase: 'reforming', desk, session, to, done, of })
    tell(0, 0)
    await copy.alone(async () => {
      // Another window may have done it, or the opposite, while this one waited.
      if (copy.standing() !== standing) return
      copy.setStanding(to === 'sealed' ? 'sealing' : 'opening')
      if (to === 'sealed') await encryption.turnOn({ workspaceId })
      await copy.reform(key, to, tell)
      if (to === 'plain') await encryption.turnOff({ workspaceId })
      copy.setStanding(settled[to])
    })
  }

  /** Closes the open studio behind what is shown instead. */
  const closeStudio = async (next: StartState) => {
    if (state.phase !== 'studio') return
    const { studio } = state
    set(next)
    try {
      await studio.close()
    } finally {
      leave()
    }
  }

  const store = async ({ host }: Desk, session: StoredSession) => {
    await host.session.set(session)
    windows.postMessage('session')
  }

  const begin = async () => {
    set({ phase: 'starting' })
    const desk = await connect()
    server = createServer({ url: desk.info.serverUrl, token: tokenNow, onToken: replaceToken, fetch })
    const session = await desk.host.session.get()
    if (session) await open(desk, session, desk.info.encryption)
    else set({ phase: 'welcome', desk })
  }

  const keep = async (fields: Partial<StoredSession>) => {
    if (state.phase !== 'studio') return
    const kept = await state.desk.host.session.get()
    // Signed out in another window meanwhile: an answer still under way must not undo that.
    if (kept?.workspaceId !== state.session.workspaceId) return
    const session = { ...kept, ...fields }
    await store(state.desk, session)
    if (state.phase === 'studio') set({ ...state, session })
  }

  const replaceToken = async (token: string) => {
    await keep({ token })
    if (state.phase === 'studio') state.studio.sync.signIn(token)
  }

  const signIn = async (token: string) => {
    if (state.phase !== 'welcome' && state.phase !== 'studio') return
    const { desk } = state
    const asNewcomer = createServer({ url: desk.info.serverUrl, token: () => token, fetch })
    const { user, workspace } = await asNewcomer.call<Who>('/api/session')
    const session: StoredSession = {
      token,
      userId: user.id,
      email: user.email,
      name: user.name,
      workspaceId: workspace.id,
      handle: workspace.handle,
    }
    await store(desk, session)
    if (state.phase === 'studio' && state.session.workspaceId === workspace.id) {
      set({ ...state, session, isSigningInAgain: false })
      state.studio.sync.signIn(token)
      return
    }
    await closeStudio({ phase: 'starting' })
    await open(desk, session)
  }

  const signOut = async () => {
    if (state.phase !== 'studio') return
    const { desk, session } = state
    // Without a network the session ends on this device now, and on the server when it expires or is revoked there.
    await server?.call('/api/auth/sign-out', { body: {}, signal: AbortSignal.timeout(3000) }).catch(() => {})
    await desk.host.session.clear()
    windows.postMessage('session')
    await closeStudio({ phase: 'welcome', desk })
    // With a passphrase, whoever signs in here next is asked for it.
    await desk.host.encryption.lock({ workspaceId: session.workspaceId })
  }

  const reformTo = async (to: Form) => {
    if (state.phase !== 'studio' || form === to) return
    const { desk, session } = state
    if (to === 'sealed') await desk.host.encryption.turnOn({ workspaceId: session.workspaceId })
    copyOf(session.workspaceId).setStanding(to === 'sealed' ? 'sealing' : 'opening')
    windows.postMessage('session')
    await closeStudio({ phase: 'reforming', desk, session, to, done: 0, of: 0 })
      .then(() => open(desk, session))
      .catch(asFailure)
  }

  const lock = async () => {
    if (state.phase !== 'studio') return
    const { desk, session } = state
    const { workspaceId } = session
    windows.postMessage('lock')
    try {
      await closeStudio({ phase: 'locked', desk, session, error: null })
      // What the windows save as they close is sealed too, and takes the key.
      await copyOf(workspaceId)
        .alone(async () => {}, AbortSignal.timeout(lockAfterMs))
        .catch(() => {})
    } finally {
      await desk.host.encryption.lock({ workspaceId })
    }
  }

  const unlock = async (passphrase: string) => {
    if (state.phase !== 'locked') return
    const { desk, session } = state
    await desk.host.encryption.unlock({ workspaceId: session.workspaceId, passphrase })
    windows.postMessage('session')
    await open(desk, session)
  }

  /** Gives up what is kept here and cannot be opened. What the server has comes back after signing in. */
  const forget = async () => {
    if (state.phase !== 'locked') return
    const { desk, session } = state
    const { workspaceId } = session
    const copy = copyOf(workspaceId)
    await copy.alone(() => copy.remove(), AbortSignal.timeout(lockAfterMs))
    await desk.host.encryption.forget({ workspaceId })
    copy.setStanding('')
    await server?.call('/api/auth/sign-out', { body: {}, signal: AbortSignal.timeout(3000) }).catch(() => {})
    await desk.host.session.clear()
    windows.postMessage('session')
    set({ phase: 'welcome', desk })
  }

  /** Another window has signed in or out, or reformed, locked or unlocked what is kept: it holds for all of them. */
  const follow = async (message: unknown) => {
    if (state.phase !== 'welcome' && state.phase !== 'studio' && state.phase !== 'locked') return
    const { desk } = state
    if (message === 'lock') {
      if (state.phase === 'studio') await closeStudio({ phase: 'locked', desk, session: state.session, error: null })
      return
    }
    const session = await desk.host.session.get()
    if (state.phase === 'studio') {
      if (session?.workspaceId === state.session.workspaceId) {
        if (copyOf(session.workspaceId).standing() !== settled[form]) {
          const to = form === 'plain' ? 'sealed' : 'plain'
          await closeStudio({ phase: 'reforming', desk, session, to, done: 0, of: 0 })
          return open(desk, session)
        }
        // Sync has the new token from that window's sync.
        const isSigningInAgain = state.isSigningInAgain && session.token === state.session.token
        return set({ ...state, session, isSigningInAgain })
      }
      await closeStudio({ phase: 'welcome', desk })
    }
    if (session) await open(desk, session)
    else if (state.phase === 'locked') set({ phase: 'welcome', desk })
  }
  windows.addEventListener('message', ({ data }) => void inTurn(() => follow(data)).catch(asFailure))

  const askToSignInAgain = (isSigningInAgain: boolean) => {
    if (state.phase === 'studio') set({ ...state, isSigningInAgain })
  }

  return {
    begin: () => inTurn(begin).catch(asFailure),
    signIn: (token: string) => inTurn(() => signIn(token)),
    signOut: () => inTurn(signOut),
    /**
     * Turns encryption on or off: the studio closes, in all windows, until everything is in the other form. Errors, with
     * the studio still open: `key_unavailable`.
     */
    encrypt: (isOn: boolean) => inTurn(() => reformTo(isOn ? 'sealed' : 'plain')),
    lock: () => inTurn(lock),
    /** Errors: `passphrase_wrong`, `too_many_requests`. */
    unlock: (passphrase: string) => inTurn(() => unlock(passphrase)),
    forget: () => inTurn(forget),
    askToSignInAgain,
    refresh: (fields: Partial<Pick<StoredSession, 'name' | 'handle' | 'email'>>) => keep(fields),
    state: () => state,
    server: () => {
      if (!server) throw new Error('The host is not connected yet.')
      return server
    },
    subscribe: (listener: () => void) => {
      listeners.add(listener)
      return () => {
        listeners.delete(listener)
      }
    },
  }
}

export type StartUp = ReturnType<typeof createStartUp>

export const StartUpContext = createContext<StartUp | null>(null)

export function useStartUp(): StartUp {
  const startUp = useContext(StartUpContext)
  if (!startUp) throw new Error('useStartUp needs the studio around it.')
  return startUp
}

export function useStartState(): StartState {
  const startUp = useStartUp()
  return useSyncExternalStore(startUp.subscribe, startUp.state)
}
