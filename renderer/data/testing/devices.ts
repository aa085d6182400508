import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import type { RescuedDocument } from '../../../shared/contract/rescue.ts'
import type { JournalStore } from '../posts/journal.ts'
import type { Sealing } from '../sealing/index.ts'
import { type OpenedStudio, openStudio, type Surroundings } from '../studio.ts'
import type { SyncStatus } from '../types.ts'

/** A host's rescue in memory: what was kept and not released. */
export function rescueHost() {
  const files = new Map<string, Kept>()
  const named: string[] = []
  type Kept = {
    workspaceId: string
    collection: string
    id: string
    savedAt: string
    document: Record<string, unknown>
  }
  const key = (collection: string, id: string) => `${collection}|${id}`
  return {
    files,
    rescue: {
      keep: async (documents: Kept[]) => {
        for (const each of documents) files.set(key(each.collection, each.id), JSON.parse(JSON.stringify(each)))
      },
      release: async ({ collection, ids }: { collection: string; ids: string[] }) => {
        for (const id of ids) files.delete(key(collection, id))
      },
      list: async () => [...files.values()],
    } as never,
    media: { jobs: async () => noJobs() } as never,
    /** Hashes that were named to be sent. */
    named,
    blobs: { upload: async ({ hashes }: { hashes: string[] }) => void named.push(...hashes) } as never,
  }
}
export type { RescuedDocument }

async function* noJobs() {}

/** localStorage for Node. */
export function memoryStore(): JournalStore {
  const values = new Map<string, string>()
  return {
    get length() {
      return values.size
    },
    key: (i) => [...values.keys()][i] ?? null,
    getItem: (key) => values.get(key) ?? null,
    setItem: (key, value) => void values.set(key, value),
    removeItem: (key) => void values.delete(key),
  }
}

/** A network that a test can cut: every request fails as it does when there is none. */
export function network() {
  let isUp = true
  const requests: string[] = []
  const fetchThrough: typeof fetch = async (input, init) => {
    requests.push(String(input))
    if (!isUp) throw new TypeError('fetch failed')
    return fetch(input, init)
  }
  return {
    fetch: fetchThrough,
    requests,
    cut: () => {
      isUp = false
    },
    mend: () => {
      isUp = true
    },
  }
}

type Host = ReturnType<typeof rescueHost>
type Wish = {
  url: string
  token: string
  workspaceId?: string
  name?: string
  deviceName?: string
  host?: Host
  sealing?: Sealing | null
} & Partial<Surroundings>

let devices = 0

/** A studio on a device of its own, against a real server. */
export async function openDevice({
  url,
  token,
  workspaceId = 'w',
  name = 'Ana',
  deviceName = 'Desk',
  host = rescueHost(),
  sealing = null,
  ...around
}: Wish) {
  const memory = around.memory ?? memoryStore()
  const storage = around.storage ?? (getRxStorageMemory() as unknown as Surroundings['storage'])
  const databaseName = around.databaseName ?? `device-${process.pid}-${++devices}`
  const errors: unknown[] = []
  const open = (wish: { token?: string; host?: Host; sealing?: Sealing | null } = {}) =>
    openStudio(
      {
        session: { token: wish.token ?? token, name, workspaceId },
        info: { serverUrl: url },
        host: wish.host ?? host,
        deviceName,
        sealing: wish.sealing === undefined ? sealing : wish.sealing,
      },
      {
        storage,
        databaseName,
        multiInstance: false,
        locks: undefined,
        memory,
        // No waiting longer than a test is patient.
        random: () => 0,
        onError: (error) => errors.push(error),
        ...around,
      },
    )
  return { studio: await open(), host, memory, storage, errors, reopen: open }
}

/** Resolves with the first status that fits. */
export function statusWhere(studio: OpenedStudio, fits: (status: SyncStatus) => boolean): Promise<SyncStatus> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      subscription.unsubscribe()
      reject(new Error(`No such status in time; it is ${JSON.stringify(studio.sync.status$.value)}`))
    }, 15_000)
    const subscription = studio.sync.status$.subscribe((status) => {
      if (!fits(status)) return
      clearTimeout(timer)
      // The first status comes before `subscribe` has returned.
      queueMicrotask(() => subscription.unsubscribe())
      resolve(status)
    })
  })
}

/** Everything of this device is with the server, and everything of the server here. */
export const inSync = (studio: OpenedStudio) =>
  statusWhere(studio, (status) => status.phase === 'live' && status.waiting === 0)

/** Polls until a condition holds; the condition is the point, not the time. */
export async function until<T>(look: () => T | Promise<T>, what = 'the condition'): Promise<NonNullable<T>> {
  for (let i = 0; i < 1500; i++) {
    const found = await look()
    if (found) return found as NonNullable<T>
    await new Promise((resolve) => setTimeout(resolve, 10))
  }
  throw new Error(`${what} did not come true`)
}
