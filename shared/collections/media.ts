import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { Instant } from './instant.ts'

/** A picture or file the studio has imported: the bytes are content-addressed by `id`, the sha256 in lower-case hex. */
export const MediaSchema = Type.Object(
  {
    id: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 }),
    name: Type.String({ maxLength: 255 }),
    type: Type.String({ maxLength: 100 }),
    bytes: Type.Integer({ minimum: 0 }),
    width: Type.Integer({ minimum: 0 }),
    height: Type.Integer({ minimum: 0 }),
    createdAt: Instant,
  },
  { additionalProperties: false },
)
export type Media = Static<typeof MediaSchema>

export const media = defineCollection({
  name: 'media',
  version: 0,
  owner: 'device',
  schema: MediaSchema,
  indexes: [['createdAt']],
  migrations: {},
})
