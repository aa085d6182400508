import { randomBytes } from 'node:crypto'
import { createWriteStream, existsSync } from 'node:fs'
import { mkdir, open, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import pg from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import { GroverError } from '../../shared/errors.ts'
import type { BlobStore } from '../media/blob-store.ts'
import { readSequences, readTables } from './catalog.ts'
import {
  BackupError,
  blobPath,
  type Manifest,
  type ManifestFile,
  manifestFile,
  measure,
  newManifest,
  tablePath,
} from './manifest.ts'

type Options = {
  connection: pg.ClientConfig
  blobs: Pick<BlobStore, 'get'>
  to: string
  /** The server's key where it is kept in the data folder; null where the environment says it. */
  secret: string | null
  now: number
  signal?: AbortSignal
}

/**
 * Writes everything the server keeps to a new folder, as it was at one instant; the server may be at work meanwhile.
 * The folder appears by a rename when it is whole. Errors: BackupError; what reading and writing throw.
 */
export async function backUp({ to, ...options }: Options): Promise<Manifest> {
  if (existsSync(to) && (await readdir(to)).length > 0)
    throw new BackupError(`${to} is not empty: name a folder that is not there yet.`)
  const draft = `${to}.unfinished-${randomBytes(4).toString('hex')}`
  try {
    const manifest = await write(draft, options)
    await rename(draft, to)
    await flush(dirname(to))
    return manifest
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    throw error
  }
}

async function write(folder: string, { connection, blobs: store, secret, now, signal }: Omit<Options, 'to'>) {
  // Whoever reads this folder can sign in as anybody.
  await mkdir(join(folder, 'tables'), { recursive: true, mode: 0o700 })
  const files: ManifestFile[] = []
  const created = async (path: string, source: NodeJS.ReadableStream) => {
    await mkdir(dirname(join(folder, path)), { recursive: true, mode: 0o700 })
    const passing = measure()
    const file = createWriteStream(join(folder, path), { mode: 0o600, flush: true })
    await pipeline(source, passing, file, { signal })
    files.push({ path, bytes: passing.bytes, sha256: passing.sum.digest('hex') })
  }
  const client = new pg.Client(connection)
  // A connection that breaks fails the statement under way; without a listener it would end the process.
  client.on('error', () => {})
  await client.connect()
  try {
    await client.query('begin isolation level repeatable read read only')
    const migrations = await client.query<{ id: string }>('select id from migrations order by id').catch(() => {
      throw new BackupError('There is nothing to back up: no server has run on this database yet.')
    })
    const tables: Manifest['tables'] = []
    for (const { name, columns } of await readTables(client)) {
      const list = columns.map((column) => pg.escapeIdentifier(column)).join(', ')
      // Text, as COPY writes by default: every type comes back from it exactly, in any version of PostgreSQL.
      const rows = client.query(copyTo(`copy ${name} (${list}) to stdout`))
      await created(tablePath(name), rows)
      tables.push({ name, columns, rows: rows.rowCount })
    }
    const sequences = await readSequences(client)
    const blobs = await client.query<{ workspace_id: string; hash: string }>('select workspace_id, hash from blobs')
    await client.query('commit')

    // After the rows: a file is in its place before a row names it and never changes. One that was removed meanwhile, long
    // unused, is told as missing.
    const missing: string[] = []
    for (const { workspace_id: workspaceId, hash } of blobs.rows) {
      const source = await store.get(`${workspaceId}/${hash}`).catch((error: unknown) => {
        if (error instanceof GroverError) return null
        throw error
      })
      const path = blobPath(workspaceId, hash)
      if (source) await created(path, source)
      else missing.push(path)
    }
    if (secret !== null) await created('secret', Readable.from([secret]))

    const manifest = newManifest({
      madeAt: new Date(now).toISOString(),
      migrations: migrations.rows.map(({ id }) => id),
      tables,
      sequences,
      files,
      missing,
    })
    await writeFile(join(folder, manifestFile), JSON.stringify(manifest, null, 1), { mode: 0o600, flush: true })
    return manifest
  } finally {
    await client.end()
  }
}

/** The rename itself must survive a power cut. Windows cannot open a folder, and journals the rename. */
async function flush(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  await handle.sync()
  await handle.close()
}
