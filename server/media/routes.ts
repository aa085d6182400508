import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { mayRead, mayWrite } from '../../shared/collections/access.ts'
import { fail } from '../../shared/errors.ts'
import type { Authenticate } from '../accounts/principal.ts'
import { Hash, harmless, sendBytes } from './delivery.ts'
import { drain } from './drain.ts'
import type { MediaService } from './index.ts'
import { type Uploads, unfinishedForMs, uploadsPath } from './uploads.ts'

const year = 31_536_000
/** As long as somebody may sit before an open film. */
const addressForMs = 12 * 3_600_000
const days = unfinishedForMs / 86_400_000

const protocol = {
  tags: ['media'],
  description: `Resumable uploads by the tus protocol 1.0.0 (https://tus.io/protocols/resumable-upload) with the extensions
creation, creation-with-upload and termination. \`Upload-Metadata\` has \`sha256\` (lower-case hex) and \`type\`. The request
that brings the last byte is answered when the file is checked and stored. What is unfinished for ${days} days is removed.`,
}
const Id = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{32}$' }) })

/** What the workspace's own devices send and fetch. */
export function mediaRoutes({
  media,
  uploads,
  authenticate,
}: {
  media: MediaService
  uploads: Uploads
  authenticate: Authenticate
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    // Bodies are streamed to the disk by the route itself, whatever type they say they are.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('*', (_request, _payload, done) => done(null))

    for (const [method, url, summary] of [
      ['POST', uploadsPath, 'Announce a file, and send it or its beginning'],
      ['HEAD', `${uploadsPath}/:id`, 'How much of it has arrived'],
      ['PATCH', `${uploadsPath}/:id`, 'Send more of it'],
      ['DELETE', `${uploadsPath}/:id`, 'Give it up'],
    ] as const)
      app.route({
        method,
        url,
        schema: { ...protocol, summary, ...(url === uploadsPath ? {} : { params: Id }) },
        handler: async (request, reply) => {
          try {
            const { workspaceId, role } = await authenticate(request)
            if (!mayWrite(role, 'media'))
              fail('not_allowed', 'You may look at this workspace, but not add files to it.')
            const answer = await uploads.handle(workspaceId, request)
            for (const [name, value] of answer.headers)
              if (!name.startsWith('access-control-')) reply.header(name, value)
            return await reply.code(answer.status).send(await answer.text())
          } catch (error) {
            await drain(request.raw)
            throw error
          }
        },
      })

    app.route({
      method: ['GET', 'HEAD'],
      url: '/api/blobs/:hash',
      schema: {
        tags: ['media'],
        summary: 'A file of the workspace, as it was sent; ranges are answered',
        params: Type.Object({ hash: Hash }),
      },
      handler: async (request, reply) => {
        const { workspaceId, role } = await authenticate(request)
        const { hash } = request.params as { hash: string }
        const blob = mayRead(role, 'media') ? await media.has(workspaceId, hash) : null
        if (!blob) return fail('not_found', 'This file is not stored here.')
        harmless(reply).header('cache-control', `private, max-age=${year}, immutable`)
        const open = (range?: { start: number; end: number }) => media.open(workspaceId, hash, range)
        return sendBytes(request, reply, { etag: `"${hash}"`, type: blob.type, bytes: blob.bytes, open })
      },
    })

    app.get(
      '/api/blobs/:hash/address',
      {
        schema: {
          tags: ['media'],
          summary: 'An address for the file that holds for a while, for a player that cannot send the session along',
          params: Type.Object({ hash: Hash }),
          response: { 200: Type.Object({ path: Type.String({ description: 'below this server’s origin' }) }) },
        },
      },
      async (request) => {
        const { workspaceId, role } = await authenticate(request)
        const { hash } = request.params
        if (!mayRead(role, 'media') || !(await media.has(workspaceId, hash)))
          return fail('not_found', 'This file is not stored here.')
        return { path: media.signMedia(workspaceId, hash, { ttl: addressForMs }) }
      },
    )

    const Bytes = (description: string) => Type.Integer({ description })
    app.get(
      '/api/storage',
      {
        schema: {
          tags: ['media'],
          summary: 'How much room the workspace takes, and may take',
          response: {
            200: Type.Object({
              usedBytes: Bytes('of what is stored'),
              incomingBytes: Bytes('of what was announced and has not arrived whole'),
              quotaBytes: Bytes('that the workspace may store'),
              files: Type.Integer(),
            }),
          },
        },
      },
      async (request) => {
        const { workspaceId, role } = await authenticate(request)
        if (!mayRead(role, 'media')) fail('not_allowed', `As ${role} you cannot see what is stored here.`)
        return await media.space(workspaceId)
      },
    )
  }
}
