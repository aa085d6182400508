import { type Static, Type } from 'typebox'
import { defineCollection } from './collection.ts'
import { MaybeInstant } from './instant.ts'

/**
 * Settings that follow the creator to every device, one document a subject; only the part named by `id` is present.
 */
export const SettingSchema = Type.Object(
  {
    id: Type.Union([Type.Literal('profile'), Type.Literal('publishing'), Type.Literal('calendar')], { maxLength: 20 }),
    profile: Type.Optional(
      Type.Object(
        {
          name: Type.String({ maxLength: 80 }),
          bio: Type.String({ maxLength: 500 }),
          /** Hue of the page's accent in OKLCH degrees. */
          accentHue: Type.Number({ minimum: 0, maximum: 360 }),
          theme: Type.Union([Type.Literal('paper'), Type.Literal('ink'), Type.Literal('plain')]),
          avatar: Type.String({ pattern: '^([0-9a-f]{64})?$', maxLength: 64 }),
          cover: Type.String({ pattern: '^([0-9a-f]{64})?$', maxLength: 64 }),
          /** BCP 47 language of the creator's pages. */
          language: Type.String({ maxLength: 35 }),
        },
        { additionalProperties: false },
      ),
    ),
    publishing: Type.Optional(
      Type.Object(
        {
          /** The one switch: nothing of this workspace is published while it is on. */
          paused: Type.Boolean(),
          late: Type.Union([Type.Literal('ask'), Type.Literal('publish'), Type.Literal('skip')]),
        },
        { additionalProperties: false },
      ),
    ),
    calendar: Type.Optional(
      Type.Object(
        {
          /** IANA zone the creator plans in; empty: the device's own. */
          zone: Type.String({ maxLength: 64 }),
          /** ISO weekday that starts a week: 1 Monday … 7 Sunday; 0: by locale. */
          weekStart: Type.Integer({ minimum: 0, maximum: 7 }),
        },
        { additionalProperties: false },
      ),
    ),
    updatedAt: MaybeInstant,
  },
  { additionalProperties: false },
)
export type Setting = Static<typeof SettingSchema>

export const settings = defineCollection({
  name: 'settings',
  version: 0,
  owner: 'device',
  schema: SettingSchema,
  indexes: [],
  migrations: {},
})
