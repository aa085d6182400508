import type pg from 'pg'
import { media as collection, type Media } from '../../shared/collections/media.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import { filesOf, playableOf } from '../../shared/domain/playable.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import type { PlayableMedia } from '../../shared/domain/richtext/render.ts'

const filmsIn = ({ type, attrs = {}, content = [] }: BodyNode): string[] =>
  type === 'video' || type === 'audio' ? [String(attrs.hash)] : content.flatMap(filmsIn)

const statement = `
  with films as (
    select doc, schema_version from documents
    where workspace_id = $1 and collection = 'media' and id = any($2)),
  named as (
    select variant ->> name as hash from films, jsonb_array_elements(doc -> 'variants') variant,
      unnest(array['hash', 'playlist']) name)
  select doc, schema_version as version,
    (select coalesce(json_agg(hash), '[]') from blobs where workspace_id = $1 and hash in (select hash from named)) as stored
  from films`

type Row = { doc: object; version: number; stored: string[] }

/**
 * What there is to play of the films and recordings of a text, as far as it is stored: what was made of one anew may still
 * be on its way. A text without any costs no question.
 */
export async function findPlayable(
  pool: Pick<pg.Pool, 'query'>,
  workspaceId: string,
  body: BodyNode,
  addressOf: (hash: string) => string,
): Promise<(hash: string) => PlayableMedia | null> {
  const ids = [...new Set(filmsIn(body))]
  if (ids.length === 0) return () => null
  const { rows } = await pool.query<Row>({ name: 'site films', text: statement, values: [workspaceId, ids] })
  const found = new Map(
    rows.map(({ doc, version, stored }) => {
      const film = upgrade<Media>(collection, doc, version)
      const variants = film.variants.filter((variant) => filesOf(variant).every((hash) => stored.includes(hash)))
      const ladder = `${addressOf(film.id)}/master.m3u8`
      return [film.id, playableOf({ ...film, variants }, addressOf, ladder)]
    }),
  )
  return (hash) => found.get(hash) ?? null
}
