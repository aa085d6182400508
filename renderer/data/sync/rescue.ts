import { type Collection, maxDocumentBytes } from '../../../shared/collections/collection.ts'
import { type CollectionName, collections } from '../../../shared/collections/index.ts'
import { upgrade } from '../../../shared/collections/upgrade.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { StudioDatabase } from '../types.ts'
import type { Unsynced } from './waiting.ts'

type RescueHost = Pick<HostClient, 'rescue'>
/**
 * What the host keeps of a document: the version the server did not have, and the one it was based on. `schema` is the
 * version of the collection's schema, 0 where it is missing: the studio that reads this may be a newer one.
 */
export type Kept = { state: State; base?: State | null; schema?: number }
type DocumentName = { collection: string; id: string }
const keepAfterMs = 100
/** The host takes 500 documents at once; fewer keep a message small. */
const batchDocuments = 200
const batchBytes = 4_000_000

type Options = { host: RescueHost; workspaceId: string; now(): number; onError(error: unknown): void }

/**
 * Mirrors what the server does not have yet to plain files of the host: a full disk can take a browser's whole database
 * away. What the document was based on is kept beside it, so that after a rescue it still merges by field.
 */
export function createRescueMirror({ host, workspaceId, now, onError }: Options) {
  const toKeep = new Map<string, { collection: string; id: string; kept: Kept }>()
  const toRelease = new Map<string, Set<string>>()
  const kept = new Set<string>()
  let timer: ReturnType<typeof setTimeout> | undefined
  let running: Promise<void> = Promise.resolve()
  const keyOf = (collection: string, id: string) => `${collection}|${id}`

  async function send(): Promise<void> {
    const savedAt = new Date(now()).toISOString()
    const keeping = [...toKeep]
    toKeep.clear()
    const releasing = [...toRelease]
    toRelease.clear()
    let batch: Parameters<RescueHost['rescue']['keep']>[0] = []
    let bytes = 0
    const flush = async () => {
      if (batch.length > 0) await host.rescue.keep(batch)
      for (const { collection, id } of batch) kept.add(keyOf(collection, id))
      batch = []
      bytes = 0
    }
    for (const [, { collection, id, kept: document }] of keeping) {
      const fitting = withinLimit(document)
      if (!fitting) continue
      if (batch.length >= batchDocuments || bytes + fitting.bytes > batchBytes) await flush()
      batch.push({ workspaceId, collection, id, savedAt, document: fitting.document })
      bytes += fitting.bytes
    }
    await flush()
    for (const [collection, ids] of releasing) {
      const list = [...ids]
      for (let i = 0; i < list.length; i += 1000)
        await host.rescue.release({ workspaceId, collection, ids: list.slice(i, i + 1000) })
      for (const id of list) kept.delete(keyOf(collection, id))
    }
  }

  const run = (): Promise<void> => {
    clearTimeout(timer)
    timer = undefined
    running = running.then(send).catch(onError)
    return running
  }
  const soon = (): void => {
    timer ??= setTimeout(() => void run(), keepAfterMs)
  }

  return {
    keep(collection: CollectionName, unsynced: readonly Unsynced[]): void {
      for (const { id, state, base } of unsynced) {
        const schema = collections[collection].version
        toKeep.set(keyOf(collection, id), { collection, id, kept: { state, base, schema } })
        toRelease.get(collection)?.delete(id)
      }
      if (unsynced.length > 0) soon()
    },
    release(collection: string, ids: readonly string[]): void {
      for (const id of ids) {
        const wasDue = toKeep.delete(keyOf(collection, id))
        if (!wasDue && !kept.has(keyOf(collection, id))) continue
        const set = toRelease.get(collection) ?? new Set()
        toRelease.set(collection, set.add(id))
        soon()
      }
    },
    /**
     * Writes back what the host keeps and the database does not have at all. Resolves with everything that is kept, by
     * collection and id (what the database has another version of is for the caller to join), and with what was written.
     */
    async restore(db: StudioDatabase): Promise<{ kept: Map<string, Map<string, Kept>>; written: DocumentName[] }> {
      const found = new Map<string, Map<string, Kept>>()
      for (const { collection, id, document } of await host.rescue.list({ workspaceId })) {
        const { state, base = null, schema = 0 } = document as unknown as Kept
        if (!state || state.id !== id || !(collection in db.collections)) continue
        kept.add(keyOf(collection, id))
        const today = (old: State): State =>
          upgrade(collections[collection as CollectionName] as Collection, old, schema)
        const both = { state: today(state), base: base && today(base) }
        found.set(collection, (found.get(collection) ?? new Map<string, Kept>()).set(id, both))
      }
      const written: DocumentName[] = []
      for (const [collection, documents] of found) {
        const states = [...documents.values()].map(({ state }) => state)
        for (const id of await writeBack(db, collection, states)) written.push({ collection, id })
      }
      return { kept: found, written }
    },
    /** Resolves when everything so far is with the host. */
    flush: run,
    stop: (): Promise<void> => run(),
  }
}

/** The base goes first when both together are too long for the host. */
function withinLimit(kept: Kept): { document: Record<string, unknown>; bytes: number } | null {
  for (const document of [kept, { ...kept, base: null }]) {
    const bytes = new Blob([JSON.stringify(document)]).size
    if (bytes <= maxDocumentBytes) return { document, bytes }
  }
  return null
}

/** Resolves with the ids of those that are there again; a deletion that was repeated is not among them. */
async function writeBack(db: StudioDatabase, name: string, states: State[]): Promise<string[]> {
  const collection = db.collections[name as keyof typeof db.collections]
  const present = await collection.storageInstance.findDocumentsById(
    states.map((state) => String(state.id)),
    true,
  )
  const known = new Set(present.map((document) => String((document as unknown as State).id)))
  const absent = states.filter((state) => !known.has(String(state.id)))
  if (absent.length === 0) return []
  await collection.bulkInsert(absent.map(({ _deleted, ...fields }) => fields) as never)
  const deleted = absent.filter((state) => state._deleted).map((state) => String(state.id))
  if (deleted.length > 0) await collection.bulkRemove(deleted)
  return absent.filter((state) => !state._deleted).map((state) => String(state.id))
}

export type RescueMirror = ReturnType<typeof createRescueMirror>
