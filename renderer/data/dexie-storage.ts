import type { RxDocumentData, RxStorage, RxStorageDefaultCheckpoint } from 'rxdb'
import { fromDexieToStorage, getRxStorageDexie, RxStorageInstanceDexie } from 'rxdb/plugins/storage-dexie'
import { bulkGet } from './dexie-bulk-get.ts'

/**
 * The browser's IndexedDB through Dexie. Strict: a write that was confirmed is on the disk, also when the power goes in
 * the next moment. Changes are read by the page: RxDB itself reads them through a cursor, a message to the browser's
 * storage for each document; here each page is one message, by the same index. Documents asked for by their ids come
 * likewise.
 */
export function dexieStorage(): RxStorage<unknown, unknown> {
  const dexie = getRxStorageDexie({ chromeTransactionDurability: 'strict' }) as RxStorage<unknown, unknown>
  return Object.assign(Object.create(dexie) as RxStorage<unknown, unknown>, {
    async createStorageInstance(params: Parameters<typeof dexie.createStorageInstance>[0]) {
      const instance = await dexie.createStorageInstance(params)
      if (instance instanceof RxStorageInstanceDexie) {
        Object.assign(instance, { getChangedDocumentsSince: pages(instance) })
        const { dexieTable } = await instance.internals
        Object.assign(dexieTable, { bulkGet: bulkGet(dexieTable) })
      }
      return instance
    },
  })
}

const pages =
  (instance: RxStorageInstanceDexie<unknown>) => async (limit: number, from?: RxStorageDefaultCheckpoint) => {
    const { dexieTable, booleanIndexes } = await instance.internals
    const after = dexieTable.where('[_meta.lwt+id]').above(from ? [from.lwt, from.id] : [0, ''])
    const documents: RxDocumentData<{ id: string }>[] = (await after.limit(limit).toArray()).map((each) =>
      fromDexieToStorage(booleanIndexes, each),
    )
    const last = documents.at(-1)
    return { documents, checkpoint: last ? { id: last.id, lwt: last._meta.lwt } : (from ?? { id: '', lwt: 0 }) }
  }
