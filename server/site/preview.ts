import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, Type } from 'typebox'
import { PostSchema } from '../../shared/collections/posts.ts'
import { excerptOf, type PageSite, renderPostPage } from '../../shared/domain/page/index.ts'
import { readBody } from '../../shared/domain/richtext/index.ts'
import { fail } from '../../shared/errors.ts'
import type { Principal } from '../accounts/principal.ts'
import type { Clock } from '../http/app.ts'
import { pagePolicy } from './answer.ts'
import type { Queries } from './queries.ts'

const { title, summary, slug, tags, cover, body } = PostSchema.properties

/** The parts of a post that its page shows; the schema is that of the document itself. */
const Draft = Type.Object(
  {
    title,
    summary: Type.Optional(summary),
    slug: Type.Optional(slug),
    tags: Type.Optional(tags),
    cover: Type.Optional(cover),
    body,
  },
  { additionalProperties: false },
)

export type PreviewOptions = {
  queries: Pick<Queries, 'creatorById'>
  authenticate(request: FastifyRequest): Promise<Principal>
  siteOf(workspaceId: string, theme?: string): PageSite
  clock: Clock
}

/** `POST /api/preview`: a draft exactly as its readers would get it, through the same check and the same renderer. */
export function preview(app: FastifyInstance, { queries, authenticate, siteOf, clock }: PreviewOptions): void {
  const principals = new WeakMap<FastifyRequest, Principal>()
  app.post(
    '/api/preview',
    {
      // Before the body is read: a stranger's is not worth the memory.
      onRequest: async (request) => {
        principals.set(request, await authenticate(request))
      },
      bodyLimit: 2_500_000,
      schema: {
        tags: ['posts'],
        summary: 'A draft as the page its readers would see',
        security: [{ session: [] }],
        body: Draft,
        response: { 200: { description: 'The page', content: { 'text/html': { schema: Type.String() } } } },
      },
    },
    async (request, reply): Promise<FastifyReply> => {
      const { workspaceId } = principals.get(request)!
      const draft = request.body as Static<typeof Draft>
      const creator = await queries.creatorById(workspaceId)
      if (!creator) return fail('not_found', 'This workspace is gone.')
      const read = readBody(draft.body)
      const now = new Date(clock.now()).toISOString()
      const page = renderPostPage(siteOf(workspaceId, creator.theme), {
        creator,
        post: {
          slug: draft.slug ?? '',
          title: draft.title,
          summary: draft.summary ?? '',
          excerpt: draft.summary ? '' : excerptOf(read.text),
          tags: draft.tags ?? [],
          cover: draft.cover ? { hash: draft.cover, width: 0, height: 0 } : null,
          words: read.words,
          publishedAt: now,
          updatedAt: now,
          body: read.json,
        },
        newer: null,
        older: null,
        preview: true,
      })
      return reply
        .header('content-security-policy', pagePolicy)
        .header('cache-control', 'no-store')
        .type('text/html; charset=utf-8')
        .send(page)
    },
  )
}
