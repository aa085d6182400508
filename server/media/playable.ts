import type { Kysely } from 'kysely'
import { playlistType, type Variant, type VariantRole } from '../../shared/collections/media.ts'
import type { PlayableMedia } from '../../shared/domain/richtext/render.ts'
import type { Database } from '../database/database.ts'
import { filesOf, findFilms, storedAmong } from './films.ts'

/**
 * What readers can play of these films and recordings, by id: the ladder where it is stored as far as it goes, then the
 * whole film for browsers without one. Those with nothing to play are left out.
 */
export async function findPlayable(
  db: Kysely<Database>,
  workspaceId: string,
  ids: readonly string[],
): Promise<Map<string, PlayableMedia>> {
  const films = await findFilms(db, workspaceId, ids)
  const files = [...films.values()].flatMap(({ variants }) => variants.flatMap(filesOf))
  const stored = await storedAmong(db, workspaceId, files)
  const base = `/media/${workspaceId}`
  const found = new Map<string, PlayableMedia>()
  for (const [id, { variants }] of films) {
    const whole = variants.filter((variant) => filesOf(variant).every((hash) => stored.has(hash)))
    const of = (role: VariantRole): Variant[] => whole.filter((variant) => variant.role === role)
    const sources = [
      ...(of('hls').length > 0 ? [{ src: `${base}/${id}/master.m3u8`, type: playlistType }] : []),
      ...[...of('mp4'), ...of('podcast')].map(({ hash, type }) => ({ src: `${base}/${hash}`, type })),
    ]
    if (sources.length === 0) continue
    const [poster] = of('poster')
    found.set(id, {
      sources,
      poster: poster ? `${base}/${poster.hash}` : null,
      captions: of('captions').map(({ hash, language, label }) => ({ src: `${base}/${hash}`, language, label })),
    })
  }
  return found
}
