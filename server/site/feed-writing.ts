import { createHash } from 'node:crypto'
import type { PageSite } from '../../shared/domain/page/index.ts'
import { type Answer, etagOf } from './answer.ts'
import { atom, changedAt, jsonFeed, rss } from './feeds.ts'
import type { SiteOptions } from './index.ts'
import { createKept } from './kept.ts'
import type { Found, ListedPost, Queries } from './queries.ts'

/** The feeds of a creator, by the last part of their address. */
export const formats = {
  'feed.xml': { name: 'RSS 2.0', type: 'application/rss+xml', write: rss },
  'atom.xml': { name: 'Atom', type: 'application/atom+xml', write: atom },
  'feed.json': { name: 'JSON Feed 1.1', type: 'application/feed+json', write: jsonFeed },
} as const

export type FeedFile = keyof typeof formats

type Written = Required<Pick<Answer, 'text' | 'etag' | 'lastModified'>>

type Parts = {
  queries: Pick<Queries, 'feed'>
  siteOf(workspaceId: string): PageSite
  enclosures: SiteOptions['media']['enclosures']
}

/**
 * Writes feeds, and keeps what was written under the hash of everything it was made from, texts standing in it by their
 * revision, films by their state. Feed readers ask far more often than anybody publishes.
 */
export function createFeedWriting({ queries, siteOf, enclosures }: Parts) {
  const kept = createKept<Written>(16_000_000, ({ text }) => text.length)
  const keyOf = (file: FeedFile, origin: string, { workspaceId, creator, result }: Found<ListedPost[]>) =>
    createHash('sha256')
      .update(JSON.stringify([file, origin, workspaceId, creator, result]))
      .digest('base64url')

  return async (file: FeedFile, head: Found<ListedPost[]>): Promise<Written> => {
    const { origin, imageUrl } = siteOf(head.workspaceId)
    const known = kept.get(keyOf(file, origin, head))
    if (known) return known
    // Read anew with the texts. If something was published in between, this is the newer, and is kept as what it is.
    const found = (await queries.feed(head.creator.handle)) ?? { ...head, result: [] }
    const { workspaceId, creator, result: posts } = found
    // Asked after their state: what is newer than that is not asked for under it again.
    const films = await enclosures(
      workspaceId,
      posts.map(({ postId }) => postId),
    )
    const absolute = (hash: string, width?: number) => {
      const url = imageUrl(hash, width)
      return url?.startsWith('/') ? origin + url : url
    }
    const text = formats[file].write({ origin, workspaceId, creator, posts, imageUrl: absolute, enclosures: films })
    const written = { text, etag: etagOf(text), lastModified: new Date(changedAt(posts)) }
    const withoutTexts = posts.map(({ body: _, ...post }) => post)
    kept.set(keyOf(file, origin, { ...found, result: withoutTexts }), written)
    return written
  }
}
