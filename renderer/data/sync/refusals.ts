import type { RefusedDocument, StudioDatabase } from '../types.ts'

const idOf = ({ collection, id }: { collection: string; id: string }) => `${collection}|${id}`
/** Name of the note in which they are kept on this device. */
const note = 'refused'

/** What the server refused, kept on this device until it is changed and accepted. */
export async function openRefusals(db: StudioDatabase) {
  const kept = (await db.getLocal<{ documents: RefusedDocument[] }>(note))?.get('documents') as
    | RefusedDocument[]
    | undefined
  const refused = new Map((kept ?? []).map((document) => [idOf(document), document]))
  const write = async (): Promise<void> => {
    await db.upsertLocal(note, { documents: [...refused.values()] })
  }

  return {
    list: (): RefusedDocument[] => [...refused.values()],
    count: () => refused.size,
    async add(documents: readonly RefusedDocument[]): Promise<void> {
      for (const document of documents) refused.set(idOf(document), document)
      await write()
    },
    /** The server has them now. */
    async clear(collection: string, ids: readonly string[]): Promise<void> {
      if (refused.size === 0) return
      const cleared = ids.filter((id) => refused.delete(idOf({ collection, id })))
      if (cleared.length > 0) await write()
    },
  }
}

export type Refusals = Awaited<ReturnType<typeof openRefusals>>
