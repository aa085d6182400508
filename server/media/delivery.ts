import type { Readable } from 'node:stream'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import type { ByteRange } from './blob-store.ts'
import { hasTag, readRange } from './range.ts'

export const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'sha256 of the bytes, lower-case hex' })

/** Whatever the bytes may be, a browser shows them as what we say they are or not at all. */
export function harmless(reply: FastifyReply): FastifyReply {
  return reply
    .header('x-content-type-options', 'nosniff')
    .header('content-security-policy', "default-src 'none'; sandbox")
    .header('content-disposition', 'inline')
}

type File = { etag: string; type: string; bytes: number; open(range?: ByteRange): Promise<Readable> }

/**
 * Answers with a file or the part of it that is asked for, or that nothing has changed. The tag is strong: what it names
 * never changes. Source: RFC 9110, 13 and 14.
 */
export async function sendBytes(
  { method, headers }: FastifyRequest,
  reply: FastifyReply,
  { etag, type, bytes, open }: File,
): Promise<FastifyReply> {
  reply.header('etag', etag).header('accept-ranges', 'bytes')
  if (hasTag(headers['if-none-match'], etag)) return reply.code(304).send()
  reply.type(type)
  if (method === 'HEAD') return reply.header('content-length', bytes).send()
  // A part of another version, or by a date that we do not keep, is answered with the whole.
  const holds = headers['if-range'] === undefined || headers['if-range'] === etag
  const range = holds ? readRange(headers.range, bytes) : 'whole'
  if (range === 'unsatisfiable')
    return reply.code(416).removeHeader('content-type').header('content-range', `bytes */${bytes}`).send()
  if (range === 'whole') return reply.header('content-length', bytes).send(await open())
  return reply
    .code(206)
    .header('content-range', `bytes ${range.start}-${range.end}/${bytes}`)
    .header('content-length', range.end - range.start + 1)
    .send(await open(range))
}
