import type { TSchema } from 'typebox'
import type { Collection } from './collection.ts'

/**
 * A document with nothing in it but its id: the tombstone for a device that may not know any more what was there. Local
 * databases index deleted documents too, so every required field is there.
 */
export const blankDocument = (collection: Collection, id: string): Record<string, unknown> => ({
  ...(blank(collection.schema) as object),
  id,
})

type Schema = TSchema & {
  type?: string
  const?: unknown
  anyOf?: Schema[]
  required?: string[]
  properties?: Record<string, Schema>
  minimum?: number
}

function blank(schema: Schema): unknown {
  if ('const' in schema) return schema.const
  if (schema.anyOf) return blank(schema.anyOf[0]!)
  switch (schema.type) {
    case 'object':
      return Object.fromEntries((schema.required ?? []).map((name) => [name, blank(schema.properties![name]!)]))
    case 'array':
      return []
    case 'string':
      return ''
    case 'boolean':
      return false
    case 'null':
      return null
    default:
      return schema.minimum ?? 0
  }
}
