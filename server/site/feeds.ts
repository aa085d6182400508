import {
  creatorPath,
  type Html,
  html,
  type MediaEnclosure,
  type PageCreator,
  plainLine,
  postPath,
  trusted,
} from '../../shared/domain/page/index.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import { playedIn, renderHtml, renderImage } from '../../shared/domain/richtext/render.ts'
import type { FullPost } from './queries.ts'

export type FeedModel = {
  /** `https://host`, no slash at the end. */
  origin: string
  workspaceId: string
  creator: PageCreator
  posts: readonly FullPost[]
  imageUrl: (hash: string, width?: number) => string | null
  /** Of the films and recordings of these posts, by id. */
  enclosures: ReadonlyMap<string, MediaEnclosure>
}

/** A name that stays when title, address, handle or domain change, so that no reader sees an old post as new. */
const idOf = ({ workspaceId }: FeedModel, postId: string): string => `urn:grover:post:${workspaceId}:${postId}`

const nameOf = ({ creator }: FeedModel): string => plainLine(creator.name) || creator.handle
const homeOf = ({ origin, creator }: FeedModel): string => origin + creatorPath(creator.handle)
const titleOf = (post: FullPost): string => plainLine(post.title)
const summaryOf = (post: FullPost): string => plainLine(post.summary) || post.excerpt

/** The instant the feed last changed, by a post or by what is played in one; a feed of nothing has never changed. */
export const changedAt = (posts: readonly FullPost[]): string =>
  posts
    .flatMap(({ updatedAt, films }) => [updatedAt, films?.at ?? ''])
    .reduce((latest, at) => (at > latest ? at : latest), '1970-01-01T00:00:00.000Z')

/** The text with absolute addresses: a feed is read elsewhere. */
function contentOf({ imageUrl }: FeedModel, post: FullPost): string {
  const cover = post.cover ? renderImage({ ...post.cover, alt: '' }, { imageUrl }) : ''
  return (cover ? `<p>${cover}</p>` : '') + renderHtml(post.body, { imageUrl })
}

/** In the order of the text. */
export const enclosuresOf = (enclosures: FeedModel['enclosures'], body: BodyNode): MediaEnclosure[] =>
  playedIn(body).flatMap((id) => enclosures.get(id) ?? [])

/** What XML 1.0 forbids even when escaped. */
const xmlText = (text: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  text.toWellFormed().replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')

const declaration = trusted('<?xml version="1.0" encoding="utf-8"?>\n')

/**
 * RSS 2.0. Elements are in the order of the specification's own lists, and dates in RFC 822 as it asks.
 * Source: https://www.rssboard.org/rss-specification
 */
export function rss(model: FeedModel): string {
  const { creator, posts } = model
  const item = (post: FullPost): Html => {
    // Many readers know one for each item.
    const [first] = enclosuresOf(model.enclosures, post.body)
    return html`<item>
<title>${xmlText(titleOf(post))}</title>
<link>${model.origin}${postPath(creator.handle, post.slug)}</link>
<description>${xmlText(summaryOf(post))}</description>
${post.tags.map(
  (tag) => html`<category>${xmlText(plainLine(tag))}</category>
`,
)}${
  first &&
  html`<enclosure url="${model.origin}${first.path}" length="${first.bytes}" type="${first.type}"/>
`
}<guid isPermaLink="false">${idOf(model, post.postId)}</guid>
<pubDate>${new Date(post.publishedAt).toUTCString()}</pubDate>
<dc:creator>${xmlText(nameOf(model))}</dc:creator>
<content:encoded>${xmlText(contentOf(model, post))}</content:encoded>
</item>
`
  }
  return html`${declaration}<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel>
<title>${xmlText(nameOf(model))}</title>
<link>${homeOf(model)}</link>
<description>${xmlText(plainLine(creator.bio) || nameOf(model))}</description>
<language>${creator.language}</language>
${
  posts[0] &&
  html`<pubDate>${new Date(posts[0].publishedAt).toUTCString()}</pubDate>
`
}<lastBuildDate>${new Date(changedAt(posts)).toUTCString()}</lastBuildDate>
<generator>Grover</generator>
<atom:link href="${homeOf(model)}/feed.xml" rel="self" type="application/rss+xml"/>
${posts.map(item)}</channel>
</rss>
`.markup
}

/** Atom. Source: RFC 4287. */
export function atom(model: FeedModel): string {
  const { creator, posts } = model
  const entry = (post: FullPost): Html => html`<entry>
<id>${idOf(model, post.postId)}</id>
<title>${xmlText(titleOf(post))}</title>
<link rel="alternate" type="text/html" href="${model.origin}${postPath(creator.handle, post.slug)}"/>
${enclosuresOf(model.enclosures, post.body).map(
  ({ path, type, bytes }) =>
    html`<link rel="enclosure" type="${type}" length="${bytes}" href="${model.origin}${path}"/>
`,
)}<published>${post.publishedAt}</published>
<updated>${post.updatedAt}</updated>
${post.tags.map(
  (tag) => html`<category term="${xmlText(plainLine(tag))}"/>
`,
)}${
  summaryOf(post) &&
  html`<summary>${xmlText(summaryOf(post))}</summary>
`
}<content type="html">${xmlText(contentOf(model, post))}</content>
</entry>
`
  return html`${declaration}<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="${creator.language}">
<id>urn:grover:workspace:${model.workspaceId}</id>
<title>${xmlText(nameOf(model))}</title>
${
  creator.bio &&
  html`<subtitle>${xmlText(plainLine(creator.bio))}</subtitle>
`
}<link rel="alternate" type="text/html" href="${homeOf(model)}"/>
<link rel="self" type="application/atom+xml" href="${homeOf(model)}/atom.xml"/>
<updated>${changedAt(posts)}</updated>
<author><name>${xmlText(nameOf(model))}</name><uri>${homeOf(model)}</uri></author>
<generator>Grover</generator>
${posts.map(entry)}</feed>
`.markup
}

function attachments({ origin, enclosures }: FeedModel, post: FullPost) {
  const found = enclosuresOf(enclosures, post.body)
  if (found.length === 0) return {}
  return {
    attachments: found.map(({ path, type, bytes, durationMs }) => ({
      url: origin + path,
      mime_type: type,
      size_in_bytes: bytes,
      ...(durationMs > 0 ? { duration_in_seconds: Math.round(durationMs / 1000) } : {}),
    })),
  }
}

/** JSON Feed 1.1. Source: https://www.jsonfeed.org/version/1.1/ */
export function jsonFeed(model: FeedModel): string {
  const { creator, posts } = model
  const author = { name: nameOf(model), url: homeOf(model) }
  return JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: nameOf(model),
    home_page_url: homeOf(model),
    feed_url: `${homeOf(model)}/feed.json`,
    ...(creator.bio ? { description: plainLine(creator.bio) } : {}),
    ...(creator.avatar ? { icon: model.imageUrl(creator.avatar.hash) } : {}),
    language: creator.language,
    authors: [author],
    items: posts.map((post) => ({
      id: idOf(model, post.postId),
      url: model.origin + postPath(creator.handle, post.slug),
      title: titleOf(post),
      content_html: contentOf(model, post),
      ...(summaryOf(post) ? { summary: summaryOf(post) } : {}),
      ...(post.cover ? { image: model.imageUrl(post.cover.hash) } : {}),
      date_published: post.publishedAt,
      date_modified: post.updatedAt,
      authors: [author],
      ...(post.tags.length > 0 ? { tags: post.tags.map(plainLine) } : {}),
      ...attachments(model, post),
    })),
  })
}
