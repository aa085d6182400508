import { getChangedDocumentsSince, type RxDocumentData, type RxStorageInstance } from 'rxdb'
import { fromDexieToStorage, RxStorageInstanceDexie } from 'rxdb/plugins/storage-dexie'

/** A place in the order in which this device has written documents. */
export type Place = { id: string; lwt: number }

/**
 * The stored documents written after `place` (null: all), deleted ones too, in the order of writing, in pages, with a turn
 * for the window between them. RxDB itself reads through a cursor, a message to the browser's storage for each document;
 * here each page is one message, by the same index.
 */
export async function* readSince<T>(
  storage: RxStorageInstance<T, unknown, unknown>,
  place: Place | null,
  pageSize: number,
): AsyncGenerator<{ documents: RxDocumentData<T>[]; place: Place }> {
  const read = storage instanceof RxStorageInstanceDexie ? await bulkReader<T>(storage) : cursorReader(storage)
  for (let from = place; ; ) {
    const documents = await read(from, pageSize)
    const last = documents.at(-1) as unknown as { id: string; _meta: { lwt: number } } | undefined
    if (!last) return
    from = { id: last.id, lwt: last._meta.lwt }
    yield { documents, place: from }
    if (documents.length < pageSize) return
    await new Promise((resolve) => setTimeout(resolve))
  }
}

type Read<T> = (from: Place | null, limit: number) => Promise<RxDocumentData<T>[]>

const cursorReader =
  <T>(storage: RxStorageInstance<T, unknown, unknown>): Read<T> =>
  async (from, limit) =>
    (await getChangedDocumentsSince<T, unknown>(storage, limit, from ?? undefined)).documents

async function bulkReader<T>(storage: RxStorageInstanceDexie<T>): Promise<Read<T>> {
  const { dexieTable, booleanIndexes } = await storage.internals
  return async (from, limit) => {
    const after = dexieTable.where('[_meta.lwt+id]').above(from ? [from.lwt, from.id] : [0, ''])
    return (await after.limit(limit).toArray()).map((each) => fromDexieToStorage(booleanIndexes, each))
  }
}
