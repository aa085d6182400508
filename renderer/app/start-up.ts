import { createContext, useContext, useSyncExternalStore } from 'react'
import type { Studio } from '../data/types.ts'
import type { Desk, StoredSession } from './host-context.tsx'
import { createServer, type Server } from './server.ts'

/** Where the studio stands between the first paint and the work. */
export type StartState =
  | { phase: 'starting' }
  | { phase: 'failed'; error: unknown }
  | { phase: 'welcome'; desk: Desk }
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
  openStudio(wish: Desk & { session: StoredSession }): Promise<Studio>
  /** The other windows of this profile. They are told that the session has changed, and ask the host what it is now. */
  windows: Pick<BroadcastChannel, 'postMessage' | 'addEventListener'>
  fetch?: typeof globalThis.fetch
}

/**
 * Host → stored session → local database → studio. Nothing here waits for the network: a session that is on this
 * device opens the studio, and the server's opinion of it arrives with the first sync.
 */
export function createStartUp({ connect, openStudio, windows, fetch = globalThis.fetch }: Options) {
  let state: StartState = { phase: 'starting' }
  let server: Server | null = null
  const listeners = new Set<() => void>()

  const set = (next: StartState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const tokenNow = () => (state.phase === 'studio' ? state.session.token : null)

  // One after the other: no database is opened while the one before it still closes.
  let turn: Promise<void> = Promise.resolve()
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    const run = turn.then(work)
    turn = run.catch(() => {})
    return run
  }
  const asFailure = (error: unknown) => set({ phase: 'failed', error })

  const open = async (desk: Desk, session: StoredSession) => {
    const studio = await openStudio({ ...desk, session })
    set({ phase: 'studio', desk, session, studio, isSigningInAgain: false })
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
    if (session) await open(desk, session)
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
    if (state.phase === 'studio') await state.studio.close()
    await open(desk, session)
  }

  const signOut = async () => {
    if (state.phase !== 'studio') return
    const { desk, studio } = state
    // Without a network the session ends on this device now, and on the server when it expires or is revoked there.
    await server?.call('/api/auth/sign-out', { body: {}, signal: AbortSignal.timeout(3000) }).catch(() => {})
    await desk.host.session.clear()
    windows.postMessage('session')
    set({ phase: 'welcome', desk })
    await studio.close()
  }

  /** Another window has signed in or out: what the host keeps holds for all of them. */
  const follow = async () => {
    if (state.phase !== 'welcome' && state.phase !== 'studio') return
    const { desk } = state
    const session = await desk.host.session.get()
    if (state.phase === 'studio') {
      if (session?.workspaceId === state.session.workspaceId) {
        // Sync has the new token from that window's sync.
        const isSigningInAgain = state.isSigningInAgain && session.token === state.session.token
        return set({ ...state, session, isSigningInAgain })
      }
      const { studio } = state
      set({ phase: 'welcome', desk })
      await studio.close()
    }
    if (session) await open(desk, session)
  }
  windows.addEventListener('message', () => void inTurn(follow).catch(asFailure))

  const askToSignInAgain = (isSigningInAgain: boolean) => {
    if (state.phase === 'studio') set({ ...state, isSigningInAgain })
  }

  return {
    begin: () => inTurn(begin).catch(asFailure),
    signIn: (token: string) => inTurn(() => signIn(token)),
    signOut: () => inTurn(signOut),
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
