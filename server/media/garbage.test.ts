import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { sql } from 'kysely'
import sharp from 'sharp'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Version } from '../../shared/collections/versions.ts'
import { newId } from '../../shared/domain/id.ts'
import { bodyFromJson, packBody } from '../../shared/domain/richtext/index.ts'
import {
  addWorkspace,
  noPlan,
  type PublishingServer,
  publishNow,
  samplePost,
  startPublishing,
} from '../schedule/testing/server.ts'
import { testDatabase } from '../testing/database.ts'
import type { BlobStore } from './blob-store.ts'
import { createDiskBlobs } from './disk-blobs.ts'
import { film, mp4, sha256, variant } from './testing/films.ts'
import { uploadHeaders } from './upload-headers.ts'
import { uploadsPath } from './uploads.ts'

const dayMs = 86_400_000
const dataDir = `/tmp/grover-garbage-test-${process.pid}-${randomBytes(4).toString('hex')}`
const blobs = createDiskBlobs(`${dataDir}/blobs`)
let beforeDelete = async () => {}
let beforePut = async (_key: string) => {}
const watched: BlobStore = {
  ...blobs,
  async put(key, source) {
    await beforePut(key)
    return await blobs.put(key, source)
  },
  async delete(key) {
    await beforeDelete()
    await blobs.delete(key)
  },
}
let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer
let now = Date.parse('2026-03-01T00:00:00.000Z')

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  await addWorkspace(database, 'ws2', 'bob')
  server = await startPublishing(database, { dataDir, now: () => now, blobs: watched })
  await server.publishing.start()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

let shade = 0
const picture = () =>
  sharp({ create: { width: 400, height: 300, channels: 3, background: { r: shade++, g: 9, b: 9 } } })
    .png()
    .toBuffer()
const isThere = async (hash: string) => (await server.app.inject(`/api/blobs/${hash}`)).statusCode === 200
/** Time passes, with the hourly look as often as it matters. */
async function pass(days: number) {
  await server.media.sweep()
  now += days * dayMs
  return await server.media.sweep()
}
const imageBody = (hash: string) => ({
  type: 'doc',
  content: [{ type: 'image', attrs: { hash, alt: '', width: 4, height: 3, caption: '' } }],
})

test('what nobody refers to is removed after the grace, with its small copies and its outcome', async () => {
  const bytes = await picture()
  const hash = await server.storeFile(bytes)
  const post = await server.save(samplePost({ cover: hash, images: [hash], plan: publishNow() }))
  await server.publishing.publishDue()
  const url = `/media/ws1/${hash}?w=320`
  expect((await server.app.inject(url)).statusCode).toBe(200)
  await pass(60)
  expect(await isThere(hash)).toBe(true)
  await server.save(post, { cover: '', images: [], release: newId() })
  await pass(6)
  expect(await isThere(hash)).toBe(true)
  // Its revision showed it: nothing that was ever public loses its pictures before the post is gone.
  await sql`delete from post_revisions where post_id = ${post.id}`.execute(database.db)
  await pass(8)
  expect(await isThere(hash)).toBe(false)
  expect(await server.outcome(hash)).toBeNull()
  expect(await blobs.head(`ws1/${hash}.320.webp`)).toBeNull()
  // It can come again.
  await server.storeFile(bytes)
  expect(await server.outcome(hash)).toMatchObject({ state: 'stored' })
})

test('what is referred to stays, by whatever it is', async () => {
  const files = await Promise.all(Array.from({ length: 8 }, picture))
  const hashes = await Promise.all(files.map((file) => server.storeFile(file)))
  const [inDraft, inText, asCover, inVersion, versionCover, avatar, inLibrary, unused] = hashes as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  await server.save(samplePost({ images: [inDraft], plan: noPlan() }))
  // A device that forgot to name what its text shows.
  await server.save(samplePost({ body: bodyFromJson(imageBody(inText)), plan: noPlan() }))
  await server.save(samplePost({ cover: asCover, plan: noPlan() }))
  const version: Version = {
    id: newId(),
    postId: 'p',
    at: new Date(now).toISOString(),
    device: '',
    why: 'edited',
    title: '',
    summary: '',
    slug: '',
    tags: [],
    visibility: 'public',
    cover: versionCover,
    words: 0,
    body: await packBody(imageBody(inVersion)),
  }
  await server.push('versions', [version])
  const profile = { name: '', bio: '', accentHue: 0, theme: 'plain', avatar, cover: '', language: 'en' }
  await server.push('settings', [{ id: 'profile', profile, updatedAt: '' }])
  await server.push('media', [film(inLibrary, [], { kind: 'image' })])
  await pass(30)
  const kept = [inDraft, inText, asCover, inVersion, versionCover, avatar, inLibrary]
  for (const hash of kept) expect(await isThere(hash), String(hashes.indexOf(hash))).toBe(true)
  expect(await isThere(unused)).toBe(false)
})

