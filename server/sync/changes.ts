import type { Log } from '../http/app.ts'

export type ChangeListener = (workspaceId: string, collections: readonly string[]) => void

/** Who wants to know that a workspace has changed. Told after the commit, without any data. */
export function createChanges(log: Log) {
  const listeners = new Set<ChangeListener>()
  return {
    /** Returns the way to stop listening. */
    onChange(listener: ChangeListener): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    announce(workspaceId: string, collections: readonly string[]): void {
      if (collections.length === 0) return
      for (const listener of listeners) {
        try {
          listener(workspaceId, collections)
        } catch (error) {
          // The data is committed; a listener that fails must not make the writer believe otherwise.
          log.error({ err: error }, 'a listener for changes failed')
        }
      }
    },
  }
}

/** Runs tasks of one key after another, those of different keys side by side. */
export function createQueues() {
  const tails = new Map<string, Promise<unknown>>()
  return async <T>(key: string, task: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve()
    const run = before.then(task, task)
    const tail = run.catch(() => {})
    tails.set(key, tail)
    try {
      return await run
    } finally {
      if (tails.get(key) === tail) tails.delete(key)
    }
  }
}
