import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { createKept } from './kept.ts'

const brotli = promisify(brotliCompress)
const deflate = promisify(gzip)

/**
 * No script at all, nothing from elsewhere, no frames, no forms. `data` blocks (`application/ld+json`) are not script.
 * Source: https://www.w3.org/TR/CSP3/
 */
const pagePolicy =
  "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export type Encoding = 'br' | 'gzip' | 'identity'

/** The best packing both sides know. Source: RFC 9110, 12.5.3. */
export function encodingFor(accept: string | undefined): Encoding {
  const refused = /(br|gzip)\s*;\s*q=0(\.0*)?\s*(,|$)/
  const known = (accept ?? '').toLowerCase()
  for (const encoding of ['br', 'gzip'] as const) {
    if (known.split(',').some((part) => part.trim().split(';')[0] === encoding && !refused.test(part.trim()))) {
      return encoding
    }
  }
  return 'identity'
}

/** Whether the reader already has what `etag` names. Weak comparison: RFC 9110, 13.1.2. */
const isKnown = (ifNoneMatch: string | undefined, etag: string): boolean =>
  ifNoneMatch !== undefined &&
  (ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag.slice(2)))

/** Packed answers, by what they hold. */
function createPacked(maxBytes: number) {
  const kept = createKept<Buffer>(maxBytes, (bytes) => bytes.length)
  return async (etag: string, encoding: 'br' | 'gzip', text: string): Promise<Buffer> => {
    const key = `${encoding} ${etag}`
    const known = kept.get(key)
    if (known) return known
    const bytes =
      encoding === 'br'
        ? await brotli(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })
        : await deflate(text, { level: 6 })
    kept.set(key, bytes)
    return bytes
  }
}

export const etagOf = (text: string): string =>
  `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`

/** What an answer depends on: its packing, and what hooks before us have named (the origin that asks). */
export const varyOn = (reply: FastifyReply): string =>
  [reply.getHeader('vary'), 'accept-encoding'].filter((name) => name !== undefined).join(', ')

export type Answer = {
  status?: number
  type: string
  text: string
  /** `etagOf(text)`, where it is known already. */
  etag?: string
  /** For feeds, which readers ask for again and again. */
  lastModified?: Date
}

/** Sends a page or a feed: named by its content, packed, and not at all when the reader has it already. */
export function createAnswering() {
  const pack = createPacked(8_000_000)
  return async (request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> => {
    const { status = 200, type, text, etag = etagOf(text), lastModified } = answer
    reply
      .code(status)
      .header('content-security-policy', pagePolicy)
      .header('vary', varyOn(reply))
      // Kept by caches, but asked about each time: what was taken down is gone from everywhere at once.
      .header('cache-control', status === 200 ? 'public, no-cache' : 'no-store')
      .type(type)
    if (status === 200) {
      reply.header('etag', etag)
      if (lastModified) reply.header('last-modified', lastModified.toUTCString())
      if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).removeHeader('content-type').send()
      const encoding = text.length < 1000 ? 'identity' : encodingFor(request.headers['accept-encoding'])
      if (encoding !== 'identity') {
        const packed = await pack(etag, encoding, text)
        return reply.header('content-encoding', encoding).send(packed)
      }
    }
    return reply.send(text)
  }
}
