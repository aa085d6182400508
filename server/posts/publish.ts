import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Content, ContentHead } from './content.ts'

/** A version of a post as readers will see it. Instants are milliseconds of the server's clock. */
export type PublicVersion = {
  postId: string
  slug: string
  revision: number
  publishedAt: number
  updatedAt: number
  /** With its text, or with the version of the document whose text lies in `prepared_posts`. */
  content: Content | (ContentHead & { preparedSeq: number })
}

/**
 * Makes the versions public: page, address, revision and pictures of all posts in a few statements. Runs under the
 * workspace's lock, in the transaction that also records why.
 */
export async function publishVersions(
  tx: Kysely<Database>,
  workspaceId: string,
  versions: readonly PublicVersion[],
): Promise<void> {
  if (versions.length === 0) return
  const batch = JSON.stringify(
    versions.map(({ content, ...version }) => ({
      ...version,
      ...content,
      publishedAt: new Date(version.publishedAt).toISOString(),
      updatedAt: new Date(version.updatedAt).toISOString(),
      images: undefined,
    })),
  )
  const ids = versions.map((version) => version.postId)
  await sql`
    insert into post_slugs (workspace_id, slug, post_id)
    select ${workspaceId}, v.slug, v.post_id
    from unnest(${versions.map((version) => version.slug)}::text[], ${ids}::text[]) as v(slug, post_id)
    on conflict do nothing`.execute(tx)
  await sql`
    insert into published_posts (workspace_id, post_id, slug, title, summary, tags, visibility, body, text, words, cover,
      revision, published_at, updated_at, withdrawn_at)
    select ${workspaceId}, v."postId", v.slug, v.title, v.summary, array(select jsonb_array_elements_text(v.tags)),
      v.visibility, coalesce(v.body, r.body), coalesce(v.text, r.text), v.words, v.cover, v.revision, v."publishedAt", v."updatedAt", null
    from json_to_recordset(${batch}::json) as v("postId" text, slug text, title text, summary text, tags jsonb,
      visibility text, body jsonb, text text, words integer, cover text, revision integer, "publishedAt" timestamptz,
      "updatedAt" timestamptz, "preparedSeq" bigint)
    left join prepared_posts r on r.workspace_id = ${workspaceId} and r.post_id = v."postId" and r.seq = v."preparedSeq"
    on conflict (workspace_id, post_id) do update set
      slug = excluded.slug, title = excluded.title, summary = excluded.summary, tags = excluded.tags,
      visibility = excluded.visibility, body = excluded.body, text = excluded.text, words = excluded.words,
      cover = excluded.cover, revision = excluded.revision, published_at = excluded.published_at,
      updated_at = excluded.updated_at, withdrawn_at = null`.execute(tx)
  // No "on conflict": a revision that exists already means that something is published twice, and must fail.
  await sql`
    insert into post_revisions (workspace_id, post_id, revision, title, summary, body, created_at)
    select workspace_id, post_id, revision, title, summary, body, updated_at from published_posts
    where workspace_id = ${workspaceId} and post_id = any(${ids})`.execute(tx)
  await linkMedia(tx, workspaceId, versions)
}

async function linkMedia(tx: Kysely<Database>, workspaceId: string, versions: readonly PublicVersion[]): Promise<void> {
  const updated = versions.filter((version) => version.revision > 1).map((version) => version.postId)
  if (updated.length > 0) {
    await sql`delete from post_media where workspace_id = ${workspaceId} and post_id = any(${updated})`.execute(tx)
  }
  const links = versions.flatMap(({ postId, content }) => content.images.map((hash) => [postId, hash] as const))
  if (links.length === 0) return
  await sql`
    insert into post_media (workspace_id, post_id, hash)
    select ${workspaceId}, m.post_id, m.hash
    from unnest(${links.map(([postId]) => postId)}::text[], ${links.map(([, hash]) => hash)}::text[])
      as m(post_id, hash)
    on conflict do nothing`.execute(tx)
}

/** Takes posts down: their addresses answer that they are gone, their pictures are no longer handed out. */
export async function withdrawPosts(
  tx: Kysely<Database>,
  workspaceId: string,
  postIds: readonly string[],
  at: number,
): Promise<void> {
  if (postIds.length === 0) return
  await sql`
    update published_posts set withdrawn_at = ${new Date(at)}
    where workspace_id = ${workspaceId} and post_id = any(${postIds}) and withdrawn_at is null`.execute(tx)
}

/** Shows posts again as they were. */
export async function restorePosts(
  tx: Kysely<Database>,
  workspaceId: string,
  postIds: readonly string[],
): Promise<void> {
  if (postIds.length === 0) return
  await sql`
    update published_posts set withdrawn_at = null
    where workspace_id = ${workspaceId} and post_id = any(${postIds})`.execute(tx)
}
