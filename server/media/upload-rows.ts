import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'

/** An upload as its sender declared it. */
export type UploadRow = {
  id: string
  workspaceId: string
  hash: string
  type: string
  bytes: number
  /** Taken in: its file is with the blobs, and the row only tells its sender so, should the answer have been lost. */
  finished: boolean
}

type Id = Pick<UploadRow, 'id' | 'workspaceId' | 'hash'>

const columns = sql`id, workspace_id as "workspaceId", hash, type, bytes, finished`

export type UploadRows = ReturnType<typeof createUploadRows>

/** What is known of uploads, for every server of the database and across restarts. */
export function createUploadRows({ db, clock }: { db: Kysely<Database>; clock: Clock }) {
  const now = () => new Date(clock.now())
  return {
    async find(id: string): Promise<UploadRow | null> {
      const { rows } = await sql<UploadRow>`select ${columns} from uploads where id = ${id}`.execute(db)
      return rows[0] ?? null
    },
    /** It is going on. Null where it was given up. */
    async touch(id: string): Promise<UploadRow | null> {
      const { rows } = await sql<UploadRow>`
        update uploads set touched_at = ${now()} where id = ${id} returning ${columns}`.execute(db)
      return rows[0] ?? null
    },
    async finish(id: string): Promise<void> {
      await sql`update uploads set finished = true, touched_at = ${now()} where id = ${id}`.execute(db)
    },
    async remove(id: string): Promise<void> {
      await sql`delete from uploads where id = ${id}`.execute(db)
    },
    /**
     * Gives up the uploads of a file that are idle since then, but for this, those `busy` and the `most` touched last;
     * resolves with their ids.
     */
    async crowdedOut(
      tx: Kysely<Database>,
      { id, workspaceId, hash }: Id,
      { most, since, busy }: { most: number; since: number; busy: readonly string[] },
    ): Promise<string[]> {
      const { rows } = await sql<{ id: string }>`
        delete from uploads where touched_at < ${new Date(since)} and id <> all(${busy}::text[]) and id in (
          select id from uploads
          where workspace_id = ${workspaceId} and hash = ${hash} and not finished and id <> ${id}
          order by touched_at desc offset ${most}
        ) returning id`.execute(tx)
      return rows.map((row) => row.id)
    },
    /** Those of these ids that are known. */
    async known(ids: readonly string[]): Promise<Set<string>> {
      const { rows } = await sql<{ id: string }>`select id from uploads where id = any(${ids})`.execute(db)
      return new Set(rows.map(({ id }) => id))
    },
    async untouchedSince(at: number): Promise<UploadRow[]> {
      const { rows } = await sql<UploadRow>`
        select ${columns} from uploads where touched_at < ${new Date(at)}`.execute(db)
      return rows
    },
  }
}
