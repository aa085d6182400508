import { existsSync, readdirSync } from 'node:fs'
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import pg from 'pg'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { migrations } from '../database/migrations.ts'
import type { BlobStore } from '../media/blob-store.ts'
import { createS3Blobs } from '../media/s3-blobs.ts'
import { mp4, sha256 } from '../media/testing/films.ts'
import { startS3 } from '../media/testing/s3.ts'
import { addWorkspace, type PublishingServer, startPublishing } from '../schedule/testing/server.ts'
import { emptyDatabase, testDatabase } from '../testing/database.ts'
import { backUp } from './backup.ts'
import { type Manifest, manifestFile } from './manifest.ts'
import { restore } from './restore.ts'

const folder = await mkdtemp(join(tmpdir(), 'grover-restore-'))
const s3 = await startS3(join(folder, 's3'), 'left', 'older')
const incomingDir = join(folder, 'incoming')
const bucketOf = (installation: string, bucket = 'grover') =>
  createS3Blobs({ ...s3.options, bucket }, { incomingDir, installation })
const live = bucketOf('live')
const spare = bucketOf('anybody', 'spare')
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

/** A copy of the backup with another manifest. */
async function changed(name: string, change: (manifest: Manifest) => void): Promise<string> {
  const copy = join(folder, `backup-${name}`)
  await cp(from, copy, { recursive: true })
  const manifest = JSON.parse(await readFile(join(copy, manifestFile), 'utf8')) as Manifest
  change(manifest)
  await writeFile(join(copy, manifestFile), JSON.stringify(manifest))
  return copy
}
const ofWrongLength = (name: string) =>
  changed(name, ({ tables }) => tables.find((table) => table.name === 'blobs')!.rows++)

type Target = { spoil?: string; backup?: string; change?: (blobs: BlobStore) => BlobStore }

async function tryRestore(
  name: string,
  bucket: string,
  { spoil, backup = from, change = (same) => same }: Target = {},
) {
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
  const blobs = change(bucketOf(name, bucket))
  const work = restore({ from: backup, dataDir, blobs, installation: name, openDatabase })
  return { work, dataDir, ask }
}

test('a copy into the bucket of the living is refused, and takes nothing from it', async () => {
  const { work, dataDir } = await tryRestore('same', 'grover')
  await expect(work).rejects.toThrow('belongs to another installation')
  expect(readdirSync(dataDir)).toEqual([])
  expect(await live.head(key)).toEqual({ bytes: film.length })
  await live.ready()
})

test('a database that is not empty is refused before anything is copied', async () => {
  const put = vi.fn()
  const spoil = 'create table taken (id text)'
  const { work, dataDir } = await tryRestore('filled', 'spare', { spoil, change: (blobs) => ({ ...blobs, put }) })
  await expect(work).rejects.toThrow('is not empty')
  expect(put).not.toHaveBeenCalled()
  expect(readdirSync(dataDir)).toEqual([])
})

test('what fails leaves nothing behind, in a bucket either', async () => {
  const { work, dataDir } = await tryRestore('failed', 'spare', { backup: await ofWrongLength('failed') })
  await expect(work).rejects.toThrow('The backup is damaged: blobs has 1 rows and not 2.')
  expect(readdirSync(dataDir)).toEqual([])
  expect(await spare.head(key)).toBeNull()
  expect(await spare.head('grover-ready')).toBeNull()
})

test('what fails leaves what was in the bucket before it', async () => {
  await spare.put(key, film)
  const { work } = await tryRestore('again', 'spare', { backup: await ofWrongLength('again') })
  await expect(work).rejects.toThrow('The backup is damaged')
  expect(await spare.head(key)).toEqual({ bytes: film.length })
  expect(await spare.head('grover-ready')).toBeNull()
  await spare.delete(key)
})

test('what cannot be removed does not hide why the restore failed', async () => {
  const away = async () => {
    throw new Error('the bucket is away')
  }
  const change = (blobs: BlobStore) => ({ ...blobs, delete: away })
  const { work, dataDir } = await tryRestore('away', 'left', { backup: await ofWrongLength('away'), change })
  await expect(work).rejects.toThrow('The backup is damaged')
  expect(readdirSync(dataDir)).toEqual([])
})

test('a bucket that was claimed and then cannot be used is free again', async () => {
  const change = (blobs: BlobStore) => ({
    ...blobs,
    async ready() {
      await blobs.ready()
      throw new Error('the folder cannot be written to')
    },
  })
  await expect((await tryRestore('claimed', 'spare', { change })).work).rejects.toThrow('the folder cannot')
  expect(await spare.head('grover-ready')).toBeNull()
})

test('a backup of an older Grover is brought up to date', async () => {
  const backup = await changed('older', (manifest) => {
    const later = ['0303-loose-files', '0304-installation']
    manifest.migrations = manifest.migrations.filter((id) => !later.includes(id))
  })
  const { work, ask } = await tryRestore('older', 'older', { backup })
  await work
  expect((await ask('select id from installation')).rows).toEqual([{ id: 'older' }])
  expect((await ask('select id from migrations order by id')).rows.map(({ id }) => id)).toEqual(
    migrations.map(({ id }) => id).sort(),
  )
  expect((await ask('select hash from blobs')).rows).toEqual([{ hash: sha256(film) }])
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
