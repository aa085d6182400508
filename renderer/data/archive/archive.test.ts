import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createArchive } from '../../../main/services/archive.ts'
import { createBlobs, type FetchBlob } from '../../../main/services/blobs.ts'
import { createZipWriter } from '../../../main/services/zip-writer.ts'
import { temporaryFolder } from '../../../main/testing/folder.ts'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { newMedia } from '../../../shared/collections/media.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import { bodyFromJson } from '../../../shared/domain/richtext/index.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, openDevice } from '../testing/devices.ts'
import { exportAll } from './export.ts'
import { importArchive } from './import.ts'
import { openZip } from './zip-reader.ts'

let server: TestServer
const opened: OpenedStudio[] = []
beforeEach(async () => {
  server = await startTestServer()
  for (const id of ['w', 'other']) await server.addWorkspace(id)
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((studio) => studio.close()))
  await server.close()
})

async function device(workspaceId = 'w', fetchBlob: FetchBlob = async () => undefined) {
  const { studio, host: device } = await openDevice({ url: server.url, token: server.signIn(workspaceId), workspaceId })
  opened.push(studio)
  const home = temporaryFolder()
  const blobs = createBlobs({ folder: join(home, 'blobs'), fetchBlob })
  const archive = createArchive({ folder: () => join(home, 'out'), blobs })
  const keep = ({ hash, data }: { hash: string; data: Blob }) => blobs.keep(hash, data)
  const host = { archive, blobs: { ...(device.blobs as object), keep } } as unknown as HostClient
  const signal = new AbortController().signal
  return {
    studio,
    blobs,
    home,
    /** Hashes that were named to be sent. */
    named: device.named,
    save: async (wish: { signal?: AbortSignal; onProgress?(): void } = {}) =>
      exportAll({
        db: await studio.wholeDb(),
        host,
        workspaceId,
        name: 'mine',
        now: Date.now,
        signal,
        onProgress: () => {},
        ...wish,
      }),
    load: async (file: Blob) => importArchive({ db: await studio.wholeDb(), host, file, signal, onProgress: () => {} }),
    post: async (id: string) => (await studio.db.posts.findOne(id).exec())?.toMutableJSON() as Post | undefined,
  }
}
const body = (...lines: string[]) =>
  bodyFromJson({
    type: 'doc',
    content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
  })
const fileAt = (path: string) => new Blob([readFileSync(path)])
const picture = async () =>
  new Blob([
    await sharp({ create: { width: 8, height: 6, channels: 3, background: '#284' } })
      .png()
      .toBuffer(),
  ])

async function zipOf(files: Record<string, unknown>): Promise<Blob> {
  const parts: Uint8Array[] = []
  const zip = createZipWriter(async (bytes) => void parts.push(bytes))
  for (const [path, content] of Object.entries(files))
    await zip.add(path, Buffer.from(typeof content === 'string' ? content : JSON.stringify(content)))
  await zip.finish()
  return new Blob(parts as BlobPart[])
}
const manifest = {
  format: 'grover-archive',
  version: 1,
  exportedAt: '2026-01-01T00:00:00.000Z',
  workspaceId: 'w',
  schemas: { posts: 0 },
}

test('everything of one studio, pictures too, is brought into an empty one; nothing is published by it', async () => {
  const a = await device()
  const { hash, bytes, type, width, height } = await a.blobs.importImage('pan.png', await picture())
  const createdAt = '2026-03-29T08:00:00.000Z'
  const facts = { kind: 'image', type, bytes, width, height, durationMs: 0 } as const
  await a.studio.db.media.insert(newMedia({ id: hash, name: 'pan.png', ...facts }, createdAt))
  const planned = await a.studio.posts.create({ title: 'Salt, weighed', tags: ['salt'], body: body('Weigh *it*.') })
  await a.studio.posts.patch(planned, { text: 'Weigh *it*.', words: 2, cover: hash })
  await a.studio.posts.schedule(planned, { local: '2031-05-01T09:00:00', zone: 'Europe/Berlin' })
  await a.studio.settings.patch('profile', { bio: 'By the sea' })
  const done = await a.save()
  expect(done).toMatchObject({ pictures: 1, path: join(a.home, 'out', 'mine.zip') })

  const zip = await openZip(fileAt(done.path))
  const readable = zip.entries.find(({ path }) => path.startsWith('posts/'))!.path
  expect(readable).toMatch(/^posts\/\d{4}-\d\d-\d\d-salt-weighed\.md$/)
  const markdown = new TextDecoder().decode(await zip.read(readable, 10_000))
  expect(markdown).toContain('title: "Salt, weighed"\n')
  expect(markdown).toContain('tags: ["salt"]\n')
  expect(markdown).toContain('planned: "2031-05-01T09:00:00"\nzone: "Europe/Berlin"\n')
  expect(markdown).toMatch(/\n---\n\nWeigh \\\*it\\\*\.\n$/)

  const b = await device('other')
  const result = await b.load(fileAt(done.path))
  // Two posts, a picture, and the version that planning one of them made.
  expect(result).toEqual({ added: 4, merged: 0, same: 0, setAside: 0, pictures: 1, refused: [] })
  expect(b.named).toContain(hash)
  expect(await b.post(planned)).toMatchObject({ title: 'Salt, weighed', cover: hash, plan: { mode: 'draft', at: '' } })
  expect((await b.blobs.readLocal(hash))?.bytes.length).toBe(bytes)
  expect((await b.studio.settings.get('profile')).bio).toBe('By the sea')
  await inSync(b.studio)
  expect(await b.load(fileAt(done.path))).toMatchObject({ added: 0, merged: 0, same: 4, setAside: 0 })
})

