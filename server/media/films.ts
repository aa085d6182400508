import { type Kysely, sql } from 'kysely'
import { type Media, media as mediaCollection } from '../../shared/collections/media.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import { isPlayable } from '../../shared/domain/media-type.ts'
import { filesOf, isReady } from '../../shared/domain/playable.ts'
import type { Database } from '../database/database.ts'
import type { Change, Tx } from '../sync/index.ts'

/** Films and recordings among these, by id. Those whose document was deleted may still be shown by a post. */
export async function findFilms(
  db: Kysely<Database>,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, Media>> {
  const { rows } = await sql<{ id: string; doc: object; version: number }>`
    select id, doc, schema_version as version from documents
    where workspace_id = ${workspaceId} and collection = 'media' and id = any(${ids})
      and doc ->> 'kind' in ('video', 'audio')`.execute(db)
  return new Map(rows.map(({ id, doc, version }) => [id, upgrade<Media>(mediaCollection, doc, version)]))
}

export async function storedAmong(
  db: Kysely<Database>,
  workspaceId: string,
  hashes: readonly string[],
): Promise<Map<string, { type: string; bytes: number }>> {
  if (hashes.length === 0) return new Map()
  const { rows } = await sql<{ hash: string; type: string; bytes: number }>`
    select hash, type, bytes::float8 as bytes from blobs where workspace_id = ${workspaceId} and hash = any(${hashes})`.execute(
    db,
  )
  return new Map(rows.map((row) => [row.hash, row]))
}

/** Which of the media a post needs are not ready to be shown, in the order asked. */
export async function missing(db: Kysely<Database>, workspaceId: string, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return []
  const stored = await storedAmong(db, workspaceId, ids)
  const films = await findFilms(db, workspaceId, ids)
  const files = [...films.values()].flatMap(({ variants }) => variants.flatMap(filesOf))
  const made = await storedAmong(db, workspaceId, files)
  return ids.filter((id) => {
    const film = films.get(id)
    if (film) return !isReady(film, (hash) => made.has(hash))
    const type = stored.get(id)?.type
    // A film whose document has not come yet has nothing to show.
    return type === undefined || isPlayable(type)
  })
}

/** Of whose film or recording this is a part. */
export async function madeFor(db: Kysely<Database>, workspaceId: string, hash: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select media_id as id from media_files where workspace_id = ${workspaceId} and hash = ${hash}`.execute(db)
  return rows.map((row) => row.id)
}

/**
 * Keeps `media_files` as the pushed documents say, and resolves with the ids that have changed. What a deleted document
 * named stays: a post may show it still, and what nobody shows is removed with the rest (see garbage.ts).
 */
export async function projectFiles(tx: Tx, changes: readonly Change[]): Promise<string[]> {
  const { workspaceId } = changes[0]!
  const latest = new Map(changes.map((change) => [change.doc.id, change]))
  const docs = [...latest.values()].filter(({ deleted }) => !deleted).map(({ doc }) => doc as Media)
  const hasVariants = (doc: object | null): boolean => ((doc as Media | null)?.variants.length ?? 0) > 0
  // Of several versions at once also the first may be the one that took something away.
  const touched = new Set(
    changes.filter((each) => hasVariants(each.doc) || hasVariants(each.previous)).map(({ doc }) => doc.id),
  )
  const changed = docs.filter(({ id }) => touched.has(id))
  if (changed.length === 0) return []
  const ids = changed.map((doc) => doc.id)
  await sql`delete from media_files where workspace_id = ${workspaceId} and media_id = any(${ids})`.execute(tx)
  const files = changed.flatMap((doc) => doc.variants.flatMap(filesOf).map((hash) => [doc.id, hash] as const))
  await sql`
    insert into media_files (workspace_id, media_id, hash)
    select ${workspaceId}, f.id, f.hash
    from unnest(${files.map(([id]) => id)}::text[], ${files.map(([, hash]) => hash)}::text[]) as f(id, hash)
    on conflict do nothing`.execute(tx)
  return ids
}
