import { existsSync, readdirSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createS3Blobs } from '../media/s3-blobs.ts'
import { mp4, sha256 } from '../media/testing/films.ts'
import { startS3 } from '../media/testing/s3.ts'
import { addWorkspace, type PublishingServer, startPublishing } from '../schedule/testing/server.ts'
import { emptyDatabase, testDatabase } from '../testing/database.ts'
import { backUp } from './backup.ts'
import { restore } from './restore.ts'

const folder = await mkdtemp(join(tmpdir(), 'grover-restore-'))
const s3 = await startS3(join(folder, 's3'))
const incomingDir = join(folder, 'incoming')
const bucketOf = (installation: string, bucket = 'grover') =>
  createS3Blobs({ ...s3.options, bucket }, { incomingDir, installation })
const live = bucketOf('live')
const from = join(folder, 'backup')
const film = mp4()
const key = `ws1/${sha256(film)}`
let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer
const copies: Awaited<ReturnType<typeof emptyDatabase>>[] = []

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  await live.ready()
  server = await startPublishing(database, { blobs: live })
  await server.storeFile(film)
  // Nothing refers to it yet: its document is on a device that is away.
  await server.media.sweep()
  const { rows } = await sql`select 1 from blobs where unused_since is not null`.execute(database.db)
  expect(rows).toHaveLength(1)
  await backUp({ connection: { connectionString: database.url }, blobs: live, to: from, secret: null, now: Date.now() })
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  for (const copy of copies) await copy.drop()
  await s3.close()
  await rm(folder, { recursive: true, force: true })
})

async function tryRestore(name: string, bucket: string, spoil?: string) {
  const copy = await emptyDatabase()
  copies.push(copy)
  const connection = { connectionString: copy.url }
  const ask = async (text: string) => {
    const client = new pg.Client(connection)
    await client.connect()
    return await client.query(text).finally(() => client.end())
  }
  if (spoil) await ask(spoil)
  const dataDir = join(folder, name)
  const nothing = async () => {}
  const openDatabase = async () => ({ connection, close: nothing, remove: nothing })
  const work = restore({ from, dataDir, blobs: bucketOf(name, bucket), installation: name, openDatabase })
  return { work, dataDir, ask }
}

test('a copy into the bucket of the living is refused, and takes nothing from it', async () => {
  const { work, dataDir } = await tryRestore('same', 'grover')
  await expect(work).rejects.toThrow('belongs to another installation')
  expect(readdirSync(dataDir)).toEqual([])
  expect(await live.head(key)).toEqual({ bytes: film.length })
  await live.ready()
})

test('what fails leaves nothing behind, in a bucket either', async () => {
  const { work, dataDir } = await tryRestore('failed', 'spare', 'create table taken (id text)')
  await expect(work).rejects.toThrow('is not empty')
  expect(readdirSync(dataDir)).toEqual([])
  const spare = bucketOf('anybody', 'spare')
  expect(await spare.head(key)).toBeNull()
  expect(await spare.head('grover-ready')).toBeNull()
})

test('what was restored belongs to itself, and waits for the devices before it calls anything unused', async () => {
  const { work, dataDir, ask } = await tryRestore('copy', 'spare')
  await work
  expect(existsSync(dataDir)).toBe(true)
  expect((await ask('select id from installation')).rows).toEqual([{ id: 'copy' }])
  const { rows } = await ask('select unused_since from blobs')
  expect(rows).toEqual([{ unused_since: null }])
  await bucketOf('copy', 'spare').ready()
  expect(await bucketOf('copy', 'spare').head(key)).toEqual({ bytes: film.length })
})
