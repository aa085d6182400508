import { type Kysely, type RawBuilder, sql } from 'kysely'
import {
  canonicalLanguage,
  excerptOf,
  type PageCreator,
  type PageLink,
  type PagePicture,
  type PagePost,
} from '../../shared/domain/page/index.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import type { Database } from '../database/database.ts'
import type { Cursor } from './cursor.ts'

type Db = Kysely<Database>

/**
 * What readers may see, word for word as in the feed's partial index; a parameter in its place would hide the index
 * from the planner.
 */
const isPublic = sql.raw("withdrawn_at is null and visibility = 'public'")

const utc = (column: string): RawBuilder<string> =>
  sql<string>`to_char(${sql.ref(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`

const picture = (hash: string, width: number | null, height: number | null): PagePicture | null =>
  hash === '' ? null : { hash, width: width ?? 0, height: height ?? 0 }

type CreatorRow = {
  handle: string
  name: string
  bio: string | null
  language: string | null
  zone: string | null
  theme: PageCreator['theme'] | null
  accent_hue: number | null
  avatar: string | null
  avatar_width: number | null
  avatar_height: number | null
  cover: string | null
  cover_width: number | null
  cover_height: number | null
}

/**
 * The zone of the newest planned post, for a creator who never chose one: their devices know it, and plan in it. Asked
 * for only where nothing was chosen.
 */
const plannedZone = sql`(
  select pub.zone from (
    select workspace_id, post_id, published_at from published_posts
    where workspace_id = w.id and ${isPublic}
    order by published_at desc, post_id desc limit 10
  ) newest
  join publications pub on pub.workspace_id = newest.workspace_id and pub.post_id = newest.post_id
  where pub.zone <> ''
  order by newest.published_at desc limit 1)`

/** Whose page it is. Dates are told in the zone the creator plans in. */
export async function readCreator(db: Db, workspaceId: string): Promise<PageCreator | null> {
  const { rows } = await sql<CreatorRow>`
    select w.handle, coalesce(nullif(p.name, ''), w.name) as name, p.bio, p.language, 
      coalesce(nullif(d.doc -> 'calendar' ->> 'zone', ''), ${plannedZone}) as zone,
      p.theme, p.accent_hue, p.avatar, a.width as avatar_width, a.height as avatar_height,
      p.cover, c.width as cover_width, c.height as cover_height
    from workspaces w
    left join profiles p on p.workspace_id = w.id
    left join blobs a on a.workspace_id = w.id and a.hash = p.avatar
    left join blobs c on c.workspace_id = w.id and c.hash = p.cover
    left join documents d
      on d.workspace_id = w.id and d.collection = 'settings' and d.id = 'calendar' and not d.deleted
    where w.id = ${workspaceId}`.execute(db)
  const row = rows[0]
  if (!row) return null
  return {
    handle: row.handle,
    name: row.name,
    bio: row.bio ?? '',
    language: canonicalLanguage(row.language || 'en'),
    zone: row.zone || 'UTC',
    theme: row.theme ?? 'paper',
    accentHue: row.accent_hue ?? 150,
    // A picture named in the profile is shown once its bytes have arrived.
    avatar: row.avatar_width === null ? null : picture(row.avatar ?? '', row.avatar_width, row.avatar_height),
    cover: row.cover_width === null ? null : picture(row.cover ?? '', row.cover_width, row.cover_height),
  }
}

type PostRow = {
  post_id: string
  slug: string
  title: string
  summary: string
  excerpt: string | null
  tags: string[]
  cover: string
  cover_width: number | null
  cover_height: number | null
  words: number
  micros: number
  published_at: string
  updated_at: string
}

export type ListedPost = PagePost & { postId: string; cursor: Cursor }

const listed = (row: PostRow): ListedPost => ({
  postId: row.post_id,
  cursor: { micros: row.micros, postId: row.post_id },
  slug: row.slug,
  title: row.title,
  summary: row.summary,
  excerpt: excerptOf(row.excerpt ?? ''),
  tags: row.tags,
  cover: picture(row.cover, row.cover_width, row.cover_height),
  words: row.words,
  publishedAt: row.published_at,
  updatedAt: row.updated_at,
})

/** The start of the text in place of a summary, only where there is none. */
const excerpt = sql.raw("case when summary = '' then left(text, 300) end as excerpt")

const instant = ({ micros }: Cursor) => sql`to_timestamp(0) + ${micros}::bigint * interval '1 microsecond'`

/** Tags as the index of tags has them: of one workspace, and without regard to capitals. */
const tagKey = (workspaceId: string, tag: string) =>
  sql`site_tag_keys(workspace_id, tags) @> array[${workspaceId} || '/' || lower(${tag}::text)]`

export type ListQuery = {
  workspaceId: string
  tag: string | null
  /** Older than `before`, or newer than `after`; neither: the newest. */
  before: Cursor | null
  after: Cursor | null
  limit: number
}

