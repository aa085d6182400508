import type { JournalStore } from '../posts/journal.ts'
import { databaseOf, type Form } from './names.ts'

/** Empty: plain. `sealing` and `opening`: on the way, documents of both forms lie beside each other. */
export type Standing = '' | 'sealing' | 'sealed' | 'opening'

/** What this browser keeps of a workspace, for all windows: in which form it is, and who has it open. */
export type LocalCopy = {
  standing(): Standing
  setStanding(standing: Standing): void
  /** Has it open like other windows do; resolves with how to leave, when nobody is alone with it. */
  enter(): Promise<() => void>
  /** Runs when no window has it open; none can enter meanwhile. */
  alone(work: () => Promise<void>, signal?: AbortSignal): Promise<void>
  /** Brings everything into a form; only when alone. Interrupted, it can be run again. */
  reform(key: string, to: Form, onProgress: (done: number, of: number) => void): Promise<void>
  /** Deletes all of it but the standing; only when alone. */
  remove(): Promise<void>
}

type Options = {
  workspaceId: string
  memory: JournalStore | null
  locks: Pick<LockManager, 'request'> | undefined
  onError(error: unknown): void
}

/** All that a start needs of it is here; what rewrites and deletes is fetched when it is wanted. */
export function createLocalCopy({ workspaceId, memory, locks, onError }: Options): LocalCopy {
  const standingKey = `grover:form:${workspaceId}`
  const lockName = `grover-form:${databaseOf(workspaceId)}`
  return {
    standing: () => (memory?.getItem(standingKey) ?? '') as Standing,
    setStanding(standing) {
      if (standing === '') memory?.removeItem(standingKey)
      else memory?.setItem(standingKey, standing)
    },
    enter: () =>
      new Promise((resolve, reject) => {
        // Where there are no locks there are no windows to share with.
        if (!locks) return resolve(() => {})
        const left = Promise.withResolvers<void>()
        const held = locks.request(lockName, { mode: 'shared' }, () => {
          resolve(left.resolve)
          return left.promise
        })
        held.catch(reject)
      }),
    alone: async (work, signal) => {
      if (locks) await locks.request(lockName, signal ? { signal } : {}, work)
      else await work()
    },
    reform: async (key, to, onProgress) => {
      const { reformBrowser } = await import('./in-browser.ts')
      await reformBrowser({ workspaceId, memory, key, to, onProgress, onError })
    },
    remove: async () => {
      const { removeFromBrowser } = await import('./in-browser.ts')
      await removeFromBrowser(workspaceId, memory)
    },
  }
}
