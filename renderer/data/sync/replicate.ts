import { getLastCheckpointDoc, type RxCollection, type RxReplicationWriteToMasterRow, type WithDeleted } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { Subject } from 'rxjs'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { RefusedDocument } from '../types.ts'
import { findGhosts } from './ghosts.ts'
import { LineBroke, type Link } from './link.ts'
import type { MetaWatch, WatchedStorage } from './meta-watch.ts'
import { type Checkpoint, CheckpointExpired, createWire, epochOf, type Page, type PushAnswer } from './wire.ts'

const pullPage = 1000
/** So many pages may be on their way into the database before the next is asked for. */
const pagesAhead = 1
const patienceMs = 2000
const pushBatch = 100

type Options = {
  link: Link
  collection: Collection
  local: RxCollection
  watched: WatchedStorage
  /** Base of a document whose base this browser has lost, see rescue. */
  baseOf(id: string): State | undefined
  /** Nothing is asked of the server before this. */
  turn: Promise<unknown>
  onRefused(refused: RefusedDocument[]): Promise<void>
  onMetaWrite(ids: string[]): void
  /** The server has another history than this device knows: everything is to be compared anew. */
  onNewEpoch(): void
}

/** Thrown into RxDB's retry while the replication is taken down to start anew. */
export class RestoredServer extends Error {}

export type Replication = {
  state: RxReplicationState<State, Checkpoint>
  resync(): void
}

/** The marks are the server's, see docs/protocol.md. */
const isOutOfView = ({ id }: Checkpoint): boolean => /~(left-\d+|none)$/.test(id)

