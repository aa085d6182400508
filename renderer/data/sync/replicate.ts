import { getLastCheckpointDoc, type RxCollection, type RxReplicationWriteToMasterRow } from 'rxdb'
import { type RxReplicationState, replicateRxCollection } from 'rxdb/plugins/replication'
import { Subject } from 'rxjs'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { RefusedDocument } from '../types.ts'
import { LineBroke, type Link } from './link.ts'
import type { MetaWatch, WatchedStorage } from './meta-watch.ts'
import { type Checkpoint, createWire, type PushAnswer } from './wire.ts'

const pullPage = 500
const pushBatch = 100

type Options = {
  link: Link
  collection: Collection
  local: RxCollection
  watched: WatchedStorage
  /** Base of a document whose base this browser has lost, see rescue. */
  baseOf(id: string): State | undefined
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

/** Replicates one collection over the link. Nothing is sent before the returned state is started. */
export async function replicate(options: Options): Promise<Replication> {
  const { link, collection, local, watched, baseOf } = options
  const wire = createWire<State>(link, collection)
  const stream$ = new Subject<'RESYNC'>()
  const refusedNow = new Set<string>()
  let latest: Checkpoint | undefined
  let checked = -1

  function compareHistory(known: Checkpoint | undefined, answered: Checkpoint): void {
    if (!known?.id || (answered.id === known.id && answered.lwt >= known.lwt)) return
    options.onNewEpoch()
    throw new RestoredServer()
  }

  /**
   * A server restored from a backup has older versions than the ones our edits are based on: merging with those would
   * take back what was written in between. So nothing is sent on a connection before its history has been compared.
   * Resolves with that connection.
   */
  async function checkedConnection(): Promise<number> {
    while (checked === -1 || checked !== link.connection()) {
      latest ??= await getLastCheckpointDoc(state.internalReplicationState as never, 'down')
      // A pull beside this one may move `latest` on before the answer is here.
      const asked = latest
      const page = await wire.pull(asked, 1)
      compareHistory(asked, page.checkpoint)
      checked = link.connection()
    }
    return checked
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
        const page = await wire.pull(checkpoint, limit)
        compareHistory(checkpoint, page.checkpoint)
        latest = page.checkpoint
        checked = link.connection()
        return page
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
              const { conflicts, refused } = await push(rows)
              for (const { newDocumentState } of rows) refusedNow.delete(String(newDocumentState.id))
              for (const { id } of refused) refusedNow.add(id)
              if (refused.length > 0) await options.onRefused(refused)
              return conflicts
            },
          },
        }
      : {}),
  })
  const { collectionName } = await state.metaInfoPromise
  const watch: MetaWatch = { isRefused: (id) => refusedNow.has(id), onWrite: options.onMetaWrite }
  watched.watch(collectionName, watch)
  return { state, resync: () => stream$.next('RESYNC') }
}
