import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { Instant, MaybeInstant } from './instant.ts'

const hash = Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 })

/**
 * When a post is to be published. It is merged as one value: half of one device's plan and half of another's would be
 * a time nobody chose. `id` is new for each act of planning, so that the server can tell a repeat from a second wish.
 */
export const Plan = Type.Object(
  {
    id: Type.String({ maxLength: 26 }),
    mode: Type.Union([Type.Literal('draft'), Type.Literal('schedule'), Type.Literal('now')]),
    /** Wall-clock time `YYYY-MM-DDTHH:mm:ss`, empty unless mode is `schedule`. */
    local: Type.String({ maxLength: 19 }),
    /** IANA zone name, empty unless mode is `schedule`. */
    zone: Type.String({ maxLength: 64 }),
    /** The instant derived from `local` and `zone`; for `now` the moment of asking; empty for a draft. */
    at: MaybeInstant,
    /** What to do when the server learns of the post more than 15 minutes after `at`. */
    late: Type.Union([Type.Literal('ask'), Type.Literal('publish'), Type.Literal('skip')]),
  },
  { additionalProperties: false },
)
export type Plan = Static<typeof Plan>

export const Visibility = Type.Union([Type.Literal('public'), Type.Literal('members'), Type.Literal('paid')])
export type Visibility = Static<typeof Visibility>

export const PostSchema = Type.Object(
  {
    id: Type.String({ maxLength: 26, minLength: 1, pattern: '^[0-9A-Za-z_-]+$' }),
    kind: Type.Union([Type.Literal('post'), Type.Literal('story'), Type.Literal('newsletter')]),
    title: Type.String({ maxLength: 300 }),
    summary: Type.String({ maxLength: 1000 }),
    /** Empty: derived from the title when first published. */
    slug: Type.String({ maxLength: 120 }),
    tags: Type.Array(Type.String({ minLength: 1, maxLength: 60 }), { maxItems: 20 }),
    visibility: Visibility,
    /** The rich text: base64 of a Yjs update whose root is the XML fragment `body`. */
    body: Type.String({ maxLength: 1_900_000 }),
    /** Plain-text projection of the body: for lists, search and word count. */
    text: Type.String({ maxLength: 500_000 }),
    words: Type.Integer({ minimum: 0 }),
    /** Hash of the cover picture, or empty. */
    cover: Type.Union([Type.Literal(''), hash]),
    /** Hashes of all pictures the post needs (body and cover): it is not published before they have arrived. */
    images: Type.Array(hash, { maxItems: 200 }),
    plan: Plan,
    /** Changes when the author asks for the published post to be brought up to date. */
    release: Type.String({ maxLength: 26 }),
    /** Id of the request to take the published post down, or empty while it may be up. */
    withdrawn: Type.String({ maxLength: 26 }),
    createdAt: Instant,
    /** The device's own clock: for people to read, never for order. */
    updatedAt: Instant,
  },
  { additionalProperties: false },
)

export type Post = Static<typeof PostSchema>

export const posts = defineCollection({
  name: 'posts',
  version: 0,
  owner: 'device',
  schema: PostSchema,
  indexes: [['updatedAt'], ['plan.at']],
  migrations: {},
})
