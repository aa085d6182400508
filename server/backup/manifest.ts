import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Static, Type } from 'typebox'
import { Value } from 'typebox/value'

/** A backup or restore that cannot be done, with the sentence that says why. */
export class BackupError extends Error {}

export const manifestFile = 'manifest.json'
const format = 1

const Count = Type.Integer({ minimum: 0 })
const File = Type.Object({
  path: Type.String({ pattern: '^(secret|tables/[a-z0-9_]+\\.copy|blobs/[A-Za-z0-9_-]+/[0-9a-f]{64})$' }),
  bytes: Count,
  sha256: Type.String(),
})
const Manifest = Type.Object({
  format: Type.Literal(format),
  madeAt: Type.String(),
  /** The database's history that the tables stand at. */
  migrations: Type.Array(Type.String()),
  tables: Type.Array(
    Type.Object({ name: Type.String({ pattern: '^[a-z0-9_]+$' }), columns: Type.Array(Type.String()), rows: Count }),
  ),
  sequences: Type.Record(Type.String(), Type.String({ pattern: '^\\d+$' })),
  /** Every file of the backup but this one. */
  files: Type.Array(File),
  /** Files that the database knows and the store had lost already. */
  missing: Type.Array(Type.String()),
})
export type Manifest = Static<typeof Manifest>
export type ManifestFile = Static<typeof File>

export const newManifest = (parts: Omit<Manifest, 'format'>): Manifest => ({ format, ...parts })
export const tablePath = (name: string): string => `tables/${name}.copy`
export const blobsFolder = 'blobs/'
export const blobPath = (workspaceId: string, hash: string): string => `${blobsFolder}${workspaceId}/${hash}`

/** Passes bytes on and measures them. */
export function measure(): Transform & { sum: Hash; bytes: number } {
  const passing = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      passing.sum.update(chunk)
      passing.bytes += chunk.length
      done(null, chunk)
    },
  }) as Transform & { sum: Hash; bytes: number }
  return Object.assign(passing, { sum: createHash('sha256'), bytes: 0 })
}

/** Reads a backup's manifest. Errors: BackupError. */
export async function readManifest(folder: string): Promise<Manifest> {
  const text = await readFile(join(folder, manifestFile), 'utf8').catch(() => {
    throw new BackupError(`${folder} is not a backup: it has no ${manifestFile}.`)
  })
  let manifest: unknown
  try {
    manifest = JSON.parse(text)
  } catch {
    throw new BackupError(`${join(folder, manifestFile)} is damaged: use another backup.`)
  }
  const made = (manifest as { format?: unknown } | null)?.format
  if (typeof made === 'number' && made > format)
    throw new BackupError(`This backup has format ${made}, made by a newer Grover: update this one first.`)
  if (!Value.Check(Manifest, manifest))
    throw new BackupError(`${join(folder, manifestFile)} is damaged: use another backup.`)
  return manifest
}

/** Whether every file is there as it was written. Errors: BackupError naming the first that is not. */
export async function verifyFiles(folder: string, { files }: Manifest, signal?: AbortSignal): Promise<void> {
  for (const { path, bytes, sha256 } of files) {
    const whole = join(folder, path)
    const size = await stat(whole).then(
      (info) => info.size,
      () => null,
    )
    if (size === null) throw new BackupError(`The backup is not whole: ${path} is missing.`)
    const passing = measure()
    await pipeline(createReadStream(whole), passing.resume(), { signal })
    if (size !== bytes || passing.sum.digest('hex') !== sha256)
      throw new BackupError(`The backup is damaged: ${path} is not as it was written.`)
  }
}
