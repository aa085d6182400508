import { getChangedDocumentsSince, type RxDocumentData, type RxStorageInstance } from 'rxdb'

/** A place in the order in which this device has written documents. */
export type Place = { id: string; lwt: number }

/**
 * The stored documents written after `place` (null: all), deleted ones too, in the order of writing, in pages, with a turn
 * for the window between them.
 */
export async function* readSince<T>(
  storage: RxStorageInstance<T, unknown, unknown>,
  place: Place | null,
  pageSize: number,
): AsyncGenerator<{ documents: RxDocumentData<T>[]; place: Place }> {
  for (let from = place; ; ) {
    const page = await getChangedDocumentsSince<T, unknown>(storage, pageSize, from ?? undefined)
    if (page.documents.length === 0) return
    from = page.checkpoint as Place
    yield { documents: page.documents, place: from }
    if (page.documents.length < pageSize) return
    await new Promise((resolve) => setTimeout(resolve))
  }
}
