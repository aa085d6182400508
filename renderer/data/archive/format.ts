import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'
import { fail } from '../../../shared/errors.ts'

/**
 * An archive, version 1: `grover.json` says what it is; `documents/{collection}/{id}.json` is every document as it is
 * stored, `media/{hash}.{type}` every picture that could be had; `posts/*.md` is for people and is not read again.
 */
export const archiveVersion = 1
export const manifestPath = 'grover.json'
export const documentPath = (collection: string, id: string): string => `documents/${collection}/${id}.json`

const Manifest = Type.Object({
  format: Type.Literal('grover-archive'),
  version: Type.Integer({ minimum: 1 }),
  exportedAt: Type.String({ maxLength: 24 }),
  workspaceId: Type.String({ maxLength: 64 }),
  /** Schema version of each collection. */
  schemas: Type.Record(Type.String(), Type.Integer({ minimum: 0 })),
})
export type Manifest = Static<typeof Manifest>

/** Errors: `archive_invalid`, `archive_version`. */
export function readManifest(text: string): Manifest {
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    read = null
  }
  if (!Value.Check(Manifest, read)) return fail('archive_invalid', 'This zip is no archive of the studio.')
  if (read.version > archiveVersion)
    fail('archive_version', `This archive has version ${read.version}; this studio reads up to ${archiveVersion}.`)
  return read
}
