import { text } from 'node:stream/consumers'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { type Media, playlistType, type Variant } from '../../shared/collections/media.ts'
import { isPicture } from '../../shared/domain/media-type.ts'
import { filesOf } from '../../shared/domain/playable.ts'
import { fail } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'
import { Hash, harmless, sendBytes } from './delivery.ts'
import { findFilms, storedAmong } from './films.ts'
import { captionsPlaylist, masterPlaylist, rungPlaylist } from './hls.ts'
import type { MediaService } from './index.ts'
import { type createRenditions, formatFor, type Width, widths } from './renditions.ts'
import { findForReaders, findPublic, isPublicFilm } from './shown.ts'
import { type Signature, type Signer, signedQuery } from './sign.ts'

const WorkspaceId = Type.String({ pattern: '^[A-Za-z0-9_-]{1,64}$' })
const Signed = {
  expires: Type.Optional(Type.Integer({ minimum: 0, description: 'when the address ends, in seconds since 1970' })),
  signature: Type.Optional(Type.String({ maxLength: 100 })),
}

type Parts = {
  db: Kysely<Database>
  media: MediaService
  renditions: ReturnType<typeof createRenditions>
  signer: Signer
}

/** What readers are handed: files that something public shows, and others by a signed address for a while. */
export function deliveryRoutes({ db, media, renditions, signer }: Parts): FastifyPluginAsyncTypebox {
  /** The signature of an address, if it has one that holds. Errors: `not_found`, `link_expired`. */
  function signatureOf(workspaceId: string, subject: string, query: unknown): Signature | null {
    const { expires, signature } = query as Partial<Signature>
    if (expires === undefined || signature === undefined) return null
    switch (signer.check(workspaceId, subject, { expires, signature })) {
      case 'good':
        return { expires, signature }
      case 'expired':
        return fail('link_expired', 'This address has ended. Load the page again.')
      case 'wrong':
        return fail('not_found', 'There is no such file.')
    }
  }

  /** Public files are asked about again and again: being public is not for ever. */
  function kept(reply: FastifyReply, signed: Signature | null): FastifyReply {
    return (
      harmless(reply)
        .header('cache-control', signed ? 'private, max-age=3600' : 'public, max-age=60, must-revalidate')
        // Feed readers and link previews show it on pages of their own.
        .header('cross-origin-resource-policy', 'cross-origin')
    )
  }

  async function sendFile(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { workspaceId, hash } = request.params as { workspaceId: string; hash: string }
    const { w } = request.query as { w?: Width }
    const signed = signatureOf(workspaceId, hash, request.query)
    // Checked on every request, also for what a browser has already.
    const blob = await (signed ? findForReaders : findPublic)(db, workspaceId, hash)
    if (!blob) return fail('not_found', 'There is no such file.')
    kept(reply, signed)
    if (!w || !isPicture(blob.type)) {
      const open = (range?: { start: number; end: number }) => media.open(workspaceId, hash, range)
      return sendBytes(request, reply, { etag: `"${hash}"`, type: blob.type, bytes: blob.bytes, open })
    }
    const format = formatFor(request.headers.accept)
    reply.header('vary', 'accept')
    const small = await renditions.get({ workspaceId, hash }, w, format)
    return sendBytes(request, reply, { etag: `"${hash}-${w}-${format}"`, type: `image/${format}`, ...small })
  }

  /** The film as far as its files are stored: a ladder whose upper rungs are on their way plays already. */
  async function findStored(workspaceId: string, mediaId: string): Promise<Media | null> {
    const film = (await findFilms(db, workspaceId, [mediaId])).get(mediaId)
    if (!film) return null
    const stored = await storedAmong(db, workspaceId, film.variants.flatMap(filesOf))
    const isWhole = (variant: Variant) =>
      filesOf(variant).every((hash) => stored.has(hash)) &&
      // It is read whole, and the document may name anything.
      (variant.role !== 'hls' || stored.get(variant.playlist)?.type === playlistType)
    return { ...film, variants: film.variants.filter(isWhole) }
  }

  async function sendPlaylist(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const { workspaceId, mediaId, name } = request.params as { workspaceId: string; mediaId: string; name: string }
    const missing = () => fail('not_found', 'There is no such playlist.')
    const signed = signatureOf(workspaceId, `${mediaId}/hls`, request.query)
    if (!signed && !(await isPublicFilm(db, workspaceId, mediaId))) return missing()
    const film = await findStored(workspaceId, mediaId)
    if (!film) return missing()

    const addressOf = (hash: string): string => {
      const query = signed && signedQuery(signer.signUntil(workspaceId, hash, signed.expires))
      return `/media/${workspaceId}/${hash}${query ?? ''}`
    }
    const id = name.slice(0, -'.m3u8'.length)
    const variant = film.variants.find((one) => one.id === id)
    const playlist = await (async () => {
      if (id === 'master') return masterPlaylist(film, signed ? signedQuery(signed) : '')
      if (variant?.role === 'captions') return captionsPlaylist(film.durationMs, addressOf(variant.hash))
      if (variant?.role !== 'hls' || variant.playlist === '') return null
      return rungPlaylist(await text(await media.open(workspaceId, variant.playlist)), addressOf(variant.hash))
    })()
    if (playlist === null) return missing()
    return kept(reply, signed)
      .header('cache-control', signed ? 'private, no-cache' : 'public, no-cache')
      .type(playlistType)
      .send(playlist)
  }

  return async (app) => {
    const params = { workspaceId: WorkspaceId }
    app.route({
      method: ['GET', 'HEAD'],
      url: '/media/:workspaceId/:hash',
      schema: {
        tags: ['pages'],
        summary: 'A file that something public shows, or by a signed address',
        description: `Ranges are answered. With \`w\` a picture comes at most that wide (${widths.join(', ')}), as AVIF, WebP or JPEG by \`Accept\`.`,
        params: Type.Object({ ...params, hash: Hash }),
        querystring: Type.Object({
          ...Signed,
          w: Type.Optional(Type.Union(widths.map((width) => Type.Literal(width)))),
        }),
      },
      handler: sendFile,
    })
    app.route({
      method: ['GET', 'HEAD'],
      url: '/media/:workspaceId/:mediaId/:name',
      schema: {
        tags: ['pages'],
        summary: 'The playlists of a film’s ladder (HLS): `master.m3u8`, and one for each rung and captions',
        params: Type.Object({
          ...params,
          mediaId: Hash,
          name: Type.String({ pattern: '^[0-9A-Za-z_-]{1,40}\\.m3u8$' }),
        }),
        querystring: Type.Object(Signed),
      },
      handler: sendPlaylist,
    })
  }
}
