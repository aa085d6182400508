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
  fetch?: typeof globalThis.fetch
}

/**
 * Host → stored session → local database → studio. Nothing here waits for the network: a session that is on this
 * device opens the studio, and the server's opinion of it arrives with the first sync.
 */
export function createStartUp({ connect, openStudio, fetch = globalThis.fetch }: Options) {
  let state: StartState = { phase: 'starting' }
  let server: Server | null = null
  const listeners = new Set<() => void>()

  const set = (next: StartState) => {
    state = next
    for (const listener of listeners) listener()
  }
  const tokenNow = () => (state.phase === 'studio' ? state.session.token : null)

  const open = async (desk: Desk, session: StoredSession) => {
    const studio = await openStudio({ ...desk, session })
    set({ phase: 'studio', desk, session, studio, isSigningInAgain: false })
  }

  const begin = async () => {
    set({ phase: 'starting' })
    try {
      const desk = await connect()
      server = createServer({ url: desk.info.serverUrl, token: tokenNow, onToken: replaceToken, fetch })
      const session = await desk.host.session.get()
      if (session) await open(desk, session)
      else set({ phase: 'welcome', desk })
    } catch (error) {
      set({ phase: 'failed', error })
    }
  }

  const keep = async (session: StoredSession) => {
    if (state.phase !== 'studio') return
    await state.desk.host.session.set(session)
    set({ ...state, session })
  }

  const replaceToken = async (token: string) => {
    if (state.phase !== 'studio') return
    await keep({ ...state.session, token })
    state.studio.sync.signIn(token)
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
    await desk.host.session.set(session)
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
    set({ phase: 'welcome', desk })
    await studio.close()
  }

  const askToSignInAgain = (isSigningInAgain: boolean) => {
    if (state.phase === 'studio') set({ ...state, isSigningInAgain })
  }

  return {
    begin,
    signIn,
    signOut,
    askToSignInAgain,
    refresh: async (fields: Partial<Pick<StoredSession, 'name' | 'handle' | 'email'>>) => {
      if (state.phase === 'studio') await keep({ ...state.session, ...fields })
    },
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
