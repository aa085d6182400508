import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import type { ClientConfig } from 'pg'
import { newId } from '../../shared/domain/id.ts'
import { type Config, ConfigError, readConfig } from '../config.ts'
import { placeCluster } from '../database/cluster-place.ts'
import { connectionOf, startEmbedded } from '../database/embedded.ts'
import { FolderInUse, lockFolder } from '../folder-lock.ts'
import { openBlobs } from '../media/open-blobs.ts'
import { backUp } from './backup.ts'
import { BackupError, type Manifest } from './manifest.ts'
import { restore } from './restore.ts'
import { refuseUnfinished } from './unfinished.ts'

const usage = `npm run backup -- --data DIR --to FOLDER     everything a server keeps, also while it runs
npm run restore -- --from FOLDER --data DIR  into a data folder that is new
Without --data: GROVER_DATA_DIR, or where a server keeps its data by default. With GROVER_DATABASE_URL the rows come
from, or go to, that database.`

const stopped = new AbortController()
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
  process.once(name, () => stopped.abort(new BackupError('Stopped; nothing was left behind.')))

type Opened = { connection: ClientConfig; close(): Promise<void> }

/** The data folder's own PostgreSQL: the running one, or started for as long as this takes. */
async function openOwn(dataDir: string): Promise<Opened> {
  let unlock: () => void
  try {
    unlock = lockFolder(join(dataDir, 'server.lock'), 'A Grover server')
  } catch (error) {
    if (!(error instanceof FolderInUse)) throw error
    return { connection: connectionOf(await placeCluster(dataDir)), close: async () => {} }
  }
  try {
    const postgres = await startEmbedded({ dataDir })
    return {
      connection: postgres.connection,
      async close() {
        await postgres.stop()
        unlock()
      },
    }
  } catch (error) {
    unlock()
    throw error
  }
}

async function runBackup(config: Config, to: string): Promise<string> {
  const { dataDir, databaseUrl } = config
  if (!databaseUrl && !existsSync((await placeOf(dataDir)).version))
    throw new BackupError(`${dataDir} is not the data folder of a server: there is no database in it.`)
  refuseUnfinished(dataDir)
  const opened = databaseUrl
    ? { connection: { connectionString: databaseUrl }, close: async () => {} }
    : await openOwn(dataDir)
  try {
    const secret = config.secret ? null : await readFile(join(dataDir, 'secret'), 'utf8')
    const manifest = await backUp({
      connection: opened.connection,
      blobs: openBlobs(config, null),
      to,
      secret,
      now: Date.now(),
      signal: stopped.signal,
    })
    for (const path of manifest.missing) console.error(`${path} is not in the backup: the disk has lost it.`)
    return `backup  ${to}  ${summary(manifest)}`
  } finally {
    await opened.close()
  }
}

async function runRestore(config: Config, from: string): Promise<string> {
  const { dataDir, databaseUrl, secret } = config
  const installation = newId()
  const manifest = await restore({
    from,
    dataDir,
    installation,
    blobs: openBlobs(config, installation),
    signal: stopped.signal,
    async openDatabase() {
      if (databaseUrl)
        return { connection: { connectionString: databaseUrl }, close: async () => {}, remove: async () => {} }
      const place = await placeOf(dataDir)
      if (existsSync(place.version))
        throw new BackupError(`There is a database for ${dataDir} already, in ${place.data}: name another folder.`)
      return { ...(await openOwn(dataDir)), remove: () => rm(place.data, { recursive: true, force: true }) }
    },
  })
  if (!secret && !manifest.files.some(({ path }) => path === 'secret'))
    console.error('The backup has no secret: set GROVER_SECRET to what it was, or second factors are lost.')
  return `restored  ${dataDir}  ${summary(manifest)}`
}

async function placeOf(dataDir: string): Promise<{ data: string; version: string }> {
  if (!existsSync(dataDir)) return { data: dataDir, version: dataDir }
  const { data } = await placeCluster(dataDir)
  return { data, version: join(data, 'PG_VERSION') }
}

const summary = ({ tables, files }: Manifest): string => {
  const rows = tables.reduce((sum, table) => sum + table.rows, 0)
  const stored = files.filter(({ path }) => path.startsWith('blobs/')).length
  return `${rows} rows, ${stored} files`
}

async function main(): Promise<string> {
  const [command, ...args] = process.argv.slice(2)
  const { values } = parseArgs({
    args,
    options: { data: { type: 'string' }, to: { type: 'string' }, from: { type: 'string' } },
  })
  const folder = command === 'backup' ? values.to : command === 'restore' ? values.from : undefined
  if (!folder || (command === 'backup' ? values.from : values.to)) throw new BackupError(usage)
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig({ ...process.env, ...(values.data ? { GROVER_DATA_DIR: values.data } : {}) })
  return command === 'backup' ? runBackup(config, resolve(folder)) : runRestore(config, resolve(folder))
}

try {
  console.log(await main())
} catch (error) {
  const { code, message } = error as NodeJS.ErrnoException
  const expected = error instanceof BackupError || error instanceof ConfigError || code?.startsWith('ERR_PARSE_ARGS')
  console.error(expected ? message : error)
  process.exitCode = 1
}
