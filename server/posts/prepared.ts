import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Content } from './content.ts'

/**
 * Bodies read, checked and stored ahead of their time, where publishing only has to copy them: decoding and packing a
 * thousand of them takes seconds, just when the second counts. Each belongs to one version (`seq`) of its document; a
 * body that is missing or of another version is simply read again.
 */
type Db = Kysely<Database>

export async function savePrepared(
  db: Db,
  workspaceId: string,
  entries: readonly { postId: string; seq: number; content: Content }[],
  now: number,
): Promise<void> {
  if (entries.length === 0) return
  const batch = JSON.stringify(entries.map(({ postId, seq, content: { body, text } }) => ({ postId, seq, body, text })))
  await sql`
    insert into prepared_posts (workspace_id, post_id, seq, body, text, prepared_at)
    select ${workspaceId}, v."postId", v.seq, v.body, v.text, ${new Date(now)}
    from json_to_recordset(${batch}::json) as v("postId" text, seq bigint, body jsonb, text text)
    on conflict (workspace_id, post_id) do update
      set seq = excluded.seq, body = excluded.body, text = excluded.text, prepared_at = excluded.prepared_at`.execute(
    db,
  )
}

/** The version that is ready, by post. */
export async function findPrepared(db: Db, workspaceId: string, ids: readonly string[]): Promise<Map<string, number>> {
  const { rows } = await sql<{ post_id: string; seq: number }>`
    select post_id, seq from prepared_posts where workspace_id = ${workspaceId} and post_id = any(${ids})`.execute(db)
  return new Map(rows.map((row) => [row.post_id, row.seq]))
}

export async function deletePrepared(db: Db, workspaceId: string, ids: readonly string[]): Promise<void> {
  await sql`delete from prepared_posts where workspace_id = ${workspaceId} and post_id = any(${ids})`.execute(db)
}

/** What a process left behind that died before it published. */
export async function deleteOldPrepared(db: Db, before: number): Promise<void> {
  await sql`delete from prepared_posts where prepared_at < ${new Date(before)}`.execute(db)
}
