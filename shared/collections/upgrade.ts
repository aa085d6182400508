import type { Collection } from './collection.ts'

/** A document of an older schema version as one of today's, by the same steps that devices take. */
export function upgrade<Doc extends object>(collection: Collection, doc: object, from: number): Doc {
  let upgraded = doc as Record<string, unknown>
  for (let version = from + 1; version <= collection.version; version++) {
    const step = collection.migrations[version]
    if (!step) throw new Error(`There is no step to version ${version} of ${collection.name}.`)
    upgraded = step(upgraded)
  }
  return upgraded as Doc
}
