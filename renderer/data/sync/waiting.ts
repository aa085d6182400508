import {
  getAssumedMasterState,
  getChangedDocumentsSince,
  getLastCheckpointDoc,
  type RxCollection,
  type RxDocumentData,
  type RxStorageInstanceReplicationState,
} from 'rxdb'
import type { State } from '../../../shared/domain/merge/index.ts'
import { bare, sameVersion } from '../conflicts.ts'

/** A document whose newest version the server does not have, with what it has instead. */
export type Unsynced = { id: string; state: State; base: State | null }

type Options = {
  local: RxCollection
  replication: RxStorageInstanceReplicationState<State>
  /** Called after each look with what was found among the documents looked at. */
  onLook(found: { unsynced: Unsynced[]; synced: State[] }): void
  /** `isInDoubt` may have changed. */
  onDoubt(): void
  onError(error: unknown): void
}

const lookAfterMs = 40
/** How soon a look that failed is tried again. */
const tryAgainMs = 1000
const pageSize = 200

/**
 * Which documents wait for the server, told from the stored facts: a document's own version beside the version the
 * server is known to have. Nothing is counted up or down, so a reload or a lost answer cannot make the number wrong.
 */
export function createWaiting({ local, replication, onLook, onDoubt, onError }: Options) {
  const waiting = new Set<string>()
  const toLook = new Set<string>()
  /** Of these it is not known yet whether they wait. */
  const inLook = new Map<string, number>()
  let scanning = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let queue: Promise<void> = Promise.resolve()
  let closed = false
  const storage = local.storageInstance

  const begin = (ids: readonly string[]): void => {
    for (const id of ids) inLook.set(id, (inLook.get(id) ?? 0) + 1)
  }
  /** What has come up again meanwhile, for another look, stays. */
  const end = (ids: readonly string[]): void => {
    for (const id of ids) {
      const rest = (inLook.get(id) ?? 0) - 1
      if (rest > 0) inLook.set(id, rest)
      else inLook.delete(id)
    }
  }

  async function look(ids: string[], known?: RxDocumentData<State>[]): Promise<void> {
    if (closed || ids.length === 0) return
    begin(ids)
    await compare(ids, known).finally(() => end(ids))
    onDoubt()
  }

  async function compare(ids: string[], known?: RxDocumentData<State>[]): Promise<void> {
    const documents = known ?? ((await storage.findDocumentsById(ids, true)) as RxDocumentData<State>[])
    const masters = await getAssumedMasterState(replication, ids)
    const unsynced: Unsynced[] = []
    const synced: State[] = []
    for (const document of documents) {
      const id = String(document.id)
      const base = masters[id] ? bare(masters[id].docData as State) : null
      const state = bare(document as unknown as State)
      if (base && sameVersion(base, state)) {
        waiting.delete(id)
        synced.push(state)
      } else {
        waiting.add(id)
        unsynced.push({ id, state, base })
      }
    }
    onLook({ unsynced, synced })
  }

  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work).catch((error) => {
      if (!closed) onError(error)
    })
    return queue
  }

  async function scanAll(): Promise<void> {
    let checkpoint = await getLastCheckpointDoc(replication, 'up')
    for (;;) {
      const page = await getChangedDocumentsSince(storage as never, pageSize, checkpoint as never)
      if (page.documents.length === 0) return
      const documents = page.documents as unknown as RxDocumentData<State>[]
      await look(
        documents.map((document) => String(document.id)),
        documents,
      )
      checkpoint = page.checkpoint as never
    }
  }

  function schedule(ids: readonly string[]): void {
    if (ids.length === 0) return
    for (const id of ids) toLook.add(id)
    onDoubt()
    timer ??= setTimeout(() => {
      timer = undefined
      if (closed) return
      const due = [...toLook]
      begin(due)
      toLook.clear()
      void inTurn(async () => {
        try {
          await look(due)
        } catch (error) {
          // What could not be looked at stays in doubt.
          setTimeout(() => {
            schedule(due)
            end(due)
          }, tryAgainMs)
          throw error
        }
        end(due)
        onDoubt()
      })
    }, lookAfterMs)
  }

  const subscription = storage.changeStream().subscribe((bulk) => {
    // What comes from the server is told by the note that follows it; in between it would look like an edit.
    void replication.downstreamBulkWriteFlag.then((flag) => {
      if (bulk.context !== flag) schedule(bulk.events.map((event) => event.documentId))
    })
  })

  return {
    count: () => waiting.size,
    /** Something was written here of which it is not known yet whether the server has it. */
    isInDoubt: () => toLook.size + inLook.size > 0,
    has: (id: string) => waiting.has(id),
    /**
     * The server's version of these has become known. What came from the server and was not edited here does not wait:
     * a first sync would look at each document once more.
     */
    noted: (ids: readonly string[]): void =>
      schedule(ids.filter((id) => scanning || waiting.has(id) || toLook.has(id) || inLook.has(id))),
    /** Finds what waits since earlier runs: everything changed after the last version known to be pushed. */
    scan: () =>
      inTurn(async () => {
        scanning = true
        try {
          await scanAll()
        } finally {
          scanning = false
        }
      }),
    /** Looks at these documents now. */
    lookAt: (ids: string[]) => inTurn(() => look(ids)),
    close(): void {
      closed = true
      clearTimeout(timer)
      subscription.unsubscribe()
    },
  }
}

export type Waiting = ReturnType<typeof createWaiting>
