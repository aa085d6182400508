import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { StoredBlob } from './stored.ts'

const columns = sql`b.hash, b.type, b.bytes, b.width, b.height`

/** A live public post has this among its media, or the profile shows it. `id` is SQL. */
const isShown = (workspaceId: string, id: ReturnType<typeof sql>) => sql`(
  exists (
    select 1 from post_media m join published_posts p using (workspace_id, post_id)
    where m.workspace_id = ${workspaceId} and m.hash = ${id}
      and p.withdrawn_at is null and p.visibility = 'public')
  or exists (select 1 from profiles where workspace_id = ${workspaceId} and ${id} in (avatar, cover)))`

/** The original of a film or recording is never handed to readers, whoever shows it. */
const isForReaders = sql`(b.type !~ '^(video|audio)/' or exists (
  select 1 from media_files f where f.workspace_id = b.workspace_id and f.hash = b.hash))`

/** The file, if readers may have it at all, by a signed address. */
export async function findForReaders(
  db: Kysely<Database>,
  workspaceId: string,
  hash: string,
): Promise<StoredBlob | null> {
  const { rows } = await sql<StoredBlob>`
    select ${columns} from blobs b
    where b.workspace_id = ${workspaceId} and b.hash = ${hash} and ${isForReaders}`.execute(db)
  return rows[0] ?? null
}

/** The file, if it or the film it was made for is public; else null, as if it did not exist. */
export async function findPublic(db: Kysely<Database>, workspaceId: string, hash: string): Promise<StoredBlob | null> {
  const { rows } = await sql<StoredBlob>`
    select ${columns} from blobs b
    where b.workspace_id = ${workspaceId} and b.hash = ${hash} and ${isForReaders} and (
      ${isShown(workspaceId, sql`b.hash`)}
      or exists (
        select 1 from media_files f
        where f.workspace_id = b.workspace_id and f.hash = b.hash and ${isShown(workspaceId, sql`f.media_id`)}))`.execute(
    db,
  )
  return rows[0] ?? null
}

/** Whether something public shows this film or recording. */
export async function isPublicFilm(db: Kysely<Database>, workspaceId: string, mediaId: string): Promise<boolean> {
  const { rows } = await sql`select 1 where ${isShown(workspaceId, sql`${mediaId}::text`)}`.execute(db)
  return rows.length > 0
}
