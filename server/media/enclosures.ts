import { type Kysely, sql } from 'kysely'
import { type Media, media as mediaCollection } from '../../shared/collections/media.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import type { MediaEnclosure } from '../../shared/domain/page/index.ts'
import { wholeOf } from '../../shared/domain/playable.ts'
import type { Database } from '../database/database.ts'
import { storedAmong } from './films.ts'

/**
 * The one file of each film and recording of these posts that a program can fetch and play as a whole, by the id of the
 * medium: a film's MP4, a recording's sound, as far as it is stored. A ladder alone is none.
 */
export async function findEnclosures(
  db: Kysely<Database>,
  workspaceId: string,
  postIds: readonly string[],
): Promise<Map<string, MediaEnclosure>> {
  if (postIds.length === 0) return new Map()
  const { rows } = await sql<{ doc: object; version: number }>`
    select d.doc, d.schema_version as version from documents d
    where d.workspace_id = ${workspaceId} and d.collection = 'media' and d.doc ->> 'kind' in ('video', 'audio')
      and d.id in (select hash from post_media where workspace_id = ${workspaceId} and post_id = any(${postIds}))
    order by d.id`.execute(db)
  const films = rows.map(({ doc, version }) => upgrade<Media>(mediaCollection, doc, version))
  const parts = films.flatMap(({ variants }) => variants.map(({ hash }) => hash))
  const stored = await storedAmong(db, workspaceId, parts)
  const found = new Map<string, MediaEnclosure>()
  for (const film of films) {
    const whole = wholeOf(film).find(({ hash }) => stored.has(hash))
    const file = whole && stored.get(whole.hash)
    if (!file) continue
    const poster = film.variants.find(({ role, hash }) => role === 'poster' && stored.has(hash))
    const { kind, width, height, durationMs } = film
    const addressOf = (hash: string) => `/media/${workspaceId}/${hash}`
    found.set(film.id, {
      kind: kind === 'video' ? 'video' : 'audio',
      path: addressOf(whole.hash),
      type: file.type,
      bytes: file.bytes,
      durationMs,
      width: whole.width || width,
      height: whole.height || height,
      poster: poster ? addressOf(poster.hash) : null,
    })
  }
  return found
}
