import type { SyncStatus } from '../types.ts'
import type { CopyNews } from './server-copies.ts'

/** What the windows of one studio say to each other. */
export type Message =
  | { kind: 'status'; status: SyncStatus }
  | { kind: 'copies'; news: CopyNews }
  | { kind: 'look'; ids: string[] }
  | { kind: 'hello' }
  | { kind: 'nudge' }
  | { kind: 'retry' }
  | { kind: 'token'; token: string }

export type Windows = {
  send(message: Message): void
  /** Runs `lead` when this window is the one that syncs; the signal ends it. The next window takes over when this one is gone. */
  lead(lead: (signal: AbortSignal) => Promise<void>): void
  close(): void
}

type Options = {
  /** The database they share. */
  databaseName: string
  onMessage(message: Message): void
  onError(error: unknown): void
  locks?: Pick<LockManager, 'request'> | undefined
}

/**
 * One window syncs for all. It is the one that holds a Web Lock: the browser gives the lock to the next window in the
 * moment the holder is closed or crashes, and does not freeze a window that holds one.
 */
export function joinWindows({
  databaseName,
  onMessage,
  onError,
  locks = globalThis.navigator?.locks,
}: Options): Windows {
  const channel = new BroadcastChannel(`grover-sync:${databaseName}`)
  channel.onmessage = ({ data }: MessageEvent<Message>) => onMessage(data)
  const closing = new AbortController()
  return {
    send: (message) => {
      if (!closing.signal.aborted) channel.postMessage(message)
    },
    lead(lead) {
      const work = async () => {
        if (!closing.signal.aborted) await lead(closing.signal)
      }
      // Where there are no locks there are no windows to share with.
      const led = locks ? locks.request(`grover-sync:${databaseName}`, { signal: closing.signal }, work) : work()
      Promise.resolve(led).catch((error) => {
        if (!closing.signal.aborted) onError(error)
      })
    },
    close() {
      closing.abort()
      channel.close()
    },
  }
}