/** The statement behind `readList`; apart, so that a test can ask the planner about it. */
export function listQuery({ workspaceId, tag, before, after, limit }: ListQuery): RawBuilder<PostRow> {
  const order = after ? sql.raw('asc') : sql.raw('desc')
  const cursor = before
    ? sql`and (published_at, post_id) < (${instant(before)}, ${before.postId})`
    : after
      ? sql`and (published_at, post_id) > (${instant(after)}, ${after.postId})`
      : sql``
  // The page is cut out first, so that long texts are opened and pictures joined for its posts alone.
  return sql<PostRow>`
    select post_id, slug, title, summary, ${excerpt}, tags, cover, b.width as cover_width, b.height as cover_height, words,
      (extract(epoch from published_at) * 1000000)::bigint as micros, ${utc('published_at')} as published_at,
      ${utc('updated_at')} as updated_at
    from (
      select workspace_id, post_id, slug, title, summary, text, tags, cover, words, published_at, updated_at
      from published_posts
      where workspace_id = ${workspaceId} and ${isPublic}
        ${tag === null ? sql`` : sql`and ${tagKey(workspaceId, tag)}`} ${cursor}
      order by published_at ${order}, post_id ${order}
      limit ${limit}
    ) l
    left join blobs b on b.workspace_id = l.workspace_id and b.hash = l.cover
    order by l.published_at desc, l.post_id desc`
}

export const readList = async (db: Db, query: ListQuery): Promise<ListedPost[]> =>
  (await listQuery(query).execute(db)).rows.map(listed)

export type FullPost = ListedPost & { body: BodyNode }

/** The newest posts with their text, for feeds. */
export async function readFeed(db: Db, workspaceId: string, limit: number): Promise<FullPost[]> {
  const { rows } = await sql<PostRow & { body: BodyNode }>`
    select post_id, slug, title, summary, ${excerpt}, tags, cover, b.width as cover_width, b.height as cover_height, words, body,
      (extract(epoch from published_at) * 1000000)::bigint as micros, ${utc('published_at')} as published_at,
      ${utc('updated_at')} as updated_at
    from published_posts p
    left join blobs b on b.workspace_id = p.workspace_id and b.hash = p.cover
    where p.workspace_id = ${workspaceId} and ${isPublic}
    order by p.published_at desc, p.post_id desc
    limit ${limit}`.execute(db)
  return rows.map((row) => ({ ...listed(row), body: row.body }))
}

export type FoundPost =
  | { is: 'post'; post: FullPost; newer: PageLink | null; older: PageLink | null }
  | { is: 'moved'; slug: string }
  | { is: 'gone' }
  | { is: 'unknown' }

/**
 * What is at an address: the post, its newer address, or why not. What was never public to all is unknown, so that an
 * address does not tell that there is something to pay for, or something being written.
 */
export async function readPost(db: Db, workspaceId: string, slug: string): Promise<FoundPost> {
  const neighbour = (than: '<' | '>', order: 'asc' | 'desc') => sql`
    select slug, title from published_posts n
    where n.workspace_id = ${workspaceId} and ${isPublic}
      and (n.published_at, n.post_id) ${sql.raw(than)} (p.published_at, p.post_id)
    order by n.published_at ${sql.raw(order)}, n.post_id ${sql.raw(order)}
    limit 1`
  type Row = PostRow & {
    body: BodyNode
    visibility: string
    gone: boolean
    newer_slug: string | null
    newer_title: string
    older_slug: string | null
    older_title: string
  }
  const { rows } = await sql<Row>`
    select p.post_id, p.slug, p.title, p.summary, case when p.summary = '' then left(p.text, 300) end as excerpt, p.tags, p.cover, b.width as cover_width, b.height as cover_height,
      p.words, p.body, p.visibility, p.withdrawn_at is not null as gone,
      (extract(epoch from p.published_at) * 1000000)::bigint as micros, ${utc('p.published_at')} as published_at,
      ${utc('p.updated_at')} as updated_at,
      newer.slug as newer_slug, newer.title as newer_title, older.slug as older_slug, older.title as older_title
    from post_slugs s
    join published_posts p on p.workspace_id = s.workspace_id and p.post_id = s.post_id
    left join blobs b on b.workspace_id = p.workspace_id and b.hash = p.cover
    left join lateral (${neighbour('>', 'asc')}) newer on true
    left join lateral (${neighbour('<', 'desc')}) older on true
    where s.workspace_id = ${workspaceId} and s.slug = ${slug}`.execute(db)
  const row = rows[0]
  if (row?.visibility !== 'public') return { is: 'unknown' }
  if (row.gone) return { is: 'gone' }
  if (row.slug !== slug) return { is: 'moved', slug: row.slug }
  return {
    is: 'post',
    post: { ...listed(row), body: row.body },
    newer: row.newer_slug === null ? null : { slug: row.newer_slug, title: row.newer_title },
    older: row.older_slug === null ? null : { slug: row.older_slug, title: row.older_title },
  }
}

/** The most addresses a sitemap may list. Source: https://www.sitemaps.org/protocol.html */
export const sitemapLimit = 50_000

export async function readPostAddresses(db: Db, workspaceId: string): Promise<{ slug: string; updated_at: string }[]> {
  const { rows } = await sql<{ slug: string; updated_at: string }>`
    select slug, ${utc('updated_at')} as updated_at from published_posts p
    where workspace_id = ${workspaceId} and ${isPublic}
    order by p.published_at desc, p.post_id desc
    limit ${sitemapLimit - 1}`.execute(db)
  return rows
}

/** Creators with something to read, with the time of their newest post. */
export async function readCreators(db: Db): Promise<{ handle: string; newest: string }[]> {
  const { rows } = await sql<{ handle: string; newest: string }>`
    select w.handle, ${utc('p.published_at')} as newest
    from workspaces w
    join handles h on h.handle = w.handle and h.open
    join lateral (
      select published_at from published_posts where workspace_id = w.id and ${isPublic}
      order by published_at desc, post_id desc limit 1
    ) p on true
    order by w.id
    limit ${sitemapLimit}`.execute(db)
  return rows
}
