import { type Kysely, sql } from 'kysely'
import { unpackBody } from '../../shared/domain/richtext/pack.ts'
import type { Database } from '../database/database.ts'

const dayMs = 86_400_000
/** How long what lies in the trash keeps its files. */
const trashedForMs = 30 * dayMs
const page = 100

const breath = () => new Promise<void>((resolve) => setImmediate(resolve))
const hashesIn = (text: string): string[] => text.match(/[0-9a-f]{64}/g) ?? []

/**
 * Files of the workspace that nothing refers to: no media document (or only one long in the trash), post, profile,
 * value set aside or upload under way. `ids` are further media in use, as found by `idsInTexts`.
 */
export async function findUnused(
  db: Kysely<Database>,
  workspaceId: string,
  { ids, now, among }: { ids: Iterable<string>; now: number; among?: readonly string[] },
): Promise<{ hash: string; unusedSince: Date | null; type: string }[]> {
  const { rows } = await sql<{ hash: string; unusedSince: Date | null; type: string }>`
    with used (id) as materialized (
      select id from documents
      where workspace_id = ${workspaceId} and collection = 'media' and not deleted
        and (doc ->> 'trashed' = '' or doc ->> 'trashed' > ${new Date(now - trashedForMs).toISOString()})
      union all
      select jsonb_array_elements_text(doc -> 'images') from documents
      where workspace_id = ${workspaceId} and collection = 'posts' and not deleted
      union all
      select doc ->> 'cover' from documents
      where workspace_id = ${workspaceId} and collection in ('posts', 'versions') and not deleted
      union all
      select named[1] from documents, regexp_matches(doc::text, '[0-9a-f]{64}', 'g') named
      where workspace_id = ${workspaceId} and collection = 'lost' and not deleted
      union all select hash from post_media where workspace_id = ${workspaceId}
      union all select cover from published_posts where workspace_id = ${workspaceId}
      union all select avatar from profiles where workspace_id = ${workspaceId}
      union all select cover from profiles where workspace_id = ${workspaceId}
      union all select hash from uploads where workspace_id = ${workspaceId} and not finished
      union all select unnest(${[...ids]}::text[])
    )
    select b.hash, b.unused_since as "unusedSince", b.type from blobs b
    where b.workspace_id = ${workspaceId} ${among ? sql`and b.hash = any(${among})` : sql``}
      and b.hash not in (select id from used where id is not null)
      and not exists (
        select 1 from media_files f
        where f.workspace_id = b.workspace_id and f.hash = b.hash and f.media_id in (select id from used))`.execute(db)
  return rows
}

/** What the texts of posts, of their versions, of what merges set aside and of what was public show; of documents those after `seq`. */
export async function idsInTexts(db: Kysely<Database>, workspaceId: string, seq = 0): Promise<Set<string>> {
  const found = new Set<string>()
  for (let after = seq; ; ) {
    const { rows } = await sql<{ seq: number; collection: string; body: string | null }>`
      select seq, collection, doc ->> case collection when 'lost' then 'value' else 'body' end as body from documents
      where workspace_id = ${workspaceId} and collection in ('posts', 'versions', 'lost') and not deleted
        and seq > ${after}
      order by seq limit ${page}`.execute(db)
    for (const { collection, body } of rows) {
      for (const hash of hashesIn(await textOf(collection, body))) found.add(hash)
      await breath()
    }
    if (rows.length < page) break
    after = rows.at(-1)!.seq
  }
  if (seq > 0) return found
  for (let after = { postId: '', revision: 0 }; ; ) {
    const { rows } = await sql<{ postId: string; revision: number; body: string }>`
      select post_id as "postId", revision, body::text as body from post_revisions
      where workspace_id = ${workspaceId} and (post_id, revision) > (${after.postId}, ${after.revision})
      order by post_id, revision limit ${page}`.execute(db)
    for (const { body } of rows) for (const hash of hashesIn(body)) found.add(hash)
    if (rows.length < page) return found
    after = rows.at(-1)!
  }
}

/** A Yjs update, as of a post, has its strings in it as they are; a version's body is packed. */
async function textOf(collection: string, body: string | null): Promise<string> {
  // What a merge sets aside may be of any kind, nothing too.
  if (!body) return ''
  if (collection !== 'versions') return Buffer.from(body, 'base64').toString('latin1')
  // What cannot be read shows nothing to anybody.
  return await unpackBody(body).then(JSON.stringify, () => '')
}
