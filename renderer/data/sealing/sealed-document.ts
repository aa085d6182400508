import { GroverError } from '../../../shared/errors.ts'
import type { Sealer } from './sealer.ts'

export type Fields = Record<string, unknown>

/** What RxDB's storages themselves read, whatever the collection. */
const always = new Set(['_meta', '_rev', '_deleted', '_attachments'])

export const isSealed = (document: Fields): document is Fields & { sealed: string } =>
  typeof document.sealed === 'string'

/** The name to which a document's content is bound. */
const nameOf = (collection: string, id: unknown): string => `${collection}|${String(id)}`

/**
 * The document with everything in one sealed field but `plainPaths`: the primary key first, then what is indexed. Of an
 * object of which only a part is indexed, such as `plan.at`, that part stays beside it.
 */
export async function sealDocument(
  sealer: Pick<Sealer, 'seal'>,
  collection: string,
  document: Fields,
  plainPaths: readonly string[],
): Promise<Fields> {
  const open: Fields = {}
  const closed: Fields = {}
  for (const [key, value] of Object.entries(document)) {
    if (always.has(key) || plainPaths.includes(key)) open[key] = value
    else {
      closed[key] = value
      const part = partOf(value, innerPaths(plainPaths, key))
      if (part !== undefined) open[key] = part
    }
  }
  if (Object.keys(closed).length === 0) return document
  return { ...open, sealed: await sealer.seal(JSON.stringify(closed), nameOf(collection, open[plainPaths[0] ?? ''])) }
}

/** The document as it was. Errors: `entry_damaged`. One that is not sealed is given back as it is. */
export async function openDocument(
  sealer: Pick<Sealer, 'open'>,
  collection: string,
  document: Fields,
  primaryKey: string,
): Promise<Fields> {
  if (!isSealed(document)) return document
  const { sealed, ...open } = document
  try {
    return { ...open, ...(JSON.parse(await sealer.open(sealed, nameOf(collection, document[primaryKey]))) as Fields) }
  } catch (error) {
    const id = String(document[primaryKey])
    throw new GroverError('entry_damaged', `The entry ${id} of ${collection} is damaged and does not open.`, {
      collection,
      id,
      cause: String(error),
    })
  }
}

/** Whether a query may ask for a field inside the storage. */
export const isPlain = (path: string, plainPaths: readonly string[]): boolean =>
  plainPaths.includes(path) || always.has(path.split('.')[0] ?? '')

const innerPaths = (paths: readonly string[], key: string): string[] =>
  paths.filter((path) => path.startsWith(`${key}.`)).map((path) => path.slice(key.length + 1))

function partOf(value: unknown, paths: readonly string[]): unknown {
  if (paths.length === 0 || typeof value !== 'object' || value === null) return undefined
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, inner]) => {
      const part = paths.includes(key) ? inner : partOf(inner, innerPaths(paths, key))
      return part === undefined ? [] : [[key, part]]
    }),
  )
}
