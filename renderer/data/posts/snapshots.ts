import type { Sealer } from '../sealing/sealer.ts'

/** Keeps one derived value over restarts. Losing it costs time, never data. */
export type Snapshots = { load(): Promise<unknown>; save(value: unknown): Promise<void> }

export const noSnapshots: Snapshots = { load: async () => null, save: async () => {} }

/** Where a snapshot rests, as text: one string is read several times faster than ten thousand objects. */
export type TextStore = { load(): Promise<unknown>; save(text: string): Promise<void> }

const storeName = 'values'
const key = 'index'
const sealName = 'snapshot'

export const snapshotDatabase = (workspaceId: string): string => `grover-snapshot-${workspaceId}`

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** In an IndexedDB of its own. */
export function browserSnapshots(workspaceId: string, sealer: Sealer | null): Snapshots {
  if (typeof indexedDB === 'undefined') return noSnapshots
  async function withStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = indexedDB.open(snapshotDatabase(workspaceId), 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
    const db = await done(opening)
    try {
      return await done(work(db.transaction(storeName, mode).objectStore(storeName)))
    } finally {
      db.close()
    }
  }
  const store: TextStore = {
    load: () => withStore('readonly', (values) => values.get(key)),
    save: async (text) => void (await withStore('readwrite', (values) => values.put(text, key))),
  }
  return snapshotsIn(store, sealer)
}

/** One that cannot be read, or is of the other form, is none. */
export function snapshotsIn(store: TextStore, sealer: Sealer | null): Snapshots {
  return {
    load: async () => {
      try {
        const text = await store.load()
        if (typeof text !== 'string') return null
        return JSON.parse(sealer ? await sealer.open(text, sealName) : text) as unknown
      } catch {
        return null
      }
    },
    save: async (value) => {
      const text = JSON.stringify(value)
      await store.save(sealer ? await sealer.seal(text, sealName) : text)
    },
  }
}
