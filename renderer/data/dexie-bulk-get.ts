/** What is needed of a Dexie table. */
export type Table = {
  schema: { primKey: { keyPath?: string | string[] | null | undefined } }
  bulkGet(ids: string[]): PromiseLike<unknown[]>
  where(index: ':id'): {
    between(
      from: string,
      to: string,
      withFrom: boolean,
      withTo: boolean,
    ): { limit(count: number): { primaryKeys(): PromiseLike<string[]>; toArray(): PromiseLike<unknown[]> } }
  }
}

const fewIds = 20

/**
 * As Dexie's own, which sends one message to the browser's storage for each id. Ids of documents that belong together lie
 * together, as they begin with a time: one message tells which of them are there, none in a first sync, and another
 * brings them all.
 */
export function bulkGet(table: Table): (ids: string[]) => Promise<unknown[]> {
  const each = table.bulkGet.bind(table)
  const keyPath = String(table.schema.primKey.keyPath)
  return async (ids) => {
    if (ids.length < fewIds) return await each(ids)
    const sorted = [...ids].sort()
    const most = ids.length * 2
    const range = () =>
      table
        .where(':id')
        .between(sorted[0]!, sorted.at(-1)!, true, true)
        .limit(most + 1)
    const keys = await range().primaryKeys()
    // Too many others lie between.
    if (keys.length > most) return await each(ids)
    const wanted = new Set(ids)
    const there = keys.filter((key) => wanted.has(key))
    if (there.length === 0) return ids.map(() => undefined)
    const documents = there.length * 2 < keys.length ? await each(there) : await range().toArray()
    const found = new Map(documents.map((document) => [(document as Record<string, unknown>)[keyPath], document]))
    return ids.map((id) => found.get(id))
  }
}
