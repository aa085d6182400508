import type { FastifyPluginAsync } from 'fastify'
import type pg from 'pg'
import { Type } from 'typebox'
import { type MediaEnclosure, type PageSite, renderLandingPage } from '../../shared/domain/page/index.ts'
import type { BodyNode } from '../../shared/domain/richtext/check.ts'
import { type PlayableMedia, playedIn } from '../../shared/domain/richtext/render.ts'
import type { Config } from '../config.ts'
import { createAnswering, encodingFor, varyOn } from './answer.ts'
import { readAssets } from './assets.ts'
import { pages } from './pages.ts'
import { createQueries } from './queries.ts'
import { robots, sitemapIndex } from './sitemaps.ts'
import { sitemapLimit } from './statements.ts'

export type SiteOptions = {
  pool: Pick<pg.Pool, 'query'>
  media: {
    pathOf(workspaceId: string, hash: string, width?: number): string
    playable(workspaceId: string, ids: readonly string[]): Promise<Map<string, PlayableMedia>>
    enclosures(workspaceId: string, postIds: readonly string[]): Promise<Map<string, MediaEnclosure>>
  }
  config: Pick<Config, 'publicUrl' | 'signUp'>
  /** Creators on a page of the sitemap index. */
  sitemapLength?: number
}

/** The audience's pages: readable without script, cookies or account. Nothing that is not public is read for them. */
export function createSite({ pool, media, config, sitemapLength = sitemapLimit }: SiteOptions): {
  plugin: FastifyPluginAsync
} {
  const queries = createQueries(pool)
  const assets = readAssets()
  const answer = createAnswering()

  // `publicUrl` is known once the server listens, so it is read for each page.
  const siteOf = (workspaceId: string | null, theme?: string): PageSite => ({
    origin: config.publicUrl,
    stylesheet: assets.stylesheet,
    icon: assets.icon,
    preload: theme === 'plain' ? [assets.fonts.sans] : [assets.fonts.serif, assets.fonts.sans],
    imageUrl: (hash, width) => (workspaceId === null ? null : media.pathOf(workspaceId, hash, width)),
  })

  /** The films and recordings of a post are looked up for its page alone, and only where it has some. */
  async function siteOfPost(workspaceId: string, theme: string, body: BodyNode): Promise<PageSite> {
    const site = siteOf(workspaceId, theme)
    const ids = playedIn(body)
    if (ids.length === 0) return site
    const playable = await media.playable(workspaceId, ids)
    const { player: src, hls } = assets
    return {
      ...site,
      media: (hash) => playable.get(hash) ?? null,
      ...([...playable.values()].some(({ sources }) => sources.length > 0) ? { player: { src, hls } } : {}),
    }
  }

  const text = (type: string, summary: string) => ({
    schema: {
      tags: ['pages'],
      summary,
      response: { 200: { description: summary, content: { [type]: { schema: Type.String() } } } },
    },
  })

  const plugin: FastifyPluginAsync = async (app) => {
    app.get('/', text('text/html', 'What this server is'), (request, reply) =>
      answer(request, reply, {
        type: 'text/html; charset=utf-8',
        text: renderLandingPage(siteOf(null), config.signUp === 'open'),
      }),
    )
    app.get('/robots.txt', text('text/plain', 'For search engines'), async (request, reply) =>
      answer(request, reply, {
        type: 'text/plain; charset=utf-8',
        text: robots(config.publicUrl, await queries.creatorPages(sitemapLength)),
      }),
    )
    const { schema } = text('application/xml', 'A page of the sitemaps of all creators; /robots.txt names all pages')
    const querystring = Type.Object({ page: Type.Integer({ minimum: 1, maximum: 1_000_000, default: 1 }) })
    app.get('/sitemap.xml', { schema: { ...schema, querystring } }, async (request, reply) => {
      const { page } = request.query as { page: number }
      return answer(request, reply, {
        type: 'application/xml; charset=utf-8',
        text: sitemapIndex(config.publicUrl, await queries.creators(page, sitemapLength)),
      })
    })
    app.get('/favicon.ico', { schema: { hide: true } }, (_request, reply) => reply.redirect(assets.icon, 302))
    for (const asset of assets.files.values()) {
      app.get(asset.path, { schema: { hide: true }, config: { rateLimit: false } }, (request, reply) => {
        const encoding = asset.packed ? encodingFor(request.headers['accept-encoding']) : 'identity'
        if (asset.packed) reply.header('vary', varyOn(reply))
        if (encoding !== 'identity') reply.header('content-encoding', encoding)
        return reply
          .type(asset.type)
          .header('cache-control', 'public, max-age=31536000, immutable')
          .send(asset.packed && encoding !== 'identity' ? asset.packed[encoding] : asset.bytes)
      })
    }
    pages(app, { queries, siteOf, siteOfPost, enclosures: media.enclosures, answer })
  }
  return { plugin }
}
