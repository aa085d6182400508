import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { Instant, MaybeInstant } from './instant.ts'

const Hash = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })

/**
 * A file made from another. Content-addressed as the original is.
 * `mp4`         a whole film for every browser (H.264 and AAC, the index in front)
 * `hls`         one rung of a ladder: fragmented MP4 in one file, cut by the byte ranges of its `playlist`
 * `poster`      the picture shown before a film plays
 * `sprite`      small pictures of the whole film in one, placed by the WebVTT in `playlist`
 * `waveform`    peaks of the sound, as JSON
 * `captions`    WebVTT in `language`
 * `podcast`     the sound alone (MP3 or AAC, with chapters)
 * `image`       a picture in another size or kind
 */
export const variantRoles = ['mp4', 'hls', 'poster', 'sprite', 'waveform', 'captions', 'podcast', 'image'] as const
export type VariantRole = (typeof variantRoles)[number]

/** The name that stands in an HLS playlist for the rung's own file, because only who serves it knows its address. */
export const playlistPlaceholder = 'media.mp4'
/** Source: RFC 8216, 10. */
export const playlistType = 'application/vnd.apple.mpegurl'

export const VariantSchema = Type.Object(
  {
    /** Which of its role it is, e.g. `mp4`, `hls-720`, `captions-de`: making it again takes the place of what was there. */
    id: Type.String({ pattern: '^[0-9A-Za-z_-]+$', maxLength: 40 }),
    role: Type.Unsafe<VariantRole>(
      Type.Union(
        variantRoles.map((role) => Type.Literal(role)),
        { maxLength: 10 },
      ),
    ),
    hash: Hash,
    type: Type.String({ maxLength: 100 }),
    bytes: Type.Integer({ minimum: 0 }),
    width: Type.Integer({ minimum: 0 }),
    height: Type.Integer({ minimum: 0 }),
    /** Bits a second at most and RFC 6381 codecs, of what plays; else 0 and empty. */
    bitrate: Type.Integer({ minimum: 0 }),
    codecs: Type.String({ maxLength: 100 }),
    /** The text that cuts or places this file, a blob of its own; empty where there is none. */
    playlist: Type.String({ pattern: '^([0-9a-f]{64})?$', maxLength: 64 }),
    /** BCP 47, and what people call it; of captions. */
    language: Type.String({ maxLength: 35 }),
    label: Type.String({ maxLength: 100 }),
  },
  { additionalProperties: false },
)
export type Variant = Static<typeof VariantSchema>

/**
 * A picture, film or recording the studio has imported: the bytes are content-addressed by `id`, the sha256 in
 * lower-case hex. A picture is kept upright and without private data; of films and recordings the original is kept as it
 * came, is never shown to the audience, and what is shown are its variants.
 */
export const MediaSchema = Type.Object(
  {
    id: Hash,
    kind: Type.Union([Type.Literal('image'), Type.Literal('video'), Type.Literal('audio')], { maxLength: 5 }),
    name: Type.String({ maxLength: 255 }),
    type: Type.String({ maxLength: 100 }),
    bytes: Type.Integer({ minimum: 0 }),
    /** In pixels as it is shown (upright, square pixels); 0 for sound. */
    width: Type.Integer({ minimum: 0 }),
    height: Type.Integer({ minimum: 0 }),
    durationMs: Type.Integer({ minimum: 0 }),
    /** What there is to see or hear, for who cannot: offered wherever it is used. */
    alt: Type.String({ maxLength: 1000 }),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
    /** The point that every crop keeps, as parts of width and height. */
    focus: Type.Object(
      { x: Type.Number({ minimum: 0, maximum: 1 }), y: Type.Number({ minimum: 0, maximum: 1 }) },
      { additionalProperties: false },
    ),
    variants: Type.Array(VariantSchema, { maxItems: 60 }),
    chapters: Type.Array(
      Type.Object(
        {
          id: Type.String({ pattern: '^[0-9A-Za-z_-]+$', maxLength: 26 }),
          startMs: Type.Integer({ minimum: 0 }),
          title: Type.String({ maxLength: 200 }),
        },
        { additionalProperties: false },
      ),
      { maxItems: 200 },
    ),
    /** When it was put into the trash; empty where it is not there. */
    trashed: MaybeInstant,
    createdAt: Instant,
    updatedAt: Instant,
  },
  { additionalProperties: false },
)
export type Media = Static<typeof MediaSchema>

export const media = defineCollection({
  name: 'media',
  version: 0,
  owner: 'device',
  schema: MediaSchema,
  indexes: [['createdAt'], ['trashed', 'createdAt']],
  migrations: {},
})

/** What is known of a new file, with nothing said about it yet. */
export type MediaFacts = Pick<Media, 'id' | 'kind' | 'name' | 'type' | 'bytes' | 'width' | 'height' | 'durationMs'>

export const newMedia = (facts: MediaFacts, at: string): Media => ({
  ...facts,
  alt: '',
  tags: [],
  focus: { x: 0.5, y: 0.5 },
  variants: [],
  chapters: [],
  trashed: '',
  createdAt: at,
  updatedAt: at,
})
