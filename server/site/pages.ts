import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import {
  creatorPath,
  type Notice,
  type PageSite,
  postPath,
  renderListPage,
  renderNoticePage,
  renderPostPage,
  tagPath,
} from '../../shared/domain/page/index.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import type { Answer } from './answer.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { createFeedWriting, type FeedFile, formats } from './feed-writing.ts'
import { enclosuresOf } from './feeds.ts'
import type { SiteOptions } from './index.ts'
import type { Found, ListedPost, ListQuery, Queries } from './queries.ts'
import { creatorSitemap } from './sitemaps.ts'
import { pageLength } from './statements.ts'

export type PagesOptions = {
  queries: Queries
  /** Addresses for pages of this workspace. */
  siteOf(workspaceId: string | null, theme?: string): PageSite
  enclosures: SiteOptions['media']['enclosures']
  siteOfPost(workspaceId: string, theme: string, body: BodyNode): Promise<PageSite>
  answer(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply>
}

const htmlType = 'text/html; charset=utf-8'
/** Longer than any tag or address; what is longer is not looked up. */
const maxSegment = 200

/** PostgreSQL has no text with NUL in it, and neither have our addresses. */
const unstorable = (text: string): boolean => text.includes('\0')

/** `/@handle` and everything below it. */
export function pages(app: FastifyInstance, { queries, siteOf, siteOfPost, enclosures, answer }: PagesOptions): void {
  const notice = (request: FastifyRequest, reply: FastifyReply, kind: Notice, found: Found<unknown> | null) =>
    answer(request, reply, {
      status: { 'not-found': 404, gone: 410, method: 405 }[kind],
      type: htmlType,
      text: renderNoticePage(siteOf(found?.workspaceId ?? null, found?.creator.theme), kind, found?.creator ?? null),
    })

  const moved = (request: FastifyRequest, reply: FastifyReply, path: string) => {
    const query = request.raw.url?.split('?')[1]
    // Asked about each time: a handle can be changed back, and a browser would keep a redirect for ever.
    return reply.header('cache-control', 'no-cache').redirect(query ? `${path}?${query}` : path, 301)
  }

  type Params = Record<string, string>
  type Visit<T> = { request: FastifyRequest; reply: FastifyReply; found: Found<T>; params: Params }

  /**
   * A page below a handle. `rest` is its path after the handle, to be redirected to when the handle has changed; `read`
   * finds creator and content in one go.
   */
  const page = <T>(
    url: string,
    { summary, type, rest }: { summary: string; type: string; rest(params: Params): string },
    read: (handle: string, params: Params, query: Record<string, unknown>) => Promise<Found<T> | null>,
    show: (visit: Visit<T>) => Promise<FastifyReply>,
  ) => {
    const content = { [type]: { schema: Type.String() } }
    const schema = { tags: ['pages'], summary, response: { 200: { description: summary, content } } }
    app.get(url, { schema }, async (request, reply) => {
      const { handle = '', ...params } = request.params as Params
      if (unstorable(handle)) return notice(request, reply, 'not-found', null)
      if (Object.values(params).some(unstorable))
        return notice(request, reply, 'not-found', await queries.creator(handle))
      const found = await read(handle, params, request.query as Record<string, unknown>)
      if (!found) return notice(request, reply, 'not-found', null)
      const path = request.raw.url?.split('?')[0] ?? ''
      if (path.endsWith('/')) return moved(request, reply, path.replace(/\/+$/, ''))
      const { handle: current } = found.creator
      if (current !== handle) return moved(request, reply, creatorPath(current) + rest(params))
      return show({ request, reply, found, params })
    })
  }

  /** What part of the list is asked for; null for what no page of ours links to. */
  const wanted = ({ tag = null }: { tag?: string | null }, query: Record<string, unknown>): ListQuery | null => {
    const before = readCursor(query.before)
    const after = before ? null : readCursor(query.after)
    const badCursor = (query.before !== undefined || query.after !== undefined) && !before && !after
    return badCursor || (tag !== null && tag.length > maxSegment) ? null : { tag, before, after }
  }

  const readList = async (handle: string, params: Params, query: Record<string, unknown>) => {
    const list = wanted(params, query)
    const found = list ? await queries.list(handle, list) : await queries.creator(handle)
    return found && { ...found, result: list && found.result ? { list, rows: found.result } : null }
  }

  const list = async ({ request, reply, found }: Visit<{ list: ListQuery; rows: ListedPost[] } | null>) => {
    const { workspaceId, creator, result } = found
    if (!result) return notice(request, reply, 'not-found', found)
    const { rows } = result
    const { tag, before, after } = result.list
    // One more than is shown tells whether there is more; going back to newer posts it is the newest one.
    const hasMore = rows.length > pageLength
    const posts = hasMore ? (after ? rows.slice(1) : rows.slice(0, pageLength)) : rows
    const [newest, oldest] = [posts[0], posts.at(-1)]
    const base = tag === null ? creatorPath(creator.handle) : tagPath(creator.handle, tag)
    // The newest posts have one address, whichever way the reader came.
    if (after && !hasMore) return reply.header('cache-control', 'no-cache').redirect(base, 302)
    if (posts.length === 0 && (before || tag !== null)) return notice(request, reply, 'not-found', found)
    const first = !before && !after
    const text = renderListPage(siteOf(workspaceId, creator.theme), {
      creator,
      posts,
      tag,
      first,
      newer: newest && !first ? writeCursor(newest.cursor) : null,
      older: oldest && (after !== null || hasMore) ? writeCursor(oldest.cursor) : null,
    })
    return answer(request, reply, { type: htmlType, text })
  }

  page(
    '/@:handle',
    { summary: 'A creator’s page: their posts, newest first', type: 'text/html', rest: () => '' },
    readList,
    list,
  )
  page(
    '/@:handle/tag/:tag',
    {
      summary: 'A creator’s posts under a tag',
      type: 'text/html',
      rest: ({ tag }) => `/tag/${encodeURIComponent(tag ?? '')}`,
    },
    readList,
    list,
  )
  page(
    '/@:handle/:slug',
    { summary: 'A post', type: 'text/html', rest: ({ slug }) => `/${encodeURIComponent(slug ?? '')}` },
    (handle, { slug }) => queries.post(handle, slug?.slice(0, maxSegment) ?? ''),
    async ({ request, reply, found }) => {
      const { workspaceId, creator, result } = found
      if (result.is === 'unknown') return notice(request, reply, 'not-found', found)
      if (result.is === 'gone') return notice(request, reply, 'gone', found)
      if (result.is === 'moved') return moved(request, reply, postPath(creator.handle, result.slug))
      const { post, newer, older } = result
      const site = await siteOfPost(workspaceId, creator.theme, post.body)
      const films = site.player ? await enclosures(workspaceId, [post.postId]) : new Map()
      const [enclosure] = enclosuresOf(films, post.body)
      const text = renderPostPage(site, { creator, post, enclosure, newer, older })
      return answer(request, reply, { type: htmlType, text, plays: site.player !== undefined })
    },
  )

  const written = createFeedWriting({ queries, siteOf, enclosures })
  for (const [file, { name, type }] of Object.entries(formats)) {
    page(
      `/@:handle/${file}`,
      { summary: `A creator’s newest posts as ${name}`, type, rest: () => `/${file}` },
      queries.feedHead,
      async ({ request, reply, found }) =>
        answer(request, reply, { type: `${type}; charset=utf-8`, ...(await written(file as FeedFile, found)) }),
    )
  }

  page(
    '/@:handle/sitemap.xml',
    { summary: 'The addresses of a creator’s posts', type: 'application/xml', rest: () => '/sitemap.xml' },
    queries.addresses,
    ({ request, reply, found: { workspaceId, creator, result } }) =>
      answer(request, reply, {
        type: 'application/xml; charset=utf-8',
        text: creatorSitemap(siteOf(workspaceId).origin, creator.handle, result),
      }),
  )

  // Everything else below a handle: a page for people, not the API's JSON.
  app.get('/@*', { schema: { hide: true } }, async (request, reply) => {
    const handle = decodeURIComponent(/^\/@([^/?]*)/.exec(request.raw.url ?? '')?.[1] ?? '')
    const found = unstorable(handle) ? null : await queries.creator(handle)
    const path = request.raw.url?.split('?')[0] ?? ''
    if (found && path.endsWith('/')) return moved(request, reply, path.replace(/\/+$/, ''))
    return notice(request, reply, 'not-found', found)
  })
  app.route({
    method: ['POST', 'PUT', 'PATCH', 'DELETE'],
    url: '/@*',
    schema: { hide: true },
    // Before a body is read: there is nothing to do with it.
    onRequest: async (request, reply) => notice(request, reply.header('allow', 'GET, HEAD'), 'method', null),
    handler: async () => undefined,
  })
}
