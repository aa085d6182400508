import type { TSchema } from 'typebox'
import { Value } from 'typebox/value'
import { collections } from '../collections/index.ts'
import type { Lost } from '../collections/lost.ts'
import type { Plan } from '../collections/posts.ts'
import { isZone } from './zone.ts'

const sources = { posts: collections.posts, settings: collections.settings, media: collections.media }

/**
 * Whether a value that was set aside is one that its field can have. It may come from an archive or another program, and
 * of what it says nothing has been checked.
 */
export function isUsable({ source, field, value }: Pick<Lost, 'source' | 'field' | 'value'>): boolean {
  const collection = Object.hasOwn(sources, source) ? sources[source as keyof typeof sources] : undefined
  if (!collection) return false
  if (field === '_deleted') return typeof value === 'boolean'
  let schema: TSchema | undefined = collection.schema
  for (const name of field.split('.')) {
    const properties: Record<string, TSchema> = (schema as { properties?: Record<string, TSchema> }).properties ?? {}
    schema = Object.hasOwn(properties, name) ? properties[name] : undefined
    if (!schema) return false
  }
  return Value.Check(schema, value) && (field !== 'plan' || isPlan(value as Plan))
}

const isPlan = ({ mode, at, zone }: Plan): boolean =>
  mode === 'draft' || (at !== '' && (mode === 'now' || isZone(zone)))