test('what a merge set aside keeps its pictures, so that it can be taken back', async () => {
  const [cover, inBody, unused] = (await Promise.all(
    [await picture(), await picture(), await picture()].map((file) => server.storeFile(file)),
  )) as [string, string, string]
  const aside = (id: string, field: string, value: unknown): Lost => ({
    id: id.repeat(64),
    source: 'posts',
    documentId: 'p1',
    title: 'A post',
    field,
    value,
    writtenAt: '',
    mergedBy: '',
    wasItsOwn: true,
    at: new Date(now).toISOString(),
  })
  const [one, other] = [aside('a', 'cover', cover), aside('b', 'body', bodyFromJson(imageBody(inBody)))]
  expect(await server.push('lost', [one, other])).toMatchObject({ refused: [] })
  // Of any field: these show nothing, and stand in nobody's way.
  const others = [aside('c', 'cover', null), aside('d', 'words', 5), aside('e', 'plan', { local: '' })]
  expect(await server.push('lost', others)).toMatchObject({ refused: [] })
  await pass(30)
  expect(await Promise.all([cover, inBody, unused].map(isThere))).toEqual([true, true, false])
  await server.push('lost', [
    { ...one, _deleted: true },
    { ...other, _deleted: true },
  ])
  await pass(8)
  expect(await Promise.all([cover, inBody].map(isThere))).toEqual([false, false])
})

test('the trash keeps its files for 30 days, a deleted document for the grace', async () => {
  const [original, made, poster] = [mp4(), mp4(), await picture()]
  const ids = await Promise.all([original, made, poster].map((file) => server.storeFile(file)))
  const doc = film(sha256(original), [variant('mp4', 'mp4', made), variant('poster', 'poster', poster)])
  const there = async () => Promise.all(ids.map(isThere))
  await server.push('media', [doc])
  await pass(50)
  expect(await there()).toEqual([true, true, true])
  await server.push('media', [{ ...doc, trashed: new Date(now).toISOString() }])
  await pass(29)
  await pass(6)
  expect(await there()).toEqual([true, true, true])
  await server.push('media', [{ ...doc, trashed: '' }])
  await pass(20)
  expect(await there()).toEqual([true, true, true])
  await server.push('media', [{ ...doc, trashed: '', _deleted: true }])
  await pass(6)
  expect(await there()).toEqual([true, true, true])
  await pass(2)
  expect(await there()).toEqual([false, false, false])
})

test('a document that comes at last saves what came long before it', async () => {
  const file = mp4()
  const hash = await server.storeFile(file)
  await pass(6)
  await server.push('media', [film(hash, [])])
  await pass(30)
  expect(await isThere(hash)).toBe(true)
})

test('what is being sent again is not removed meanwhile', async () => {
  const file = mp4()
  const hash = await server.storeFile(file)
  await pass(5)
  const { 'content-type': _, ...headers } = uploadHeaders({ hash, type: 'video/mp4', bytes: file.length })
  await server.app.inject({ method: 'POST', url: uploadsPath, headers })
  await pass(3)
  expect(await isThere(hash)).toBe(true)
})

test('a document pushed while the look is under way is not overtaken', async () => {
  const hash = await server.storeFile(mp4())
  await server.media.sweep()
  now += 8 * dayMs
  await Promise.all([server.media.sweep(), server.push('media', [film(hash, [])])])
  const { rows } = await sql`
    select 1 from documents d where d.id = ${hash} and d.collection = 'outcomes' and not d.deleted`.execute(database.db)
  // Whichever came first: what devices are told is what is there.
  expect(await isThere(hash)).toBe(rows.length === 1)
})

