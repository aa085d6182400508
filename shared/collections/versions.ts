import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { Instant } from './instant.ts'
import { Visibility } from './posts.ts'

/**
 * What a post was at one moment: its text and what readers see beside it. Written once by the device that had it, and
 * never changed but for `why`, which may become `published` or `planned` later.
 */
export const VersionSchema = Type.Object(
  {
    id: Type.String({ maxLength: 26, minLength: 1, pattern: '^[0-9A-Za-z_-]+$' }),
    postId: Type.String({ maxLength: 26 }),
    /** When the post was that way, by the device's own clock: later for each later version of a post. */
    at: Instant,
    /** What the device is called, or empty where nobody knows which one wrote it. */
    device: Type.String({ maxLength: 100 }),
    /**
     * `edited` in the course of writing · `planned` as it was when it was scheduled · `published` as it was handed to
     * readers · `restored` what another version took the place of · `conflict` this device's side of a merge that could
     * not keep everything
     */
    why: Type.Union(
      [
        Type.Literal('edited'),
        Type.Literal('planned'),
        Type.Literal('published'),
        Type.Literal('restored'),
        Type.Literal('conflict'),
      ],
      { maxLength: 10 },
    ),
    title: Type.String({ maxLength: 300 }),
    summary: Type.String({ maxLength: 1000 }),
    slug: Type.String({ maxLength: 120 }),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
    visibility: Visibility,
    cover: Type.String({ pattern: '^([0-9a-f]{64})?$', maxLength: 64 }),
    words: Type.Integer({ minimum: 0 }),
    /** The text as `packBody` makes it; empty in a deleted version, so that a deletion gives the space back. */
    body: Type.String({ maxLength: 1_900_000 }),
  },
  { additionalProperties: false },
)
export type Version = Static<typeof VersionSchema>

export const versions = defineCollection({
  name: 'versions',
  version: 0,
  owner: 'device',
  schema: VersionSchema,
  indexes: [['postId', 'at']],
  migrations: {},
})
