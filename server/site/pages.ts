import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import {
  creatorPath,
  type Notice,
  type PageCreator,
  type PageSite,
  postPath,
  renderListPage,
  renderNoticePage,
  renderPostPage,
  tagPath,
} from '../../shared/domain/page/index.ts'
import type { Database } from '../database/database.ts'
import type { Answer } from './answer.ts'
import { readCursor, writeCursor } from './cursor.ts'
import { atom, changedAt, feedLength, jsonFeed, rss } from './feeds.ts'
import { readCreator, readFeed, readList, readPost, readPostAddresses } from './queries.ts'
import { creatorSitemap } from './sitemaps.ts'

export type PagesOptions = {
  db: Kysely<Database>
  resolveHandle(handle: string): Promise<{ workspaceId: string; current: string } | null>
  /** Addresses for pages of this workspace. */
  siteOf(workspaceId: string | null, theme?: string): PageSite
  answer(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply>
}

const htmlType = 'text/html; charset=utf-8'
const pageSize = 20
/** Longer than any tag or address; what is longer is not looked up. */
const maxSegment = 200

/** PostgreSQL has no text with NUL in it, and neither have our addresses. */
const unstorable = (text: string): boolean => text.includes('\0')

type Found = { workspaceId: string; creator: PageCreator }

/** `/@handle` and everything below it. */
export function pages(app: FastifyInstance, { db, resolveHandle, siteOf, answer }: PagesOptions): void {
  const notice = (request: FastifyRequest, reply: FastifyReply, kind: Notice, found: Found | null) =>
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

  const whose = async (handle: string): Promise<{ found: Found | null; current: string }> => {
    const known = unstorable(handle) ? null : await resolveHandle(handle)
    const creator = known && (await readCreator(db, known.workspaceId))
    return {
      found: known && creator ? { workspaceId: known.workspaceId, creator } : null,
      current: known?.current ?? '',
    }
  }

  type Visit = { request: FastifyRequest; reply: FastifyReply; found: Found; params: Record<string, string> }

  /** A page below a handle: `rest` is its path after the handle, to be redirected to when the handle has changed. */
  const page = (
    url: string,
    summary: string,
    types: string | string[],
    rest: (params: Record<string, string>) => string,
    show: (visit: Visit) => Promise<FastifyReply>,
  ) => {
    const content = Object.fromEntries([types].flat().map((type) => [type, { schema: Type.String() }]))
    app.get(
      url,
      {
        schema: {
          tags: ['pages'],
          summary,
          response: { 200: { description: summary, content } },
        },
      },
      async (request, reply) => {
        const params = request.params as Record<string, string>
        const asked = params.handle ?? ''
        const { found, current } = await whose(asked)
        if (!found) return notice(request, reply, 'not-found', null)
        const path = request.raw.url?.split('?')[0] ?? ''
        if (path.endsWith('/')) return moved(request, reply, path.replace(/\/+$/, ''))
        if (current !== asked) return moved(request, reply, creatorPath(current) + rest(params))
        if (Object.values(params).some(unstorable)) return notice(request, reply, 'not-found', found)
        return show({ request, reply, found, params })
      },
    )
  }

  const list = async ({ request, reply, found, params }: Visit) => {
    const { workspaceId, creator } = found
    const query = request.query as Record<string, unknown>
    const tag = params.tag ?? null
    const before = readCursor(query.before)
    const after = before ? null : readCursor(query.after)
    const badCursor = (query.before !== undefined || query.after !== undefined) && !before && !after
    if (badCursor || (tag !== null && tag.length > maxSegment)) return notice(request, reply, 'not-found', found)
    const rows = await readList(db, { workspaceId, tag, before, after, limit: pageSize + 1 })
    // One more than is shown tells whether there is more; going back to newer posts it is the newest one.
    const hasMore = rows.length > pageSize
    const posts = hasMore ? (after ? rows.slice(1) : rows.slice(0, pageSize)) : rows
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

  page('/@:handle', 'A creator’s page: their posts, newest first', 'text/html', () => '', list)
  page(
    '/@:handle/tag/:tag',
    'A creator’s posts under a tag',
    'text/html',
    ({ tag }) => `/tag/${encodeURIComponent(tag ?? '')}`,
    list,
  )
  page(
    '/@:handle/:slug',
    'A post',
    'text/html',
    ({ slug }) => `/${encodeURIComponent(slug ?? '')}`,
    async ({ request, reply, found, params }) => {
      const { workspaceId, creator } = found
      const slug = params.slug ?? ''
      const result = slug.length > maxSegment ? { is: 'unknown' as const } : await readPost(db, workspaceId, slug)
      if (result.is === 'unknown') return notice(request, reply, 'not-found', found)
      if (result.is === 'gone') return notice(request, reply, 'gone', found)
      if (result.is === 'moved') return moved(request, reply, postPath(creator.handle, result.slug))
      const { post, newer, older } = result
      const text = renderPostPage(siteOf(workspaceId, creator.theme), { creator, post, newer, older })
      return answer(request, reply, { type: htmlType, text })
    },
  )

  const formats = [
    ['feed.xml', 'RSS 2.0', 'application/rss+xml', rss],
    ['atom.xml', 'Atom', 'application/atom+xml', atom],
    ['feed.json', 'JSON Feed 1.1', 'application/feed+json', jsonFeed],
  ] as const
  for (const [file, name, type, write] of formats) {
    page(
      `/@:handle/${file}`,
      `A creator’s newest posts as ${name}`,
      type,
      () => `/${file}`,
      async ({ request, reply, found }) => {
        const { workspaceId, creator } = found
        const { origin, imageUrl } = siteOf(workspaceId)
        const posts = await readFeed(db, workspaceId, feedLength)
        const absolute = (hash: string, width?: number) => {
          const url = imageUrl(hash, width)
          return url?.startsWith('/') ? origin + url : url
        }
        return answer(request, reply, {
          type: `${type}; charset=utf-8`,
          text: write({ origin, workspaceId, creator, posts, imageUrl: absolute }),
          lastModified: new Date(changedAt(posts)),
        })
      },
    )
  }

  page(
    '/@:handle/sitemap.xml',
    'The addresses of a creator’s posts',
    'application/xml',
    () => '/sitemap.xml',
    async ({ request, reply, found }) => {
      const { workspaceId, creator } = found
      const posts = await readPostAddresses(db, workspaceId)
      return answer(request, reply, {
        type: 'application/xml; charset=utf-8',
        text: creatorSitemap(siteOf(workspaceId).origin, creator.handle, posts),
      })
    },
  )

  // Everything else below a handle: a page for people, not the API's JSON.
  app.get('/@*', { schema: { hide: true } }, async (request, reply) => {
    const handle = decodeURIComponent(/^\/@([^/?]*)/.exec(request.raw.url ?? '')?.[1] ?? '')
    const { found } = await whose(handle)
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
