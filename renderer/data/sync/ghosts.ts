import {
  getAssumedMasterState,
  type RxCollection,
  type RxStorageInstanceReplicationState,
  type WithDeleted,
} from 'rxdb'
import { blankDocument } from '../../../shared/collections/blank.ts'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { State } from '../../../shared/domain/merge/index.ts'
import { bare, sameVersion } from '../conflicts.ts'
import type { Checkpoint, createWire } from './wire.ts'

type Options = {
  wire: Pick<ReturnType<typeof createWire<State>>, 'pull'>
  collection: Collection
  local: RxCollection
  replication: RxStorageInstanceReplicationState<State>
}

const pageSize = 500

/**
 * Documents that this device has as the server once had them, and that the server does not have any more, as tombstones.
 * What was edited here since is not among them: it is pushed, and so comes back with the edits.
 */
export async function findGhosts({ wire, collection, local, replication }: Options): Promise<WithDeleted<State>[]> {
  // Before the server is asked: what is pushed meanwhile is no ghost.
  const candidates = await unedited(local, replication)
  for (let at: Checkpoint | undefined; ; ) {
    const page = await wire.pull(at, pageSize)
    for (const document of page.documents) candidates.delete(String(document.id))
    if (page.documents.length < pageSize) break
    at = page.checkpoint
  }
  return [...candidates].map((id) => ({ ...(blankDocument(collection, id) as State), _deleted: true }))
}

/** Ids of the documents that are as the server once had them, read by the page: all texts at once are too many. */
async function unedited(local: RxCollection, replication: Options['replication']): Promise<Set<string>> {
  const ids = new Set<string>()
  for (let last = ''; ; ) {
    const page = await local.find({ selector: { id: { $gt: last } }, sort: [{ id: 'asc' }], limit: pageSize }).exec()
    const states = page.map((document) => bare(document.toMutableJSON() as State))
    const masters = await getAssumedMasterState(
      replication,
      states.map((state) => String(state.id)),
    )
    for (const state of states) {
      const master = masters[String(state.id)]?.docData
      if (master && sameVersion(master as State, state)) ids.add(String(state.id))
    }
    if (page.length < pageSize) return ids
    last = String(states.at(-1)!.id)
  }
}