test('pictures that were never looked at here are fetched, and those that nobody has are counted', async () => {
  const bytes = new Uint8Array(await (await picture()).arrayBuffer())
  const hash = createHash('sha256').update(bytes).digest('hex')
  const a = await device('w', async (asked) => (asked === hash ? bytes : undefined))
  const facts = { kind: 'image', type: 'image/png', bytes: 1, width: 8, height: 6, durationMs: 0 } as const
  for (const id of [hash, 'f'.repeat(64)])
    await a.studio.db.media.insert(newMedia({ id, name: 'sea.png', ...facts }, '2026-03-29T08:00:00.000Z'))
  const done = await a.save()
  expect(done).toMatchObject({ pictures: 1, missing: 1 })
  expect((await openZip(fileAt(done.path))).has(`media/${hash}.png`)).toBe(true)
})

test('an export can be read again whatever a post from elsewhere has for an address or a day', async () => {
  const a = await device()
  const good = (await a.post(await a.studio.posts.create({ title: 'Good' })))!
  await a.studio.db.posts.bulkInsert([
    { ...good, id: 'colon', slug: 'a:b\\c' },
    { ...good, id: 'day', title: 'Day', createdAt: '../../up' },
  ])
  const { path } = await a.save()
  expect((await openZip(fileAt(path))).entries.map((each) => each.path)).toEqual(
    expect.arrayContaining([expect.stringMatching(/^posts\/[\d-]{10}-a-b-c\.md$/), 'posts/undated-day.md']),
  )
  expect(await (await device('other')).load(fileAt(path))).toMatchObject({
    added: 2,
    refused: [{ path: 'documents/posts/day.json', code: 'document_invalid' }],
  })
})

test('what is here is merged, never overwritten: the text of both, the later value, and the other one set aside', async () => {
  const a = await device()
  const id = await a.studio.posts.create({ title: 'Then', tags: ['old'], body: body('Both have this.') })
  const { path } = await a.save()
  await a.studio.posts.patch(id, { title: 'Now', summary: 'New here', tags: ['new'] })
  await a.studio.posts.schedule(id, { local: '2031-05-01T09:00:00', zone: 'Europe/Berlin' })
  const { plan } = (await a.post(id))!
  expect(await a.load(fileAt(path))).toMatchObject({ added: 0, merged: 1, setAside: 1, refused: [] })
  expect(await a.post(id)).toMatchObject({ title: 'Now', summary: 'New here', tags: ['new', 'old'], plan })
  expect((await a.studio.db.lost.find().exec()).map(({ field, value }) => [field, value])).toEqual([['title', 'Then']])
  // Once more changes nothing.
  expect(await a.load(fileAt(path))).toMatchObject({ merged: 0, setAside: 0 })
})

test('one bad file is named and the rest is taken in; what is no archive, or a newer one, is refused whole', async () => {
  const a = await device()
  const id = await a.studio.posts.create({ title: 'Good' })
  const good = (await a.post(id))!
  await a.studio.posts.remove(id)
  const files = {
    'grover.json': manifest,
    [`documents/posts/${id}.json`]: good,
    'documents/posts/broken.json': '{"id": "bro',
    'documents/posts/stranger.json': { id: 'stranger', title: 1 },
    'documents/posts/renamed.json': good,
    'documents/posts/untimely.json': { ...good, id: 'untimely', updatedAt: 'x' },
    'documents/outcomes/x.json': { id: 'x' },
    [`media/${'a'.repeat(64)}.png`]: 'no picture',
    'posts/readable.md': 'for people',
  }
  const { refused, ...counts } = await a.load(await zipOf(files))
  expect(counts).toEqual({ added: 1, merged: 0, same: 0, setAside: 0, pictures: 0 })
  expect(refused.map(({ path, code }) => [path.split('/').at(-1)!.slice(0, 8), code])).toEqual([
    ['broken.j', 'document_invalid'],
    ['stranger', 'document_invalid'],
    ['renamed.', 'document_invalid'],
    ['untimely', 'document_invalid'],
    ['aaaaaaaa', 'hash_mismatch'],
  ])
  const code = async (file: Blob) =>
    a.load(file).then(
      () => 'fine',
      (error: { code: string }) => error.code,
    )
  expect(await code(await zipOf({ 'x.txt': 'x' }))).toBe('archive_invalid')
  expect(await code(await zipOf({ 'grover.json': 'no JSON' }))).toBe('archive_invalid')
  expect(await code(await zipOf({ 'grover.json': { ...manifest, version: 2 } }))).toBe('archive_version')
  expect(await code(await zipOf({ 'grover.json': { ...manifest, schemas: { posts: 9 } } }))).toBe('archive_version')
  expect(await code(await zipOf({ 'grover.json': manifest, '../../evil.json': 'x' }))).toBe('archive_unsafe')
})

test('an export that is cancelled leaves nothing behind', async () => {
  const a = await device()
  await a.studio.posts.create({ title: 'One' })
  const stop = new AbortController()
  await expect(a.save({ signal: stop.signal, onProgress: () => stop.abort() })).rejects.toThrow()
  expect(existsSync(join(a.home, 'out')) ? readdirSync(join(a.home, 'out')) : []).toEqual([])
})
