import { Value } from 'typebox/value'
import { StoredSession } from '../../shared/contract/session.ts'
import { createQueue } from './queue.ts'
import type { Vault } from './vault.ts'

/** Who is signed in on this device; it rests in the vault. */
export type Session = {
  get(): Promise<StoredSession | null>
  set(session: StoredSession): Promise<void>
  clear(): Promise<void>
  /** After every change. */
  onChange(listener: (session: StoredSession | null) => void): void
}

const entry = 'session'

export function createSession({ vault }: { vault: Vault }): Session {
  const listeners: ((session: StoredSession | null) => void)[] = []
  const inTurn = createQueue()
  let known: StoredSession | null | undefined
  const changed = (session: StoredSession | null) => {
    known = session
    for (const listener of listeners) listener(session)
  }
  return {
    get: () =>
      inTurn(async () => {
        if (known === undefined) known = parse(await vault.get(entry))
        return known
      }),
    set: (session) =>
      inTurn(async () => {
        await vault.set(entry, JSON.stringify(session))
        changed(session)
      }),
    clear: () =>
      inTurn(async () => {
        await vault.delete(entry)
        changed(null)
      }),
    onChange: (listener) => void listeners.push(listener),
  }
}

/** An entry of another version is no session: the person signs in again. */
function parse(text: string | undefined): StoredSession | null {
  if (text === undefined) return null
  const value: unknown = JSON.parse(text)
  return Value.Check(StoredSession, value) ? value : null
}
