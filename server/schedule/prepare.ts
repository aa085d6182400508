import { type Kysely, sql } from 'kysely'
import type { Post } from '../../shared/collections/posts.ts'
import type { Database } from '../database/database.ts'
import { type Prepared, prepare } from './publish-batch.ts'

/** Bodies are read in slices, so that requests are answered in between. */
const slice = 20
/** What may be held ready at once, in characters of the posts' bodies; beyond it posts are read when they are due. */
const budget = 64_000_000

const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

/**
 * Reads posts before their time: decoding a rich text takes milliseconds, and a thousand of them due in one second would
 * take seconds just when the second counts. One caller at a time.
 */
export function createPreparer({ db }: { db: Kysely<Database> }) {
  let held = 0

  async function load(workspaceId: string, ids: readonly string[]): Promise<{ id: string; seq: number; doc: Post }[]> {
    const { rows } = await sql<{ id: string; seq: number; doc: Post }>`
      select id, seq, doc from documents
      where workspace_id = ${workspaceId} and collection = 'posts' and id = any(${ids}) and not deleted`.execute(db)
    return rows
  }

  return {
    /** Fills `into` with what is not there yet, as long as `isWanted`. */
    async prepare(
      workspaceId: string,
      ids: readonly string[],
      into: Map<string, Prepared>,
      isWanted: (id: string) => boolean,
    ): Promise<void> {
      for (let from = 0; from < ids.length; from += slice) {
        if (held > budget) return
        const wanted = ids.slice(from, from + slice).filter((id) => isWanted(id) && !into.has(id))
        if (wanted.length === 0) continue
        for (const { id, seq, doc } of await load(workspaceId, wanted)) {
          if (!isWanted(id)) continue
          into.set(id, prepare(doc, seq))
          held += doc.body.length
          await breath()
        }
      }
    },
    release(into: Map<string, Prepared>, id: string): void {
      const entry = into.get(id)
      if (!entry) return
      held -= entry.post.body.length
      into.delete(id)
    },
  }
}
