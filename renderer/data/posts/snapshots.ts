/** Keeps one derived value over restarts. Losing it costs time, never data. */
export type Snapshots = { load(): Promise<unknown>; save(value: unknown): Promise<void> }

export const noSnapshots: Snapshots = { load: async () => null, save: async () => {} }

const storeName = 'values'
const key = 'index'

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

/** In an IndexedDB of its own, as text: one string is read several times faster than ten thousand objects. */
export function browserSnapshots(workspaceId: string): Snapshots {
  if (typeof indexedDB === 'undefined') return noSnapshots
  async function withStore<T>(mode: IDBTransactionMode, work: (store: IDBObjectStore) => IDBRequest<T>): Promise<T> {
    const opening = indexedDB.open(`grover-snapshot-${workspaceId}`, 1)
    opening.onupgradeneeded = () => opening.result.createObjectStore(storeName)
    const db = await done(opening)
    try {
      return await done(work(db.transaction(storeName, mode).objectStore(storeName)))
    } finally {
      db.close()
    }
  }
  return {
    load: async () => {
      try {
        const text = await withStore('readonly', (store) => store.get(key))
        return typeof text === 'string' ? (JSON.parse(text) as unknown) : null
      } catch {
        return null
      }
    },
    save: async (value) => void (await withStore('readwrite', (store) => store.put(JSON.stringify(value), key))),
  }
}
