import type { InferContractRouterOutputs } from '@orpc/contract'
import { createContext, useContext } from 'react'
import type { contract, HostClient } from '../../shared/contract/index.ts'

type Outputs = InferContractRouterOutputs<typeof contract>
export type HostInfo = Outputs['host']['info']
export type EncryptionState = HostInfo['encryption']
export type StoredSession = NonNullable<Outputs['session']['get']>
export type UploadState = Outputs['blobs']['uploads'] extends AsyncIterable<infer State> ? State : never

export type Desk = { host: HostClient; info: HostInfo }

export const DeskContext = createContext<Desk | null>(null)

function useDesk(): Desk {
  const desk = useContext(DeskContext)
  if (!desk) throw new Error('useHost needs the studio around it.')
  return desk
}

/** What the renderer may ask of its host. */
export const useHost = (): HostClient => useDesk().host

/** What this host is and can do. */
export const useHostInfo = (): HostInfo => useDesk().info

export type SessionValue = {
  session: StoredSession | null
  /** After any sign-in: asks the server who this is, keeps it in the host's vault and opens the studio. */
  signIn(token: string): Promise<void>
  /** Ends the session on the server where it can be reached, forgets it here, and shows the welcome screen. */
  signOut(): Promise<void>
  /** After the person changed their name or handle. */
  refresh(fields: Partial<Pick<StoredSession, 'name' | 'handle' | 'email'>>): Promise<void>
}

export const SessionContext = createContext<SessionValue | null>(null)

export function useSession(): SessionValue {
  const value = useContext(SessionContext)
  if (!value) throw new Error('useSession needs the studio around it.')
  return value
}

/** The signed-in person; only inside the studio. */
export function useSignedIn(): StoredSession {
  const { session } = useSession()
  if (!session) throw new Error('useSignedIn is for signed-in screens.')
  return session
}
