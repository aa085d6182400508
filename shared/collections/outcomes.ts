import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'

/**
 * What became of a thing, written by the server alone: one document for each post that was ever planned (`id` is the
 * post's) and one for each stored picture (`id` is its hash). The device's own document is never touched by the server.
 */
export const OutcomeSchema = Type.Object(
  {
    id: Type.String({ maxLength: 64 }),
    kind: Type.Union([Type.Literal('post'), Type.Literal('media')]),
    /**
     * post: `draft` nothing is planned any more · `waiting` for `missing` pictures · `scheduled` a job is enqueued for
     * `dueAt` · `held` by pause-all · `late` its time passed, the author is asked · `published` · `skipped` by the
     * late rule · `withdrawn` taken down · `failed` see `problem`. media: `stored`.
     */
    state: Type.Union(
      [
        Type.Literal('draft'),
        Type.Literal('waiting'),
        Type.Literal('scheduled'),
        Type.Literal('held'),
        Type.Literal('late'),
        Type.Literal('published'),
        Type.Literal('skipped'),
        Type.Literal('withdrawn'),
        Type.Literal('failed'),
        Type.Literal('stored'),
      ],
      { maxLength: 12 },
    ),
    /** The plan (`plan.id`) this outcome answers; empty for a draft. */
    planId: Type.String({ maxLength: 26 }),
    /** The release and withdrawal requests already carried out. */
    release: Type.String({ maxLength: 26 }),
    withdrawn: Type.String({ maxLength: 26 }),
    /** When the server took in the version described here, and that version's `updatedAt`. */
    receivedAt: Type.String({ maxLength: 24 }),
    receivedVersion: Type.String({ maxLength: 24 }),
    dueAt: Type.String({ maxLength: 24 }),
    publishedAt: Type.String({ maxLength: 24 }),
    /** `updatedAt` of the version that is public, to tell whether the draft has moved on. */
    publishedVersion: Type.String({ maxLength: 24 }),
    revision: Type.Integer({ minimum: 0 }),
    slug: Type.String({ maxLength: 140 }),
    /** Path on the server, `/@handle/slug`; empty while not public. */
    path: Type.String({ maxLength: 300 }),
    missing: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 200 }),
    problem: Type.Union([
      Type.Null(),
      Type.Object({ code: Type.String(), message: Type.String() }, { additionalProperties: false }),
    ]),
  },
  { additionalProperties: false },
)
export type Outcome = Static<typeof OutcomeSchema>

export const outcomes = defineCollection({
  name: 'outcomes',
  version: 0,
  owner: 'server',
  schema: OutcomeSchema,
  indexes: [['state']],
  migrations: {},
})