/** A trigger of ours that refuses what SQL says. */
async function forbid(when: string, table: string, condition: string): Promise<() => Promise<unknown>> {
  await sql
    .raw(`create function forbid() returns trigger language plpgsql as
      $$ begin if ${condition} then raise exception 'not now'; end if; return coalesce(new, old); end $$`)
    .execute(database.db)
  await sql.raw(`create trigger forbid ${when} on ${table} for each row execute function forbid()`).execute(database.db)
  return () => sql.raw('drop function forbid cascade').execute(database.db)
}
afterEach(() => {
  beforeDelete = async () => {}
  beforePut = async () => {}
})

test('bytes that are slow to remove hold up nobody, and what cannot be removed is tried again', async () => {
  const hash = await server.storeFile(mp4())
  const there = async () => (await blobs.head(`ws1/${hash}`)) !== null
  await server.media.sweep()
  now += 8 * dayMs
  const held = Promise.withResolvers<void>()
  beforeDelete = () => held.promise
  const sweep = server.media.sweep()
  await vi.waitFor(async () => expect(await server.outcome(hash)).toBeNull(), 10_000)
  await server.save(samplePost({ plan: noPlan() }))
  await server.storeFile(mp4())
  expect(await there()).toBe(true)
  held.reject(new Error('the bucket is away'))
  await sweep
  expect(await there()).toBe(true)
  beforeDelete = async () => {}
  await server.media.sweep()
  expect(await there()).toBe(false)
})

test('a small copy that is made while its original goes does not stay behind', async () => {
  const hash = await server.storeFile(await picture())
  await server.media.sweep()
  now += 8 * dayMs
  const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  beforePut = async (key) => {
    if (!key.endsWith('.640.webp')) return
    asked.resolve()
    await held.promise
  }
  const small = server.app.inject(`${server.media.signMedia('ws1', hash, { ttl: dayMs })}&w=640`)
  await asked.promise
  await server.media.sweep()
  expect(await blobs.head(`ws1/${hash}`)).toBeNull()
  held.resolve()
  expect((await small).statusCode).toBe(404)
  expect(await blobs.head(`ws1/${hash}.640.webp`)).toBeNull()
})

test('bytes that came and could not be recorded are removed, unless they come again', async () => {
  const [lost, again] = [mp4(), mp4()]
  const allow = await forbid('before insert', 'blobs', 'true')
  for (const file of [lost, again]) await expect(server.storeFile(file)).rejects.toThrow('500')
  await allow()
  const there = () => Promise.all([lost, again].map(async (file) => (await blobs.head(`ws1/${sha256(file)}`)) !== null))
  await server.media.sweep()
  expect(await there()).toEqual([true, true])
  await server.storeFile(again)
  now += 2 * dayMs
  await server.media.sweep()
  expect(await there()).toEqual([false, true])
})

test('files of a workspace that is gone go too', async () => {
  await addWorkspace(database, 'going', 'gone')
  server.principal.workspaceId = 'going'
  const hash = await server.storeFile(mp4())
  server.principal.workspaceId = 'ws1'
  await sql`delete from workspaces where id = 'going'`.execute(database.db)
  await server.media.sweep()
  expect(await blobs.head(`going/${hash}`)).toBeNull()
})

test('the trouble of one workspace, or of uploads, is not that of the others', async () => {
  const files: string[] = []
  for (const id of ['ws1', 'ws2']) {
    server.principal.workspaceId = id
    files.push(`${id}/${await server.storeFile(mp4())}`)
  }
  server.principal.workspaceId = 'ws1'
  await server.media.sweep()
  now += 8 * dayMs
  const there = () => Promise.all(files.map(async (key) => (await blobs.head(key)) !== null))
  for (const [ill, well] of [
    ['ws1', 'ws2'],
    ['ws2', 'ws1'],
  ]) {
    const allow = await forbid('before delete', 'blobs', `old.workspace_id = '${ill}'`)
    await server.media.sweep()
    await allow()
    expect(await there(), well).toEqual(ill === 'ws1' ? [true, false] : [false, false])
  }
  const hash = await server.storeFile(mp4())
  const headers = uploadHeaders({ hash: 'f'.repeat(64), type: 'video/mp4', bytes: 10 })
  await server.app.inject({ method: 'POST', url: uploadsPath, headers })
  await server.media.sweep()
  now += 8 * dayMs
  const allow = await forbid('before delete', 'uploads', 'true')
  await server.media.sweep()
  await allow()
  expect(await isThere(hash)).toBe(false)
})
