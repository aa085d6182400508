import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Log } from '../http/app.ts'

const first = 1000
const last = 100_000

/**
 * Has the database look anew how documents are spread over workspaces and collections, each time four times as many have
 * been written. It does so by itself within some minutes; until then it takes every workspace for a small one, and reads
 * all of it where it was asked for a few documents by id.
 */
export function createStatistics({ db, log }: { db: Kysely<Database>; log: Log }) {
  let written = 0
  let next = first
  let looking: Promise<void> | undefined
  return {
    wrote(count: number): void {
      written += count
      if (written < next || next > last || looking) return
      next = Math.max(next, written) * 4
      looking = sql`analyze documents (workspace_id, collection, id)`
        .execute(db)
        .then(() => {})
        .catch((err) => log.warn({ err }, 'the statistics of documents could not be renewed'))
        .finally(() => {
          looking = undefined
        })
    },
    settle: async (): Promise<void> => await looking,
  }
}
