import { createHash, randomBytes } from 'node:crypto'
import { type Media, newMedia, type Variant, type VariantRole } from '../../../shared/collections/media.ts'

export const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')

/** What begins like an MP4 file; nobody here decodes it. */
export function mp4(bytes = 1000): Buffer {
  const film = randomBytes(bytes)
  film.write('\0\0\0\x18ftypisom\0\0\0\0isomiso2', 'latin1')
  return film
}
export const png = (): Buffer =>
  Buffer.from(
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
    'base64',
  )

/** A rung's playlist as the studio stores it. Source: RFC 8216, 4.3.2.5 and 4.3.2.2. */
export const rungText = (): Buffer =>
  Buffer.from(
    `#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-TARGETDURATION:4\n#EXT-X-MAP:URI="media.mp4",BYTERANGE="100@0"\n#EXTINF:4.0,\n#EXT-X-BYTERANGE:900@100\nmedia.mp4\n#EXT-X-ENDLIST\n# ${randomBytes(4).toString('hex')}\n`,
  )

export function variant(id: string, role: VariantRole, file: Buffer, fields: Partial<Variant> = {}): Variant {
  return {
    id,
    role,
    hash: sha256(file),
    type: 'video/mp4',
    bytes: file.length,
    width: 0,
    height: 0,
    bitrate: 0,
    codecs: '',
    playlist: '',
    language: '',
    label: '',
    ...fields,
  }
}

export const film = (id: string, variants: Variant[], fields: Partial<Media> = {}): Media => ({
  ...newMedia(
    { id, kind: 'video', name: 'film.mp4', type: 'video/mp4', bytes: 1, width: 640, height: 360, durationMs: 4000 },
    '2026-03-01T09:00:00.000Z',
  ),
  variants,
  ...fields,
})
