import { type Kysely, sql } from 'kysely'
import { type Post, posts } from '../../shared/collections/posts.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'
import { deletePrepared, savePrepared } from '../posts/prepared.ts'
import { type Prepared, prepare } from './publish-batch.ts'

/** Posts are read in slices, so that the database is asked for a bounded amount at once. */
const slice = 20

const breath = () => new Promise<void>((resolve) => setImmediate(resolve))

/** Makes posts ready before their time; what is kept in memory is small. One caller at a time. */
export function createPreparer({ db, clock }: { db: Kysely<Database>; clock: Clock }) {
  async function load(workspaceId: string, ids: readonly string[]): Promise<{ id: string; seq: number; doc: Post }[]> {
    const { rows } = await sql<{ id: string; seq: number; doc: object; version: number }>`
      select id, seq, doc, schema_version as version from documents
      where workspace_id = ${workspaceId} and collection = 'posts' and id = any(${ids}) and not deleted`.execute(db)
    return rows.map(({ id, seq, doc, version }) => ({ id, seq, doc: upgrade<Post>(posts, doc, version) }))
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
        const wanted = ids.slice(from, from + slice).filter((id) => isWanted(id) && !into.has(id))
        if (wanted.length === 0) continue
        const ready: { postId: string; seq: number; prepared: ReturnType<typeof prepare> }[] = []
        for (const { id, seq, doc } of await load(workspaceId, wanted)) {
          ready.push({ postId: id, seq, prepared: prepare(doc, seq) })
          // Requests are answered in between.
          await breath()
        }
        await savePrepared(
          db,
          workspaceId,
          ready.flatMap(({ postId, seq, prepared: { content } }) => (content ? [{ postId, seq, content }] : [])),
          clock.now(),
        )
        for (const { postId, seq, prepared } of ready) {
          if (!isWanted(postId)) continue
          if (!prepared.content) {
            into.set(postId, prepared)
            continue
          }
          const { body: _body, text: _text, ...head } = prepared.content
          into.set(postId, { ...prepared, content: { ...head, preparedSeq: seq } })
        }
      }
    },

    /** Once they are public, or will not be. */
    async forget(workspaceId: string, ids: readonly string[], from: Map<string, Prepared>): Promise<void> {
      const held = ids.filter((id) => from.delete(id))
      if (held.length > 0) await deletePrepared(db, workspaceId, held)
    },
  }
}
