import { Type } from 'typebox'
import { Value } from 'typebox/value'
import { type Post, PostSchema } from '../../../shared/collections/posts.ts'
import { sameJson } from '../../../shared/domain/merge/index.ts'
import { schemaError } from '../../../shared/domain/schema-error.ts'
import { utcFromMs } from '../../../shared/domain/units.ts'
import { fail } from '../../../shared/errors.ts'
import type { StudioDatabase } from '../types.ts'

/** Errors: `document_invalid`, `field_unknown` with a sentence naming the field. */
export function checkFields(fields: Partial<Post>): void {
  const properties = PostSchema.properties as Record<string, (typeof PostSchema.properties)[keyof Post]>
  const asked = Object.keys(fields).filter((name) => name in properties)
  const schema = Type.Object(Object.fromEntries(asked.map((name) => [name, properties[name]!])), {
    additionalProperties: false,
  })
  if (!Value.Check(schema, fields)) throw schemaError(Value.Errors(schema, fields))
}

/** A time of change that no earlier version of the document has, also where the clock stands still or was set back. */
export function nextStamp(before: string, now: number): string {
  const last = Date.parse(before)
  return utcFromMs(Number.isNaN(last) ? now : Math.max(now, last + 1))
}

/** Told of each change that this window has written to a post. */
export type OnChanged = (before: Post, after: Post) => void

/**
 * Writes fields of a post on top of whatever it is at that moment. Fields that are as they were write nothing, so that a
 * published post does not look changed; `isCertain` spares finding that out. Errors: `not_found`.
 */
export async function changePost(
  db: StudioDatabase,
  id: string,
  now: () => number,
  fields: (post: Post) => Partial<Post>,
  { isCertain = false, onChanged }: { isCertain?: boolean; onChanged?: OnChanged } = {},
): Promise<void> {
  const document = await db.posts.findOne(id).exec()
  if (!document) fail('not_found', 'This post does not exist any more.')
  const current = document.getLatest().toMutableJSON() as Post
  if (!isCertain && !differs(current, fields(current))) return
  let before: Post | null = null
  const after = await document.incrementalModify((post) => {
    const changed = fields(post as Post)
    before = null
    if (!differs(post as Post, changed)) return post
    before = { ...(post as Post) }
    return { ...post, ...changed, updatedAt: nextStamp(post.updatedAt, now()) }
  })
  if (before) onChanged?.(before, after.toMutableJSON() as Post)
}

const differs = (post: Post, fields: Partial<Post>): boolean =>
  Object.entries(fields).some(([name, value]) => !sameJson(post[name as keyof Post], value))
