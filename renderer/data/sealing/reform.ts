import { type Fields, isSealed, openDocument, sealDocument } from './sealed-document.ts'
import type { Sealer } from './sealer.ts'

/** Documents as they lie in the browser's database, in the order of their primary keys. */
export type Table = {
  collection: string
  /** The primary key and what is indexed. */
  plainPaths: readonly string[]
  count(): Promise<number>
  page(after: string | null, limit: number): Promise<Fields[]>
  /** All of them or none. */
  put(documents: Fields[]): Promise<void>
  remove(ids: string[]): Promise<void>
}

const pageSize = 200

type Options = {
  tables: readonly Table[]
  sealer: Sealer
  to: 'plain' | 'sealed'
  onProgress(done: number, of: number): void
  onError(error: unknown): void
}

/**
 * Brings every document into the other form. Each says by itself in which it is, so this may be interrupted at any
 * moment and run again. Nobody else may have the tables open. A damaged document, which no key opens, is said and goes.
 */
export async function reform({ tables, sealer, to, onProgress, onError }: Options): Promise<void> {
  let of = 0
  for (const table of tables) of += await table.count()
  let done = 0
  onProgress(done, of)
  for (const table of tables) {
    const { collection, plainPaths } = table
    const primaryKey = plainPaths[0]!
    for (let after: string | null = null; ; ) {
      const page: Fields[] = await table.page(after, pageSize)
      const last = page.at(-1)
      if (!last) break
      after = String(last[primaryKey])
      const damaged: string[] = []
      const changed = await Promise.all(
        page
          .filter((document) => isSealed(document) !== (to === 'sealed'))
          .map(async (document) => {
            if (to === 'sealed') return sealDocument(sealer, collection, document, plainPaths)
            return openDocument(sealer, collection, document, primaryKey).catch((error: unknown) => {
              onError(error)
              damaged.push(String(document[primaryKey]))
              return null
            })
          }),
      )
      await table.put(changed.filter((each) => each !== null))
      if (damaged.length > 0) await table.remove(damaged)
      done += page.length
      onProgress(done, of)
    }
  }
}
