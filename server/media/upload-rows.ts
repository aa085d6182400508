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
    async touch(id: string): Promise<void> {
      await sql`update uploads set touched_at = ${now()} where id = ${id}`.execute(db)
    },
    async finish(id: string): Promise<void> {
      await sql`update uploads set finished = true, touched_at = ${now()} where id = ${id}`.execute(db)
    },
    async remove(id: string): Promise<void> {
      await sql`delete from uploads where id = ${id}`.execute(db)
    },
    async untouchedSince(at: number): Promise<UploadRow[]> {
      const { rows } = await sql<UploadRow>`
        select ${columns} from uploads where touched_at < ${new Date(at)}`.execute(db)
      return rows
    },
  }
}
