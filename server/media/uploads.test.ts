import { Hash, randomBytes } from 'node:crypto'
import { appendFile, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { queryObjects } from 'node:v8'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { addWorkspace, type PublishingServer, startPublishing } from '../schedule/testing/server.ts'
import { testDatabase } from '../testing/database.ts'
import { createDiskBlobs } from './disk-blobs.ts'
import { mp4, sha256 } from './testing/films.ts'
import { uploadHeaders } from './upload-headers.ts'
import { uploadsPath } from './uploads.ts'

const dayMs = 86_400_000
const dataDir = `/tmp/grover-uploads-test-${process.pid}-${randomBytes(4).toString('hex')}`
const quotaBytes = 5_000_000
let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer
let now = Date.now()
const start = () => startPublishing(database, { dataDir, quotaBytes, now: () => now })

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  for (const [id, handle] of [
    ['ws2', 'bob'],
    ['ws3', 'cleo'],
    ['ws4', 'dora'],
    ['ws5', 'emil'],
    ['ws6', 'fred'],
  ] as const)
    await addWorkspace(database, id, handle)
  server = await start()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const tus = { 'tus-resumable': '1.0.0' }
const begin = async (bytes: Buffer, type = 'video/mp4', hash = sha256(bytes)) => {
  const { 'content-type': _, ...headers } = uploadHeaders({ hash, type, bytes: bytes.length })
  const answer = await server.app.inject({ method: 'POST', url: uploadsPath, headers })
  expect(answer.statusCode, answer.body).toBe(201)
  return answer.headers.location as string
}
const send = (url: string, offset: number, part: Buffer) =>
  server.app.inject({
    method: 'PATCH',
    url,
    headers: { ...tus, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' },
    payload: part,
  })
const offsetOf = async (url: string) => {
  const { statusCode, headers } = await server.app.inject({ method: 'HEAD', url, headers: tus })
  return statusCode === 200 ? Number(headers['upload-offset']) : statusCode
}
const stagedAt = (url: string) => `${dataDir}/blobs/.incoming-uploads/${url.split('/').pop()}`
/** Resolves once so many bytes of it are on the disk. */
const hasCome = (url: string, bytes: number) =>
  vi.waitFor(async () => expect((await stat(stagedAt(url))).size).toBeGreaterThanOrEqual(bytes), 60_000)
/** A PATCH over a real line, sent bit by bit. */
async function line(url: string, bytes: number) {
  const { server: http } = server.app
  if (!http.listening) await server.app.listen({ host: '127.0.0.1', port: 0 })
  const patch = request({
    port: (http.address() as AddressInfo).port,
    path: url,
    method: 'PATCH',
    headers: {
      ...tus,
      'upload-offset': '0',
      'content-type': 'application/offset+octet-stream',
      'content-length': bytes,
    },
  })
  patch.on('error', () => {})
  return patch
}
const storedBytes = async (hash: string) => (await server.app.inject(`/api/blobs/${hash}`)).rawPayload

describe('an upload', () => {
  test('comes in parts, over a restart, and is a blob with its last byte', async () => {
    const bytes = mp4(300_000)
    const url = await begin(bytes)
    expect(url).toMatch(/^\/api\/uploads\/[0-9a-f]{32}$/)
    expect((await send(url, 0, bytes.subarray(0, 100_000))).headers['upload-offset']).toBe('100000')
    await server.close()
    server = await start()
    expect(await offsetOf(url)).toBe(100_000)
    expect((await send(url, 100_000, bytes.subarray(100_000, 200_000))).statusCode).toBe(204)
    expect((await server.app.inject(`/api/blobs/${sha256(bytes)}`)).statusCode).toBe(404)
    expect((await send(url, 200_000, bytes.subarray(200_000))).statusCode).toBe(204)
    expect((await storedBytes(sha256(bytes))).equals(bytes)).toBe(true)
    expect(await server.outcome(sha256(bytes))).toMatchObject({ state: 'stored' })
    // Should the answer have been lost: it is told again that all has come.
    expect(await offsetOf(url)).toBe(300_000)
  })

  test('whose last answer was lost with the server is taken in when it is asked about', async () => {
    const bytes = mp4(1000)
    const url = await begin(bytes)
    await send(url, 0, bytes.subarray(0, 999))
    await appendFile(stagedAt(url), bytes.subarray(999))
    expect(await offsetOf(url)).toBe(1000)
    expect((await storedBytes(sha256(bytes))).equals(bytes)).toBe(true)
  })

  test('goes on only from where it is, and never beyond what was announced', async () => {
    const bytes = mp4(1000)
    const url = await begin(bytes)
    expect((await send(url, 10, bytes)).json()).toMatchObject({ code: 'conflict' })
    expect((await send(url, 0, Buffer.concat([bytes, bytes]))).json()).toMatchObject({ code: 'too_large' })
    expect(await offsetOf(url)).toBe(0)
  })

  test('of other bytes than its hash is refused and gone', async () => {
    const bytes = mp4(1000)
    const url = await begin(bytes, 'video/mp4', 'a'.repeat(64))
    expect((await send(url, 0, bytes)).json()).toMatchObject({ code: 'hash_mismatch', message: /\.$/ })
    expect(await offsetOf(url)).toBe(404)
  })

  test('belongs to its workspace, and to those who may write there', async () => {
    const bytes = mp4(1000)
    const url = await begin(bytes)
    server.principal.workspaceId = 'ws2'
    expect(await offsetOf(url)).toBe(404)
    expect((await send(url, 0, bytes)).statusCode).toBe(404)
    expect((await server.app.inject({ method: 'DELETE', url, headers: tus })).statusCode).toBe(404)
    server.principal.workspaceId = 'ws1'
    server.principal.role = 'viewer'
    expect((await send(url, 0, bytes)).json()).toMatchObject({ code: 'not_allowed' })
    expect(await offsetOf(url)).toBe(403)
    server.principal.role = 'owner'
    expect(await offsetOf(url)).toBe(0)
  })

  test('is the one that was checked, whatever else its address says', async () => {
    const [mine, theirs] = [await begin(mp4(1000)), await begin(mp4(1000))]
    const address = `${mine}?/${theirs.split('/').pop()}`
    expect((await send(address, 0, mp4(10))).headers['upload-offset']).toBe('10')
    expect([await offsetOf(address), await offsetOf(mine), await offsetOf(theirs)]).toEqual([10, 10, 0])
    expect((await server.app.inject({ method: 'DELETE', url: address, headers: tus })).statusCode).toBe(204)
    expect([await offsetOf(mine), await offsetOf(theirs)]).toEqual([404, 0])
  })

  test('whose line is dead and looks alive is gone on with at once', async () => {
    const bytes = mp4(1_500_000)
    const url = await begin(bytes)
    const dead = await line(url, bytes.length)
    dead.write(bytes.subarray(0, 1_400_000))
    await hasCome(url, 1_000_000)
    // Nobody knows yet that no more will come: whoever waited for its end would wait for ever.
    const offset = await offsetOf(url)
    expect(offset).toBeGreaterThanOrEqual(1_000_000)
    expect((await send(url, offset, bytes.subarray(offset))).statusCode).toBe(204)
    expect((await storedBytes(sha256(bytes))).equals(bytes)).toBe(true)
    dead.destroy()
  })

  test('is given up on request', async () => {
    const url = await begin(mp4(1000))
    expect((await server.app.inject({ method: 'DELETE', url, headers: tus })).statusCode).toBe(204)
    expect(await offsetOf(url)).toBe(404)
  })

  test('that nobody goes on with is removed after a week, and not before', async () => {
    const [old, young] = [await begin(mp4(1000)), await begin(mp4(1000))]
    now += 6 * dayMs
    await send(young, 0, mp4(10))
    now += 2 * dayMs
    await server.media.sweep()
    expect([await offsetOf(old), await offsetOf(young)]).toEqual([404, 10])
    now += 8 * dayMs
    await server.media.sweep()
    expect(await readdir(`${dataDir}/blobs/.incoming-uploads`)).toEqual([])
    const { rows } = await sql`select 1 from uploads`.execute(database.db)
    expect(rows).toEqual([])
  })
})

test('what a crash left among arriving files is removed, once it is as old as an upload gets', async () => {
  const folder = `${dataDir}/blobs/.incoming-uploads`
  const [going, left] = [await begin(mp4(1000)), 'e'.repeat(32)]
  const written = async (at: number) => {
    for (const name of await readdir(folder)) await utimes(`${folder}/${name}`, new Date(at), new Date(at))
    await server.media.sweep()
    return await readdir(folder)
  }
  await writeFile(`${folder}/${left}`, 'x')
  expect(await written(now - 6 * dayMs)).toContain(left)
  expect(await written(now - 8 * dayMs)).not.toContain(left)
  expect(await offsetOf(going)).toBe(0)
  await server.app.inject({ method: 'DELETE', url: going, headers: tus })
})

test('what has arrived takes no memory any more', async () => {
  const hashes = () => queryObjects(Hash, { format: 'count' })
  const before = hashes()
  for (let n = 0; n < 5; n++) await server.storeFile(mp4(1000))
  expect(hashes() - before).toBeLessThan(5)
})

describe('by their bytes,', () => {
  const ascii = (text: string) => Buffer.concat([Buffer.from(text, 'latin1'), randomBytes(60)])
  const chunk = (brand: string) => ascii(`\0\0\0\x18ftyp${brand}\0\0\0\0${brand}`)
  const kinds: [string, string, () => Buffer][] = [
    ['MP4', 'video/mp4', () => chunk('isom')],
    ['sound in MP4', 'audio/mp4', () => chunk('M4A ')],
    ['sound in plain MP4', 'audio/mp4', () => chunk('mp42')],
    ['MOV', 'video/quicktime', () => chunk('qt  ')],
    ['WebM', 'video/webm', () => ascii('\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm')],
    ['Matroska', 'video/x-matroska', () => ascii('\x1a\x45\xdf\xa3\x9fB\x86\x81\x01B\x82\x88matroska')],
    ['MP3', 'audio/mpeg', () => ascii('ID3\x04')],
    ['MP3 without a tag', 'audio/mpeg', () => ascii('\xff\xfb\x90\x64')],
    ['AAC', 'audio/aac', () => ascii('\xff\xf1\x50\x80')],
    ['WAV', 'audio/wav', () => ascii('RIFF\x24\0\0\0WAVEfmt ')],
    ['Ogg', 'audio/ogg', () => ascii('OggS\0\x02')],
    ['FLAC', 'audio/flac', () => ascii('fLaC\0\0')],
    ['AIFF', 'audio/aiff', () => ascii('FORM\0\0\0\x20AIFFCOMM')],
    ['AVI', 'video/x-msvideo', () => ascii('RIFF\x24\0\0\0AVI LIST')],
    ['old QuickTime', 'video/quicktime', () => ascii('\0\0\0\x08wide')],
    ['a fragment of MP4', 'video/mp4', () => ascii('\0\0\0\x18styp')],
    ['captions', 'text/vtt', () => Buffer.from('\ufeffWEBVTT\n\n00:00.000 --> 00:01.000\nGrüße\n')],
    ['a playlist', 'application/vnd.apple.mpegurl', () => Buffer.from('#EXTM3U\n#EXT-X-VERSION:7\n')],
    ['peaks', 'application/json', () => Buffer.from('{"peaks":[0,1]}')],
  ]
  test.each(kinds)('%s is taken', async (_name, type, make) => {
    const bytes = make()
    const url = await begin(bytes, type)
    expect((await send(url, 0, bytes)).statusCode).toBe(204)
    const answer = await server.app.inject(`/api/blobs/${sha256(bytes)}`)
    expect(answer.headers['content-type']).toBe(type)
    expect(answer.headers).toMatchObject({ 'x-content-type-options': 'nosniff' })
  })

  const refusals: [string, string, () => Buffer][] = [
    ['text that says it is MP4', 'video/mp4', () => Buffer.from('Just some text, named film.mp4.')],
    ['a page that says it is captions', 'text/vtt', () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a film that says it is a picture', 'image/png', () => chunk('isom')],
    ['a program that says it is sound', 'audio/wav', () => ascii('RIFF\x24\0\0\0WEBP')],
    ['a HEIC picture', 'video/mp4', () => chunk('heic')],
    ['JSON that is cut off', 'application/json', () => Buffer.from('{"peaks":[0,')],
    ['captions that are no text', 'text/vtt', () => Buffer.from('WEBVTT\n\xff\xfe', 'latin1')],
  ]
  test.each(refusals)('%s is refused', async (_name, type, make) => {
    const bytes = make()
    const answer = await send(await begin(bytes, type), 0, bytes)
    expect(answer.json()).toMatchObject({ code: 'media_type_unsupported', message: /\.$/ })
    expect((await server.app.inject(`/api/blobs/${sha256(bytes)}`)).statusCode).toBe(404)
  })

  test.each(['video/\0mp4', 'video/mp4; codecs="avc1"', `video/${'x'.repeat(200)}`])(
    'the type %j is a mistake, and said to be one',
    async (type) => {
      const headers = uploadHeaders({ hash: 'a'.repeat(64), type, bytes: 1 })
      const answer = await server.app.inject({ method: 'POST', url: uploadsPath, headers })
      expect([answer.statusCode, answer.json()]).toMatchObject([400, { code: 'bad_request', message: /\.$/ }])
    },
  )

  test('a type nobody takes is refused before it is sent', async () => {
    const headers = uploadHeaders({ hash: 'a'.repeat(64), type: 'application/zip', bytes: 1 })
    const answer = await server.app.inject({ method: 'POST', url: uploadsPath, headers })
    expect(answer.json()).toMatchObject({ code: 'media_type_unsupported' })
  })
})

describe('the workspace’s room', () => {
  const space = async () => (await server.app.inject('/api/storage')).json()
  const announce = (bytes: Buffer) =>
    server.app.inject({
      method: 'POST',
      url: uploadsPath,
      headers: uploadHeaders({ hash: sha256(bytes), type: 'video/mp4', bytes: bytes.length }),
    })

  test('is told, counts what is announced, and ends with a sentence', async () => {
    const before = await space()
    expect(before).toMatchObject({ quotaBytes, incomingBytes: 0 })
    const url = await begin(mp4(3_000_000))
    expect(await space()).toEqual({ ...before, incomingBytes: 3_000_000 })
    const answer = await announce(mp4(3_000_000))
    expect(answer.statusCode).toBe(507)
    expect(answer.json()).toMatchObject({ code: 'quota_exceeded', message: /3(\.\d)? MB of 5 MB.*\.$/ })
    await server.app.inject({ method: 'DELETE', url, headers: tus })
    expect((await announce(mp4(3_000_000))).statusCode).toBe(201)
    server.principal.workspaceId = 'ws2'
    expect(await space()).toMatchObject({ usedBytes: 0, files: 0 })
    server.principal.workspaceId = 'ws1'
  })

  test('is counted once for a file that is announced again, because the answer was lost', async () => {
    const file = mp4(3_000_000)
    server.principal.workspaceId = 'ws3'
    expect((await announce(file)).statusCode).toBe(201)
    expect((await announce(file)).statusCode).toBe(201)
    expect(await space()).toMatchObject({ incomingBytes: 3_000_000 })
    // But not for ever: they could fill the disk together.
    const urls: string[] = []
    for (let n = 0; n < 4; n++) {
      now += 61_000
      urls.push(await begin(file))
    }
    expect(await Promise.all(urls.map(offsetOf))).toEqual([404, 0, 0, 0])
    server.principal.workspaceId = 'ws1'
  })

  test('is kept for an upload that is coming, however long its one request takes', async () => {
    const file = mp4(3_000_000)
    server.principal.workspaceId = 'ws5'
    const slow = await begin(file)
    const patch = await line(slow, file.length)
    const answered = new Promise<number | undefined>((resolve) =>
      patch.on('response', (answer) => resolve(answer.resume().statusCode)),
    )
    patch.write(file.subarray(0, 1_200_000))
    await hasCome(slow, 1_000_000)
    now += 61_000
    patch.write(file.subarray(1_200_000, 2_400_000))
    await hasCome(slow, 2_000_000)
    const others: string[] = []
    for (let n = 0; n < 3; n++) {
      now++
      others.push(await begin(file))
    }
    patch.end(file.subarray(2_400_000))
    expect(await answered).toBe(204)
    expect((await storedBytes(sha256(file))).equals(file)).toBe(true)
    for (const url of others) await server.app.inject({ method: 'DELETE', url, headers: tus })
    server.principal.workspaceId = 'ws1'
  })

  test('is kept for an upload that is being taken in, however long the store takes', async () => {
    const [asked, held] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const disk = createDiskBlobs(`${dataDir}/slow`)
    const put: typeof disk.put = async (key, source) => {
      asked.resolve()
      await held.promise
      return await disk.put(key, source)
    }
    const before = server
    server = await startPublishing(database, { blobs: { ...disk, put }, now: () => now })
    server.principal.workspaceId = 'ws6'
    const file = mp4(1000)
    const sending = send(await begin(file), 0, file)
    await asked.promise
    for (let n = 0; n < 4; n++) {
      now += 61_000
      await begin(file)
    }
    held.resolve()
    expect((await sending).statusCode).toBe(204)
    expect((await storedBytes(sha256(file))).equals(file)).toBe(true)
    await server.close()
    server = before
  })

  test('is not got round with the name of a file that is there', async () => {
    const file = mp4(1000)
    server.principal.workspaceId = 'ws4'
    await server.storeFile(file)
    const announced = (bytes: number) =>
      server.app.inject({
        method: 'POST',
        url: uploadsPath,
        headers: uploadHeaders({ hash: sha256(file), type: 'video/mp4', bytes }),
      })
    expect((await announced(10 ** 15)).json()).toMatchObject({ code: 'quota_exceeded' })
    expect((await announced(1000)).statusCode).toBe(201)
    server.principal.workspaceId = 'ws1'
  })

  test('is not given out twice to those who come together', async () => {
    server.principal.workspaceId = 'ws2'
    const answers = await Promise.all(Array.from({ length: 5 }, () => announce(mp4(2_000_000))))
    server.principal.workspaceId = 'ws1'
    expect(answers.filter(({ statusCode }) => statusCode === 201)).toHaveLength(2)
  })
})
