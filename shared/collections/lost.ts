import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { Instant, MaybeInstant } from './instant.ts'

/**
 * A value that a merge could not keep: both sides had changed the same field, and the document has the other one. It is
 * synced like the rest, for the author may sit at another device than the one that merged. Written once, then removed.
 */
export const LostSchema = Type.Object(
  {
    /** Made from what was lost, so that a merge that is repeated tells it once. */
    id: Type.String({ pattern: '^[0-9a-f]{64}$', maxLength: 64 }),
    /** Name of the collection (`collection` is a word of RxDB's own). */
    source: Type.String({ maxLength: 40 }),
    documentId: Type.String({ maxLength: 64 }),
    /** What the document was called then: it may be gone when somebody reads this. */
    title: Type.String({ maxLength: 300 }),
    /** `title`, or with its group `profile.bio`; `_deleted` is the wish to delete. */
    field: Type.String({ maxLength: 100 }),
    value: Type.Unknown(),
    /** When that version was written, by the clock of the device that wrote it. */
    writtenAt: MaybeInstant,
    /** Device (of this browser's own numbering) that merged, and whether the lost version was its own. */
    mergedBy: Type.String({ maxLength: 100 }),
    wasItsOwn: Type.Boolean(),
    /** When the two met. */
    at: Instant,
  },
  { additionalProperties: false },
)
export type Lost = Static<typeof LostSchema>

export const lost = defineCollection({
  name: 'lost',
  version: 0,
  owner: 'device',
  schema: LostSchema,
  indexes: [['at']],
  migrations: {},
})
