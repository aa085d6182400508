import type { RefusedDocument, StudioDatabase } from '../types.ts'

const idOf = ({ collection, id }: { collection: string; id: string }) => `refused|${collection}|${id}`.slice(0, 300)

/** What the server refused, kept on this device until it is changed and accepted. */
export async function openRefusals(db: StudioDatabase, now: () => number) {
  const refused = new Map<string, RefusedDocument>()
  for (const { source: collection, documentId, code, message } of await db.set_aside
    .find({ selector: { kind: 'refused' } })
    .exec())
    refused.set(idOf({ collection, id: documentId }), { collection, id: documentId, code, message })

  return {
    list: (): RefusedDocument[] => [...refused.values()],
    count: () => refused.size,
    async add(documents: readonly RefusedDocument[]): Promise<void> {
      for (const document of documents) refused.set(idOf(document), document)
      await db.set_aside.bulkUpsert(
        documents.map((document) => ({
          id: idOf(document),
          kind: 'refused',
          source: document.collection,
          documentId: document.id.slice(0, 64),
          field: '',
          lost: null,
          kept: null,
          code: document.code,
          message: document.message,
          at: new Date(now()).toISOString(),
        })),
      )
    },
    /** The server has them now. Resolves true when any of them was refused before. */
    async clear(collection: string, ids: readonly string[]): Promise<boolean> {
      if (refused.size === 0) return false
      const keys = ids.map((id) => idOf({ collection, id })).filter((key) => refused.delete(key))
      if (keys.length > 0) await db.set_aside.bulkRemove(keys)
      return keys.length > 0
    },
  }
}

export type Refusals = Awaited<ReturnType<typeof openRefusals>>
