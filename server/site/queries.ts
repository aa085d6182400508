import type pg from 'pg'
import { canonicalHandle } from '../../shared/domain/handle.ts'
import { defaultHue } from '../../shared/domain/page/hue.ts'
import {
  canonicalLanguage,
  excerptOf,
  type PageCreator,
  type PageLink,
  type PagePicture,
  type PagePost,
} from '../../shared/domain/page/index.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import type { Cursor } from './cursor.ts'
import * as statements from './statements.ts'

type CreatorRow = {
  id: string
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
  revision: number
  micros: number
  published_at: string
  updated_at: string
  films?: FilmsState | null
}

/** See `filmsOf` in statements.ts; `at`: when they last changed. */
type FilmsState = { seq: number; files: number; at: string }

/** What a revision of a post says never changes (`post_revisions`). */
export type ListedPost = PagePost & {
  postId: string
  revision: number
  cursor: Cursor
  /** Asked for feeds alone. */
  films: FilmsState | null
}
export type FullPost = ListedPost & { body: BodyNode }

/** A creator, with what was asked of them. `creator.handle` is the current one, whatever handle was asked for. */
export type Found<T> = { workspaceId: string; creator: PageCreator; result: T }

export type FoundPost =
  | { is: 'post'; post: FullPost; newer: PageLink | null; older: PageLink | null }
  | { is: 'moved'; slug: string }
  | { is: 'gone' }
  | { is: 'unknown' }

export type ListQuery = {
  tag: string | null
  /** Older than `before`, or newer than `after`; neither: the newest. */
  before: Cursor | null
  after: Cursor | null
}

const picture = (hash: string | null, width: number | null, height: number | null): PagePicture | null =>
  hash ? { hash, width: width ?? 0, height: height ?? 0 } : null

const creatorOf = (row: CreatorRow): PageCreator => ({
  handle: row.handle,
  name: row.name,
  bio: row.bio ?? '',
  language: canonicalLanguage(row.language || 'en'),
  zone: row.zone || 'UTC',
  theme: row.theme ?? 'paper',
  accentHue: row.accent_hue ?? defaultHue,
  avatar: picture(row.avatar, row.avatar_width, row.avatar_height),
  cover: picture(row.cover, row.cover_width, row.cover_height),
})

const listed = (row: PostRow): ListedPost => ({
  postId: row.post_id,
  revision: row.revision,
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
  films: row.films ?? null,
})

/** Which statement reads a page of the list, and with what values after the handle. */
export function listStatement({ tag, before, after }: ListQuery): {
  text: string
  name: string
  values: unknown[]
} {
  const cursor = before ?? after
  const direction = before ? 'before' : after ? 'after' : 'newest'
  return {
    text: statements.lists[direction][tag === null ? 'all' : 'tagged'],
    name: `site list ${direction} ${tag === null ? 'all' : 'tagged'}`,
    values: [...(tag === null ? [] : [tag]), ...(cursor ? [cursor.micros, cursor.postId] : [])],
  }
}

/** What the audience's pages read. Every reader is answered by one indexed statement. */
export function createQueries(pool: Pick<pg.Pool, 'query'>) {
  async function ask<Raw, T>(
    name: string,
    text: string,
    values: unknown[],
    read: (raw: Raw | null) => T,
  ): Promise<Found<T> | null> {
    const { rows } = await pool.query<CreatorRow & { result: Raw | null }>({ name, text, values })
    const row = rows[0]
    return row ? { workspaceId: row.id, creator: creatorOf(row), result: read(row.result) } : null
  }

  return {
    creator: (handle: string) => ask('site creator', statements.creatorByHandle, [canonicalHandle(handle)], () => null),

    list(handle: string, query: ListQuery) {
      const { name, text, values } = listStatement(query)
      return ask(name, text, [canonicalHandle(handle), ...values], (rows: PostRow[] | null) => (rows ?? []).map(listed))
    },

    feedHead: (handle: string) =>
      ask('site feed head', statements.feedHead, [canonicalHandle(handle)], (rows: PostRow[] | null) =>
        (rows ?? []).map(listed),
      ),

    feed: (handle: string) =>
      ask(
        'site feed',
        statements.feed,
        [canonicalHandle(handle)],
        (rows: (PostRow & { body: BodyNode })[] | null): FullPost[] =>
          (rows ?? []).map((row) => ({ ...listed(row), body: row.body })),
      ),

    /**
     * What is at an address: the post, its newer address, or why not. What was never public to all is unknown, so that
     * an address does not tell that there is something to pay for, or something being written.
     */
    post(handle: string, slug: string) {
      type Row = PostRow & {
        body: BodyNode
        visibility: string
        gone: boolean
        newer: PageLink | null
        older: PageLink | null
      }
      const read = (row: Row | null): FoundPost => {
        if (row?.visibility !== 'public') return { is: 'unknown' }
        if (row.gone) return { is: 'gone' }
        if (row.slug !== slug) return { is: 'moved', slug: row.slug }
        return { is: 'post', post: { ...listed(row), body: row.body }, newer: row.newer, older: row.older }
      }
      return ask('site post', statements.post, [canonicalHandle(handle), slug], read)
    },

    addresses: (handle: string) =>
      ask(
        'site addresses',
        statements.addresses,
        [canonicalHandle(handle)],
        (rows: { slug: string; updatedAt: string }[] | null) => rows ?? [],
      ),

    /** A page of the creators who have published something; pages count from 1, and some may be short or empty. */
    async creators(page: number, pageSize: number): Promise<{ handle: string; newest: string }[]> {
      const values = [(page - 1) * pageSize, page * pageSize]
      const { rows } = await pool.query({ name: 'site creators', text: statements.creators, values })
      return rows
    },

    /** How many pages of creators there are. */
    async creatorPages(pageSize: number): Promise<number> {
      const { rows } = await pool.query({ name: 'site last number', text: statements.lastNumber })
      return Math.max(1, Math.ceil(rows[0].last / pageSize))
    },
  }
}

export type Queries = ReturnType<typeof createQueries>