/** Replicates one collection over the link. Nothing is sent before the returned state is started. */
export async function replicate(options: Options): Promise<Replication> {
  const { link, collection, local, watched, baseOf, turn } = options
  const wire = createWire<State>(link, collection)
  const stream$ = new Subject<'RESYNC'>()
  const refusedNow = new Set<string>()
  /** What is being sent, until what the server answers is noted here. */
  const sending = new Set<{ ids: ReadonlySet<string>; noted: Promise<unknown> | undefined }>()
  /** What the server took in, with the number from which pages have it. */
  const accepted = new Map<string, { document: WithDeleted<State>; lwt: number }>()
  let latest: Checkpoint | undefined
  let checked = -1

  /** Where the whole pages end that RxDB was given and has not written. */
  let unwritten: number[] = []
  let onPulled = (): void => {}

  /**
   * RxDB writes all pages that are there as one, and a window that writes thousands of documents at once stands still:
   * so the next page waits for the ones before it.
   */
  async function room(): Promise<void> {
    while (unwritten.length > pagesAhead) {
      const pulled = Promise.withResolvers<boolean>()
      onPulled = () => pulled.resolve(true)
      const timer = setTimeout(() => pulled.resolve(false), patienceMs)
      // A write that failed is told elsewhere and leaves no note.
      if (!(await pulled.promise)) unwritten = []
      clearTimeout(timer)
    }
  }

  function compareHistory(known: Checkpoint | undefined, answered: Checkpoint): void {
    if (!known?.id) return
    // With a collection that comes into view or leaves it, the way begins again at a lower number.
    const goesOn = answered.lwt >= known.lwt || isOutOfView(known) || isOutOfView(answered)
    if (epochOf(answered) === epochOf(known) && goesOn) return
    options.onNewEpoch()
    throw new RestoredServer()
  }

  /**
   * A server restored from a backup has older versions than the ones our edits are based on: merging with those would
   * take back what was written in between. So nothing is sent on a connection before its history has been compared.
   * Resolves with that connection.
   */
  async function checkedConnection(): Promise<number> {
    await turn
    while (checked === -1 || checked !== link.connection()) {
      latest ??= await getLastCheckpointDoc(state.internalReplicationState as never, 'down')
      // A pull beside this one may move `latest` on before the answer is here.
      const asked = latest
      try {
        compareHistory(asked, (await wire.pull(asked, 1)).checkpoint)
      } catch (error) {
        // It is the same history, or none of this device's any more; the pull will see to it.
        if (!(error instanceof CheckpointExpired)) throw error
      }
      checked = link.connection()
    }
    return checked
  }

  /**
   * The server cannot say any more what was deleted while this device was away: what it does not list is. Resolves with
   * those documents as tombstones and the beginning for a checkpoint, or with the first page where there are none.
   */
  async function startOver(limit: number) {
    const ghosts = await findGhosts({ wire, collection, local, replication: state.internalReplicationState as never })
    if (ghosts.length === 0) return await wire.pull(undefined, limit)
    void state.awaitInSync().then(() => stream$.next('RESYNC'))
    return { documents: ghosts, checkpoint: { id: '', lwt: 0 } }
  }

  /**
   * RxDB drops what comes for a document with an edit that is, for all it knows, yet to be sent; and that it is until
   * the answer to the push is noted. A page that overtakes that answer may have what another device made of the edit,
   * and this device would never see it. So the page waits; and what it has from before the edit gives way to the edit, or it
   * would take that back.
   */
  async function afterAnswers(page: Page<State>): Promise<Page<State>> {
    const crossing = [...sending].filter(({ ids }) => page.documents.some(({ id }) => ids.has(String(id))))
    await Promise.all(crossing.map(({ noted }) => noted))
    const { lwt } = page.checkpoint
    for (const [id, sent] of accepted) if (sent.lwt <= lwt) accepted.delete(id)
    return { ...page, documents: page.documents.map((each) => accepted.get(String(each.id))?.document ?? each) }
  }

  async function send(rows: RxReplicationWriteToMasterRow<State>[]): Promise<WithDeleted<State>[]> {
    const documents = new Map(rows.map(({ newDocumentState }) => [String(newDocumentState.id), newDocumentState]))
    const ids = new Set(documents.keys())
    const entry = { ids, noted: state.internalReplicationState?.streamQueue.up.catch(() => {}) }
    sending.add(entry)
    void entry.noted?.then(() => sending.delete(entry))
    const { conflicts, refused, lwt } = await push(rows)
    for (const [id, document] of documents) {
      refusedNow.delete(id)
      accepted.set(id, { document, lwt })
    }
    for (const { id } of conflicts) accepted.delete(String(id))
    for (const { id } of refused) {
      refusedNow.add(id)
      accepted.delete(id)
    }
    if (refused.length > 0) await options.onRefused(refused)
    return conflicts
  }

  async function push(rows: RxReplicationWriteToMasterRow<State>[]): Promise<PushAnswer<State>> {
    for (;;) {
      const connection = await checkedConnection()
      try {
        return await wire.push(connection, rows)
      } catch (error) {
        if (!(error instanceof LineBroke)) throw error
      }
    }
  }

  const state = replicateRxCollection<State, Checkpoint>({
    replicationIdentifier: 'grover',
    collection: local as unknown as RxCollection<State>,
    // One window holds the lock and starts this; RxDB's own election would be a second opinion.
    waitForLeadership: false,
    toggleOnDocumentVisible: false,
    autoStart: false,
    live: true,
    // The link does the waiting; this is for failures on this side, such as a full disk.
    retryTime: 2000,
    pull: {
      batchSize: pullPage,
      stream$,
      async handler(checkpoint, limit) {
        await turn
        await room()
        const page = await wire.pull(checkpoint, limit).catch((error) => {
          if (!(error instanceof CheckpointExpired)) throw error
          return startOver(limit)
        })
        // Who starts over has no history to compare.
        if (page.checkpoint.id !== '') compareHistory(checkpoint, page.checkpoint)
        const isHistory = page.checkpoint.id !== '' && !isOutOfView(page.checkpoint)
        latest = page.checkpoint
        checked = link.connection()
        if (page.documents.length === limit) unwritten.push(page.checkpoint.lwt)
        return isHistory ? await afterAnswers(page) : page
      },
    },
    ...(collection.owner === 'device'
      ? {
          push: {
            batchSize: pushBatch,
            async handler(rows) {
              for (const row of rows) {
                const base = row.assumedMasterState ? undefined : baseOf(String(row.newDocumentState.id))
                if (base) row.assumedMasterState = base as never
              }
              return await send(rows)
            },
          },
        }
      : {}),
  })
  const { collectionName } = await state.metaInfoPromise
  const watch: MetaWatch = {
    isRefused: (id) => refusedNow.has(id),
    onWrite: options.onMetaWrite,
    onPulled(lwt) {
      unwritten = unwritten.filter((end) => end > lwt)
      onPulled()
    },
  }
  watched.watch(collectionName, watch)
  return { state, resync: () => stream$.next('RESYNC') }
}
