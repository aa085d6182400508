import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply } from 'fastify'
import { Type } from 'typebox'
import { mayRead, mayWrite } from '../../shared/collections/access.ts'
import { fail } from '../../shared/errors.ts'
import type { Authenticate } from '../accounts/principal.ts'
import { maxImageBytes } from './image-check.ts'
import type { MediaService } from './index.ts'
import { type Width, widths } from './renditions.ts'
import { drain } from './staging.ts'

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'sha256 of the bytes, lower-case hex' })
const Stored = Type.Object({
  hash: Hash,
  type: Type.String(),
  bytes: Type.Integer(),
  width: Type.Integer(),
  height: Type.Integer(),
})
const year = 31_536_000

export function mediaRoutes({
  media,
  authenticate,
}: {
  media: MediaService
  authenticate: Authenticate
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    // Bodies are streamed to the disk by the route itself, whatever type they say they are.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))

    app.put(
      '/api/blobs/:hash',
      {
        bodyLimit: maxImageBytes,
        schema: {
          tags: ['media'],
          summary: 'Store a picture under the hash of its bytes',
          description: `The body is the file itself, at most ${maxImageBytes} bytes. Storing it again is harmless.`,
          params: Type.Object({ hash: Hash }),
          response: { 200: Stored, 201: Stored },
        },
      },
      async (request, reply) => {
        const principal = await authenticate(request)
        const { workspaceId } = principal
        if (!mayWrite(principal.role, 'media'))
          fail('not_allowed', 'You may look at this workspace, but not add pictures to it.')
        const { hash } = request.params as { hash: string }
        try {
          const length = Number(request.headers['content-length'] ?? 0)
          if (length > maxImageBytes) fail('too_large', `A picture can have ${maxImageBytes / 1024 / 1024} MB at most.`)
          const known = await media.has(workspaceId, hash)
          if (!known) return await reply.code(201).send(await media.store(workspaceId, hash, request.raw))
          await drain(request.raw)
          return known
        } catch (error) {
          await drain(request.raw)
          throw error
        }
      },
    )

    app.route({
      method: ['GET', 'HEAD'],
      url: '/api/blobs/:hash',
      schema: {
        tags: ['media'],
        summary: 'A picture of the workspace, as it was sent',
        params: Type.Object({ hash: Hash }),
      },
      handler: async (request, reply) => {
        const { workspaceId, role } = await authenticate(request)
        const { hash } = request.params as { hash: string }
        const image = mayRead(role, 'media') ? await media.has(workspaceId, hash) : null
        if (!image) fail('not_found', 'This picture is not stored here.')
        harmless(reply)
          .type(image.type)
          .header('content-length', image.bytes)
          .header('cache-control', `private, max-age=${year}, immutable`)
          .header('etag', `"${hash}"`)
        if (request.method === 'HEAD') return reply.send()
        return reply.send(await media.open(workspaceId, hash))
      },
    })

    app.route({
      method: ['GET', 'HEAD'],
      url: '/media/:workspaceId/:hash',
      schema: {
        tags: ['pages'],
        summary: 'A picture that something public shows',
        description: `With \`w\` a WebP copy at most that wide: ${widths.join(', ')}.`,
        params: Type.Object({ workspaceId: Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' }), hash: Hash }),
        querystring: Type.Object({ w: Type.Optional(Type.Union(widths.map((width) => Type.Literal(width)))) }),
      },
      handler: async (request, reply) => {
        const { workspaceId, hash } = request.params as { workspaceId: string; hash: string }
        const { w } = request.query as { w?: Width }
        // Checked on every request, also for what a browser has already: being public is not for ever.
        const image = await media.findPublic(workspaceId, hash)
        if (!image) fail('not_found', 'There is no such picture.')
        const etag = w ? `"${hash}-${w}"` : `"${hash}"`
        harmless(reply)
          .header('etag', etag)
          .header('cache-control', 'public, max-age=60, must-revalidate')
          // Feed readers and link previews show it on pages of their own.
          .header('cross-origin-resource-policy', 'cross-origin')
        if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
        if (!w) {
          reply.type(image.type).header('content-length', image.bytes)
          return request.method === 'HEAD' ? reply.send() : reply.send(await media.open(workspaceId, hash))
        }
        const small = await media.openSmall(workspaceId, hash, w)
        reply.type('image/webp').header('content-length', small.bytes)
        if (request.method === 'GET') return reply.send(small.stream)
        small.stream.destroy()
        return reply.send()
      },
    })
  }
}

/** Whatever the bytes may be, a browser shows them as a picture or not at all. */
function harmless(reply: FastifyReply): FastifyReply {
  return reply
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', 'inline')
}

const matches = (header: string | undefined, etag: string): boolean =>
  (header ?? '')
    .split(',')
    .map((tag) => tag.trim().replace(/^W\//, ''))
    .some((tag) => tag === etag || tag === '*')
