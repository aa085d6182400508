import { getLastCheckpointDoc, type RxCollection, type RxReplicationWriteToMasterRow, type WithDeleted } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { Subject } from 'rxjs'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { sameVersion } from '../conflicts.ts'
import type { RefusedDocument } from '../types.ts'
import { createCrossings } from './crossings.ts'
import { findGhosts } from './ghosts.ts'
import { LineBroke, type Link } from './link.ts'
import type { MetaWatch, WatchedStorage } from './meta-watch.ts'
import { type Checkpoint, CheckpointExpired, createWire, epochOf, type PushAnswer } from './wire.ts'

const pullPage = 1000
/** So many pages may be on their way into the database before the next is asked for. */
const pagesAhead = 1
const patienceMs = 2000
const pushBatch = 100

type Options = {
  /** Another one for each history of the server: RxDB marks what it has from there with it. */
  name: string
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

type Row = RxReplicationWriteToMasterRow<State>
const idOf = (row: Row): string => String(row.newDocumentState.id)

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
  const { name, link, collection, local, watched, baseOf, turn } = options
  const wire = createWire<State>(link, collection)
  const stream$ = new Subject<'RESYNC'>()
  /** What the server did not take of what RxDB pushed last of each document: refused, or not sent. */
  const notTaken = new Set<string>()
  /** Of RxDB's rows, those that were sent: it comes with the same list again where something fails on this side. */
  const sentOf = new WeakMap<Row[], Row[]>()
  const crossings = createCrossings()
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
   * RxDB sends what it read a while ago, and the server's next version may have taken its place: the old one, sent upon
   * that, would undo it. What is here now has its own turn.
   */
  async function stillHere(rows: Row[]): Promise<Row[]> {
    const found = await local.storageInstance.findDocumentsById(rows.map(idOf), true)
    const here = new Map(found.map((document) => [String(document.id), document as unknown as State]))
    return rows.filter((row) => {
      const document = here.get(idOf(row))
      return document && sameVersion(document, row.newDocumentState)
    })
  }

  async function push(rows: Row[]): Promise<WithDeleted<State>[]> {
    const ids = rows.map(idOf)
    // Whatever becomes of it, it is over with the task that sends it.
    void state.internalReplicationState?.streamQueue.up.catch(() => {}).then(() => crossings.settle(ids))
    const { sent, conflicts, refused, lwts } = await answerTo(rows)
    const has = new Map(sent.map((row) => [idOf(row), row.newDocumentState]))
    for (const master of conflicts) has.set(String(master.id), master)
    for (const { id } of refused) has.delete(id)
    for (const id of ids) {
      if (has.has(id)) notTaken.delete(id)
      else notTaken.add(id)
    }
    for (const [id, document] of has) {
      const lwt = lwts.get(id)
      if (lwt) crossings.learn(id, document, lwt)
    }
    if (refused.length > 0) await options.onRefused(refused)
    return conflicts
  }

  async function answerTo(rows: Row[]): Promise<PushAnswer<State> & { sent: Row[] }> {
    for (;;) {
      const connection = await checkedConnection()
      // Once: what may have reached the server is sent until there is an answer, or it would be another device's to us.
      const sent = sentOf.get(rows) ?? (await stillHere(rows))
      sentOf.set(rows, sent)
      if (sent.length === 0) return { sent, conflicts: [], refused: [], lwts: new Map() }
      const ids = sent.map(idOf)
      crossings.begin(ids)
      try {
        return { sent, ...(await wire.push(connection, sent)) }
      } catch (error) {
        crossings.settle(ids)
        if (!(error instanceof LineBroke)) throw error
      }
    }
  }

  const state = replicateRxCollection<State, Checkpoint>({
    replicationIdentifier: name,
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
        latest = page.checkpoint
        checked = link.connection()
        if (page.documents.length === limit) unwritten.push(page.checkpoint.lwt)
        // What is taken out of view is not what somebody wrote.
        if (page.checkpoint.id === '' || isOutOfView(page.checkpoint)) return page
        return await crossings.letThrough(page)
      },
    },
    ...(collection.owner === 'device'
      ? {
          push: {
            batchSize: pushBatch,
            async handler(rows) {
              for (const row of rows) {
                const base = row.assumedMasterState ? undefined : baseOf(idOf(row))
                if (base) row.assumedMasterState = base as never
              }
              return await push(rows)
            },
          },
        }
      : {}),
  })
  const { collectionName } = await state.metaInfoPromise
  const watch: MetaWatch = {
    isTaken: (id) => !notTaken.has(id),
    onWrite(ids, context) {
      if (context.startsWith('replication-up-')) crossings.settle(ids)
      options.onMetaWrite(ids)
    },
    onPulled(lwt) {
      unwritten = unwritten.filter((end) => end > lwt)
      onPulled()
    },
  }
  watched.watch(collectionName, watch)
  return { state, resync: () => stream$.next('RESYNC') }
}
