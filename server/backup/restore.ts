import { createReadStream, existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { newId } from '../../shared/domain/id.ts'
import { applyMigrations } from '../database/migrate.ts'
import { migrations } from '../database/migrations.ts'
import type { BlobStore } from '../media/blob-store.ts'
import { bucketMarker, ownerIn } from '../media/s3-blobs.ts'
import { readTables } from './catalog.ts'
import { BackupError, blobsFolder, type Manifest, readManifest, tablePath, verifyFiles } from './manifest.ts'
import { unfinishedMark } from './unfinished.ts'

type Options = {
  from: string
  dataDir: string
  /** Belonging to `installation`, the name that the restored database gets. */
  blobs: Pick<BlobStore, 'put' | 'get' | 'head' | 'delete' | 'ready'>
  installation: string
  /** Starts the database that is to be filled, once it is known that there is something to fill it with. */
  openDatabase(): Promise<{ connection: pg.ClientConfig; close(): Promise<void>; remove(): Promise<void> }>
  signal?: AbortSignal
}

/**
 * Fills a new data folder, and an empty database, from a backup. Every workspace gets a new epoch, so that its devices
 * compare all they have with what is here now. Errors: BackupError, what the disk throws; nothing that was not there
 * before is left behind then, as far as the disk and the bucket let it be removed.
 */
export async function restore(options: Options): Promise<Manifest> {
  const { from, dataDir, blobs, installation, openDatabase, signal } = options
  if (existsSync(dataDir) && (await readdir(dataDir)).length > 0)
    throw new BackupError(`${dataDir} is not empty: a restore needs a folder that is new.`)
  const manifest = await readManifest(from)
  const known = new Set(migrations.map(({ id }) => id))
  const newer = manifest.migrations.filter((id) => !known.has(id))
  if (newer.length > 0)
    throw new BackupError(`This backup was made by a newer Grover (it has ${newer.join(', ')}): update this one first.`)
  await verifyFiles(from, manifest, signal)

  await mkdir(dataDir, { recursive: true, mode: 0o700 })
  await claim(dataDir)
  let database: Awaited<ReturnType<Options['openDatabase']>> | undefined
  /** Keys with nothing under them before. */
  const added: string[] = []
  try {
    database = await openDatabase()
    // A wrong address is to be said before anything is copied.
    await withClient(database.connection, refuseFilled)
    await blobs.ready()
    for (const key of keysOf(manifest)) {
      signal?.throwIfAborted()
      if (!(await blobs.head(key))) added.push(key)
      await blobs.put(key, createReadStream(join(from, blobsFolder, key)))
    }
    await copySecret(from, dataDir, manifest)
    await withClient(database.connection, (client) => load(client, from, manifest, installation, signal))
    await database.close()
  } catch (error) {
    // What cannot be removed must not hide why: it is this error that somebody can act on.
    await Promise.allSettled([...added.map((key) => blobs.delete(key)), giveBack(blobs, installation)])
    await Promise.allSettled([database?.close()])
    await Promise.allSettled([database?.remove()])
    await Promise.allSettled([emptyFolder(dataDir)])
    throw error
  }
  await rm(unfinishedMark(dataDir))
  return manifest
}

/** From here on the folder is this restore's alone, and no server takes it for a whole one. Errors: BackupError. */
async function claim(dataDir: string): Promise<void> {
  const mark = unfinishedMark(dataDir)
  await writeFile(mark, '', { flag: 'wx', flush: true }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
    throw new BackupError(`Another restore into ${dataDir} is at work, or was cut off.`)
  })
  // Checking the backup took a while, in which somebody else may have come.
  if ((await readdir(dataDir)).length === 1) return
  await rm(mark)
  throw new BackupError(`${dataDir} is not empty any more: a restore needs a folder that is new.`)
}

/** Takes our name off the bucket, whether or not `ready` went on after it had written it; never that of another. */
async function giveBack(blobs: Options['blobs'], installation: string): Promise<void> {
  const owner = ownerIn(await text(await blobs.get(bucketMarker)))
  if (owner === installation) await blobs.delete(bucketMarker)
}

async function emptyFolder(folder: string): Promise<void> {
  for (const name of await readdir(folder)) await rm(join(folder, name), { recursive: true, force: true })
}

const keysOf = ({ files }: Manifest): string[] =>
  files.flatMap(({ path }) => (path.startsWith(blobsFolder) ? [path.slice(blobsFolder.length)] : []))

async function copySecret(from: string, dataDir: string, { files }: Manifest): Promise<void> {
  if (files.some(({ path }) => path === 'secret'))
    await writeFile(join(dataDir, 'secret'), await readFile(join(from, 'secret')), { mode: 0o600, flush: true })
}

async function withClient(connection: pg.ClientConfig, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client(connection)
  client.on('error', () => {})
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

/** Errors: BackupError. */
async function refuseFilled(client: pg.Client): Promise<void> {
  const { rows } = await client.query(
    `select 1 from pg_tables where schemaname not in ('pg_catalog', 'information_schema') limit 1`,
  )
  if (rows.length > 0)
    throw new BackupError('The database of GROVER_DATABASE_URL is not empty: a restore needs one that is new.')
}

/** Everything in one transaction: a database that is filled is filled whole. */
async function load(
  client: pg.Client,
  from: string,
  manifest: Manifest,
  installation: string,
  signal?: AbortSignal,
): Promise<void> {
  // Copying took a while, in which somebody else may have come.
  await refuseFilled(client)
  await client.query('begin')
  const db = kyselyOn(client)
  await applyMigrations(
    db,
    migrations.filter(({ id }) => manifest.migrations.includes(id)),
  )
  for (const { name } of await readTables(client)) {
    signal?.throwIfAborted()
    const saved = manifest.tables.find((table) => table.name === name)
    if (!saved) throw new BackupError(`The backup is damaged: it has no rows of ${name}.`)
    const list = saved.columns.map((column) => pg.escapeIdentifier(column)).join(', ')
    const table = client.query(copyFrom(`copy ${name} (${list}) from stdin`))
    await pipeline(createReadStream(join(from, tablePath(name))), table)
    const rows = table.rowCount
    if (rows !== saved.rows)
      throw new BackupError(`The backup is damaged: ${name} has ${rows} rows and not ${saved.rows}.`)
  }
  for (const [name, last] of Object.entries(manifest.sequences))
    await client.query('select setval($1::regclass, $2)', [pg.escapeIdentifier(name), last])
  // A backup of an older Grover is brought up to date with its rows in it, as a server does: what follows is of today.
  await applyMigrations(db, migrations)
  await client.query('update workspaces set epoch = $1', [newId()])
  await client.query('update installation set id = $1', [installation])
  // Devices bring back what they wrote after the backup: until then nothing is unused.
  await client.query('update blobs set unused_since = null')
  signal?.throwIfAborted()
  await client.query('commit')
  await client.query('analyze')
}

/** The migrations' way to write, on a connection that is in a transaction of ours. */
const kyselyOn = (client: pg.Client) =>
  new Kysely<never>({
    dialect: new PostgresDialect({
      pool: { options: {}, connect: async () => Object.assign(client, { release() {} }) as never, end: async () => {} },
    }),
  })
