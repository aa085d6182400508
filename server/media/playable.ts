import type { Kysely } from 'kysely'
import { filesOf, playableOf } from '../../shared/domain/playable.ts'
import type { PlayableMedia } from '../../shared/domain/richtext/render.ts'
import type { Database } from '../database/database.ts'
import { findFilms, storedAmong } from './films.ts'

/**
 * What readers can play of these films and recordings, by id, as far as it is stored: what was made of one anew may still
 * be on its way.
 */
export async function findPlayable(
  db: Kysely<Database>,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, PlayableMedia>> {
  const films = await findFilms(db, workspaceId, ids)
  const files = [...films.values()].flatMap(({ variants }) => variants.flatMap(filesOf))
  const stored = await storedAmong(db, workspaceId, files)
  const addressOf = (name: string) => `/media/${workspaceId}/${name}`
  return new Map(
    [...films].map(([id, film]) => {
      const variants = film.variants.filter((variant) => filesOf(variant).every((hash) => stored.has(hash)))
      return [id, playableOf({ ...film, variants }, addressOf, addressOf(`${id}/master.m3u8`))]
    }),
  )
}
