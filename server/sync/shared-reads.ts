import type { createChanges } from './changes.ts'

/**
 * Devices that are poked together ask the same in the same moment, and share one look at the database. Nobody joins a
 * look that began before a change this server has told of, or a poked device would be answered without what it was
 * poked for. Nothing is kept once it is read.
 */
export function createSharedReads({ onChange }: Pick<ReturnType<typeof createChanges>, 'onChange'>) {
  const underWay = new Map<string, Map<string, Promise<unknown>>>()
  onChange((workspaceId) => void underWay.delete(workspaceId))

  /** `key` says all that the answer depends on, beside the workspace. */
  return async <T>(workspaceId: string, key: string, read: () => Promise<T>): Promise<T> => {
    const reads = underWay.get(workspaceId) ?? new Map<string, Promise<unknown>>()
    underWay.set(workspaceId, reads)
    const known = reads.get(key) as Promise<T> | undefined
    if (known) return await known
    const reading = read()
    reads.set(key, reading)
    try {
      return await reading
    } finally {
      reads.delete(key)
      if (reads.size === 0 && underWay.get(workspaceId) === reads) underWay.delete(workspaceId)
    }
  }
}

export type SharedReads = ReturnType<typeof createSharedReads>
