import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Media, type MediaFacts, MediaSchema, newMedia, type Variant } from '../../../shared/collections/media.ts'
import { sameJson } from '../../../shared/domain/merge/index.ts'
import { schemaError } from '../../../shared/domain/schema-error.ts'
import { utcFromMs } from '../../../shared/domain/units.ts'
import { fail } from '../../../shared/errors.ts'
import { nextStamp } from '../posts/change.ts'
import type { StudioDatabase } from '../types.ts'

export type MediaFields = Partial<Pick<Media, 'name' | 'alt' | 'tags' | 'focus' | 'chapters'>>
const Fields = Type.Partial(Type.Pick(MediaSchema, ['name', 'alt', 'tags', 'focus', 'chapters']), {
  additionalProperties: false,
})

export type MediaActions = ReturnType<typeof createMediaActions>

/** What a window does to the media documents of this device. */
export function createMediaActions({ db, now }: { db: StudioDatabase; now(): number }) {
  async function change(id: string, fields: (media: Media) => Partial<Media>): Promise<void> {
    const document = await db.media.findOne(id).exec()
    if (!document) return fail('not_found', 'This is not in the library any more.')
    await document.incrementalModify((media) => {
      const changed = fields(media as Media)
      const isSame = Object.entries(changed).every(([name, value]) => sameJson(media[name as keyof Media], value))
      return isSame ? media : { ...media, ...changed, updatedAt: nextStamp(media.updatedAt, now()) }
    })
  }
  const setTrashed = async (ids: readonly string[], trashed: string): Promise<void> => {
    for (const id of ids) await change(id, () => ({ trashed }))
  }

  return {
    /**
     * Writes down what was imported or made. What is in the library already stays as it is, but comes out of the trash.
     * Resolves with whether it is new here.
     */
    async add(facts: MediaFacts, about: MediaFields = {}): Promise<boolean> {
      const { id, kind, name, type, bytes, width, height, durationMs } = facts
      const media = newMedia({ id, kind, name, type, bytes, width, height, durationMs }, utcFromMs(now()))
      const known = await db.media.findOne(id).exec()
      if (!known) {
        await db.media.insertIfNotExists({ ...media, ...about })
        return true
      }
      if (known.trashed !== '') await setTrashed([id], '')
      return false
    },
    /**
     * As a function of what it is when it is written, where a field builds on itself; it may be called more than once.
     * Errors: `not_found`, `document_invalid` naming the field.
     */
    async patch(id: string, edit: MediaFields | ((media: Media) => MediaFields)): Promise<void> {
      await change(id, (media) => {
        const fields = typeof edit === 'function' ? edit(media) : edit
        if (!Value.Check(Fields, fields)) throw schemaError(Value.Errors(Fields, fields))
        return fields
      })
    },
    /** Resolves with the way back. */
    async trash(ids: readonly string[]): Promise<() => Promise<void>> {
      await setTrashed(ids, utcFromMs(now()))
      return () => setTrashed(ids, '')
    },
    restore: (ids: readonly string[]): Promise<void> => setTrashed(ids, ''),
    /** For ever. */
    async remove(ids: readonly string[]): Promise<void> {
      await db.media.bulkRemove([...ids])
    },
    /** Each takes the place of the variant of its id. What is not in the library any more is left out. */
    async takeVariants(id: string, variants: readonly Variant[]): Promise<void> {
      if (!(await db.media.findOne(id).exec())) return
      const made = new Set(variants.map((variant) => variant.id))
      await change(id, (media) => ({
        variants: [...media.variants.filter((variant) => !made.has(variant.id)), ...variants].slice(-60),
      }))
    },
    dropVariant: (id: string, variantId: string): Promise<void> =>
      change(id, (media) => ({ variants: media.variants.filter((variant) => variant.id !== variantId) })),
  }
}
