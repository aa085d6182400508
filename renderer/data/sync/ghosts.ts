import {
  getAssumedMasterState,
  type RxCollection,
  type RxStorageInstanceReplicationState,
  type WithDeleted,
} from 'rxdb'
import type { State } from '../../../shared/domain/merge/index.ts'
import { bare, sameVersion } from '../conflicts.ts'
import type { Checkpoint, createWire } from './wire.ts'

type Options = {
  wire: Pick<ReturnType<typeof createWire<State>>, 'pull'>
  local: RxCollection
  replication: RxStorageInstanceReplicationState<State>
}

const pageSize = 500

/**
 * Documents that this device has as the server once had them, and that the server does not have any more, as tombstones.
 * What was edited here since is not among them: it is pushed, and so comes back with the edits.
 */
export async function findGhosts({ wire, local, replication }: Options): Promise<WithDeleted<State>[]> {
  // Before the server is asked: what is pushed meanwhile is no ghost.
  const candidates = await unedited(local, replication)
  for (let at: Checkpoint | undefined; ; ) {
    const page = await wire.pull(at, pageSize)
    for (const document of page.documents) candidates.delete(String(document.id))
    if (page.documents.length < pageSize) break
    at = page.checkpoint
  }
  return [...candidates.values()]
}

async function unedited(local: RxCollection, replication: Options['replication']) {
  const found = new Map<string, WithDeleted<State>>()
  const documents = await local.find().exec()
  for (let from = 0; from < documents.length; from += pageSize) {
    const states = documents.slice(from, from + pageSize).map((document) => bare(document.toMutableJSON() as State))
    const masters = await getAssumedMasterState(
      replication,
      states.map((state) => String(state.id)),
    )
    for (const state of states) {
      const id = String(state.id)
      const master = masters[id]?.docData
      if (master && sameVersion(master as State, state)) found.set(id, { ...state, _deleted: true })
    }
  }
  return found
}
