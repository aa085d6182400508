import { getHeightOfRevision, type RxDocumentData, type RxStorage, type RxStorageInstance } from 'rxdb'
import type { State } from '../../../shared/domain/merge/index.ts'
import { sameVersion } from '../conflicts.ts'

export type MetaWatch = {
  /** Unless the server took what RxDB pushed of this document, the note that it did is not written. */
  isTaken(id: string): boolean
  /** The notes of what the server has changed for these documents. */
  onWrite(ids: string[], context: string): void
  /** Everything pulled up to this sequence is in the database. */
  onPulled(lwt: number): void
}

type MetaRow = { document: { itemId: string; isCheckpoint: string; checkpointData?: { lwt: number } } }

/** Whether a write with this context brought what the server has. */
export const isFromServer = (context: string): boolean => context.startsWith('replication-downstream-')

/** RxDB's name for a storage that holds what the server is known to have. */
const metaPrefix = 'rx-replication-meta-'

/**
 * RxDB has no word for "refused" or "not sent": whatever is not in conflict it notes as being on the server. Then the next
 * pull would overwrite the author's words with the server's older ones. So the storage that takes these notes is watched,
 * as RxDB's own storage wrappers do, and leaves out what the server does not have: the document stays what it was, a local
 * edit based on the true master or a copy of it.
 */
export function watchMeta(storage: RxStorage<unknown, unknown>) {
  const watches = new Map<string, MetaWatch>()
  const wrapped = Object.assign(Object.create(storage) as RxStorage<unknown, unknown>, {
    async createStorageInstance(params: Parameters<typeof storage.createStorageInstance>[0]) {
      const instance = await storage.createStorageInstance(params)
      if (!params.collectionName.startsWith(metaPrefix)) return takingWhatComes(instance)
      const write = instance.bulkWrite.bind(instance)
      instance.bulkWrite = async (rows, context) => {
        const watch = watches.get(params.collectionName)
        if (!watch) return write(rows, context)
        const item = (row: unknown) => (row as MetaRow).document
        const wanted =
          context === 'replication-up-write-meta'
            ? rows.filter((row) => item(row).isCheckpoint === '1' || watch.isTaken(item(row).itemId))
            : rows
        // RxDB's storages refuse an empty write.
        const result = wanted.length > 0 ? await write(wanted, context) : { error: [] }
        const ids = rows.filter((row) => item(row).isCheckpoint !== '1').map((row) => item(row).itemId)
        if (ids.length > 0) watch.onWrite(ids, context)
        for (const { itemId, isCheckpoint, checkpointData } of rows.map(item))
          if (isCheckpoint === '1' && itemId === 'down' && checkpointData) watch.onPulled(checkpointData.lwt)
        return result
      }
      return instance
    },
  })
  return {
    storage: wrapped,
    watch(metaName: string, watch: MetaWatch): void {
      watches.set(metaName, watch)
    },
  }
}

export type WatchedStorage = ReturnType<typeof watchMeta>

type Instance = RxStorageInstance<unknown, unknown, unknown>

/**
 * RxDB drops what comes from the server where the document was written in that very moment: the local version will be
 * sent, it says, and merged. But a version that says the same as before is not sent, and what came would be lost on this
 * device for good. So it is written over that one, too.
 */
function takingWhatComes<T extends Pick<Instance, 'bulkWrite'>>(instance: T): T {
  const write = instance.bulkWrite.bind(instance)
  instance.bulkWrite = async (rows, context) => {
    const result = await write(rows, context)
    if (!isFromServer(context)) return result
    const again = result.error.flatMap((error) => {
      const { previous, document } = error.writeRow
      if (error.status !== 409 || !previous) return []
      const there = error.documentInDb as RxDocumentData<unknown>
      if (!sameVersion(previous as unknown as State, there as unknown as State)) return []
      const height = getHeightOfRevision(there._rev) + 1
      const _rev = `${height}-${document._rev.split('-')[1]}`
      const { o, ...meta } = document._meta as typeof document._meta & { o?: object }
      // Whoever reads what has changed since that version must find this one after it.
      const lwt = Math.max(meta.lwt, there._meta.lwt + 0.01)
      const _meta = { ...meta, lwt, ...(o ? { o: { ...o, _rev: height } } : {}) }
      return [{ id: error.documentId, row: { previous: there, document: { ...document, _rev, _meta } } }]
    })
    if (again.length === 0) return result
    const retried = new Set(again.map(({ id }) => id))
    const rowsAgain = again.map(({ row }) => row)
    const second = await instance.bulkWrite(rowsAgain, context)
    return { error: [...result.error.filter(({ documentId }) => !retried.has(documentId)), ...second.error] }
  }
  return instance
}
