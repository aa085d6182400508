import type { RxJsonSchema } from 'rxdb'
import type { Collection, DocumentOf } from '../../shared/collections/collection.ts'
import { isInstantPattern } from '../../shared/collections/instant.ts'

type Json = { [key: string]: unknown }

/**
 * A collection's one schema as RxDB takes it: plain JSON Schema with primary key, version and indexes. A union of
 * literals becomes an enumeration, because RxDB builds index keys from `type` and `maxLength` of the field itself.
 */
export function rxSchema<C extends Collection>(collection: C): RxJsonSchema<DocumentOf<C>> {
  // Through JSON: TypeBox marks its types with properties that are not part of the schema.
  const schema = plain(JSON.parse(JSON.stringify(collection.schema))) as Json
  return {
    version: collection.version,
    primaryKey: 'id',
    type: 'object',
    properties: schema.properties,
    required: schema.required,
    indexes: collection.indexes.map((fields) => [...fields]),
  } as unknown as RxJsonSchema<DocumentOf<C>>
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  const { anyOf, ...rest } = value as Json
  // RxDB checks nothing by it, and would not open a database that it has made without it.
  if (isInstantPattern(rest.pattern)) delete rest.pattern
  const others = Object.fromEntries(Object.entries(rest).map(([key, item]) => [key, plain(item)]))
  if (!Array.isArray(anyOf)) return others
  const literals = anyOf.map((option: Json) => option.const)
  if (literals.every((literal) => typeof literal === 'string')) return { ...others, type: 'string', enum: literals }
  return { ...others, anyOf: plain(anyOf) }
}
