import { Dexie } from 'dexie'

/** Keeps one derived value over restarts. Losing it costs time, never data. */
export type Snapshots = { load(): Promise<unknown>; save(value: unknown): Promise<void> }

export const noSnapshots: Snapshots = { load: async () => null, save: async () => {} }

/** In an IndexedDB of its own, as text: one string is read several times faster than ten thousand objects. */
export function browserSnapshots(workspaceId: string): Snapshots {
  if (typeof indexedDB === 'undefined') return noSnapshots
  const withTable = async <T>(work: (table: Dexie.Table<{ key: string; text: string }, string>) => Promise<T>) => {
    const db = new Dexie(`grover-snapshot-${workspaceId}`)
    db.version(1).stores({ values: 'key' })
    try {
      return await work(db.table('values'))
    } finally {
      db.close()
    }
  }
  return {
    load: () =>
      withTable(async (table) => {
        const found = await table.get('index')
        return found ? (JSON.parse(found.text) as unknown) : null
      }).catch(() => null),
    save: (value) => withTable(async (table) => void (await table.put({ key: 'index', text: JSON.stringify(value) }))),
  }
}
