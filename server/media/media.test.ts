import { createHash, randomBytes } from 'node:crypto'
import { readdir } from 'node:fs/promises'
import { crc32 } from 'node:zlib'
import { sql } from 'kysely'
import sharp, { type Sharp } from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sniffType } from '../../shared/domain/media-type.ts'
import {
  addWorkspace,
  type PublishingServer,
  publishNow,
  samplePost,
  startPublishing,
  workspaceId,
} from '../schedule/testing/server.ts'
import { testDatabase } from '../testing/database.ts'
import { hasExifLocation } from './exif-location.ts'
import { maxImageBytes } from './image-check.ts'
import { uploadHeaders } from './upload-headers.ts'
import { uploadsPath } from './uploads.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer
const dataDir = `/tmp/grover-media-test-${process.pid}-${randomBytes(4).toString('hex')}`

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  server = await startPublishing(database, { dataDir })
  await server.publishing.start()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await (await import('node:fs/promises')).rm(dataDir, { recursive: true, force: true })
})

const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex')
/** Sends a file whole, in one request. */
const put = (bytes: Buffer, type = sniffType(bytes) ?? 'image/png', hash = sha256(bytes)) =>
  server.app.inject({
    method: 'POST',
    url: uploadsPath,
    headers: uploadHeaders({ hash, type, bytes: bytes.length }),
    payload: bytes,
  })
let shade = 0
const canvas = (width = 800, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: { r: shade++ % 256, g: 80, b: 160 } } })
const withGps = (image: Sharp) =>
  image.withExif({ IFD0: { Copyright: 'me' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 30/1 0/1' } })

/** The PNG with another size in its header, and the check sum that goes with it. */
function claimSize(png: Buffer, side: number): Buffer {
  const bomb = Buffer.from(png)
  bomb.writeUInt32BE(side, 16)
  bomb.writeUInt32BE(side, 20)
  bomb.writeUInt32BE(crc32(bomb.subarray(12, 29)), 29)
  return bomb
}

describe('storing a picture', () => {
  test.each(['png', 'jpeg', 'webp', 'gif', 'avif'] as const)('%s is taken, measured and given back', async (format) => {
    const bytes = await canvas(64, 48).toFormat(format).toBuffer()
    const answer = await put(bytes)
    expect(answer.statusCode).toBe(201)
    expect(answer.json()).toEqual({
      hash: sha256(bytes),
      type: `image/${format}`,
      bytes: bytes.length,
      width: 64,
      height: 48,
    })
    const back = await server.app.inject(`/api/blobs/${sha256(bytes)}`)
    expect(back.rawPayload.equals(bytes)).toBe(true)
    expect(back.headers).toMatchObject({ 'content-type': `image/${format}`, 'x-content-type-options': 'nosniff' })
    const head = await server.app.inject({ method: 'HEAD', url: `/api/blobs/${sha256(bytes)}` })
    expect([head.statusCode, head.headers['content-length']]).toEqual([200, String(bytes.length)])
    expect(await server.outcome(sha256(bytes))).toMatchObject({ kind: 'media', state: 'stored' })
  })

  test('again is harmless', async () => {
    const bytes = await canvas().png().toBuffer()
    for (const _ of [1, 2]) expect((await put(bytes)).statusCode).toBe(201)
  })

  test('twenty at once of the same is one picture', async () => {
    const bytes = await canvas().png().toBuffer()
    const codes = await Promise.all(Array.from({ length: 20 }, () => put(bytes).then((answer) => answer.statusCode)))
    expect(codes.every((code) => code === 201)).toBe(true)
    const { rows } = await sql`select 1 from blobs where hash = ${sha256(bytes)}`.execute(database.db)
    expect(rows).toHaveLength(1)
  })

  test('a picture on its side is measured as it is seen', async () => {
    const bytes = await canvas(80, 60).withMetadata({ orientation: 6 }).jpeg().toBuffer()
    expect((await put(bytes)).json()).toMatchObject({ width: 60, height: 80 })
  })

  test('what is not there is not found', async () => {
    for (const method of ['GET', 'HEAD'] as const) {
      expect((await server.app.inject({ method, url: `/api/blobs/${'0'.repeat(64)}` })).statusCode).toBe(404)
    }
  })
})

describe('is refused by name:', () => {
  const refusals: [string, number, string, () => Promise<Buffer>][] = [
    ['an SVG', 415, 'media_type_unsupported', async () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"/>')],
    ['a page', 415, 'media_type_unsupported', async () => Buffer.from('<!doctype html><script>alert(1)</script>')],
    ['a TIFF', 415, 'media_type_unsupported', () => canvas(8, 8).tiff().toBuffer()],
    ['nothing at all', 415, 'media_type_unsupported', async () => Buffer.alloc(0)],
    [
      'a header and rubbish',
      422,
      'image_invalid',
      async () => Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), randomBytes(200)]),
    ],
    [
      'half a JPEG',
      422,
      'image_invalid',
      async () => {
        const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
          .jpeg()
          .toBuffer()
        return whole.subarray(0, whole.length / 2)
      },
    ],
    [
      'half a PNG',
      422,
      'image_invalid',
      async () => {
        const whole = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
          .png()
          .toBuffer()
        return whole.subarray(0, whole.length / 2)
      },
    ],
    ['a decompression bomb', 422, 'image_invalid', async () => claimSize(await canvas(8, 8).png().toBuffer(), 10_000)],
    [
      'a picture of absurd measures',
      422,
      'image_invalid',
      async () => claimSize(await canvas(8, 8).png().toBuffer(), 2 ** 30),
    ],
    ['a JPEG with a place', 422, 'image_has_location', () => withGps(canvas(20, 20)).jpeg().toBuffer()],
    ['a PNG with a place', 422, 'image_has_location', () => withGps(canvas(20, 20)).png().toBuffer()],
    ['a WebP with a place', 422, 'image_has_location', () => withGps(canvas(20, 20)).webp().toBuffer()],
    [
      'a JPEG with a place in its XMP',
      422,
      'image_has_location',
      () =>
        canvas(20, 20)
          .withXmp('<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf exif:GPSLatitude="52,30N"/></x:xmpmeta>')
          .jpeg()
          .toBuffer(),
    ],
  ]
  test.each(refusals)('%s', async (_name, status, code, make) => {
    const bytes = await make()
    const answer = await put(bytes)
    expect(answer.json()).toMatchObject({ code, error: true })
    expect(answer.statusCode).toBe(status)
    expect((await server.app.inject(`/api/blobs/${sha256(bytes)}`)).statusCode).toBe(404)
  })

  test('bytes other than those the hash names', async () => {
    const bytes = await canvas().png().toBuffer()
    expect((await put(bytes, 'image/png', 'a'.repeat(64))).json()).toMatchObject({ code: 'hash_mismatch' })
  })

  test('a hash that is none', async () => {
    for (const hash of ['abc', '../../etc', 'A'.repeat(64)])
      expect((await put(Buffer.from('x'), 'image/png', hash)).json()).toMatchObject({ code: 'bad_request' })
  })

  test('a picture of more than 25 MB, before it is sent', async () => {
    const headers = uploadHeaders({ hash: 'b'.repeat(64), type: 'image/png', bytes: maxImageBytes + 1 })
    const answer = await server.app.inject({ method: 'POST', url: uploadsPath, headers })
    expect([answer.statusCode, answer.json().code]).toEqual([413, 'too_large'])
  })

  test('and the sender over a real connection reads why', async () => {
    const url = await server.app.listen({ port: 0, host: '127.0.0.1' })
    for (const [bytes, code] of [
      [Buffer.alloc(maxImageBytes * 2), 'too_large'],
      [Buffer.alloc(5_000_000, 'x'), 'media_type_unsupported'],
    ] as const) {
      const headers = uploadHeaders({ hash: sha256(bytes), type: 'image/png', bytes: bytes.length })
      const answer = await fetch(url + uploadsPath, { method: 'POST', headers, body: bytes })
      expect(await answer.json()).toMatchObject({ code })
    }
  })

  test('anything from a viewer', async () => {
    server.principal.role = 'viewer'
    try {
      expect((await put(await canvas().png().toBuffer())).json()).toMatchObject({ code: 'not_allowed' })
    } finally {
      server.principal.role = 'owner'
    }
  })

  test('nothing of it is left on the disk', async () => {
    expect(await readdir(`${dataDir}/blobs/.incoming-uploads`)).toEqual([])
    const { rows } = await sql`select 1 from uploads where not finished`.execute(database.db)
    expect(rows).toEqual([])
  })
})

describe('a public picture', () => {
  const show = async (bytes: Buffer, visibility: 'public' | 'members' = 'public') => {
    const hash = await server.storeFile(bytes)
    const post = await server.save(samplePost({ cover: hash, images: [hash], visibility, plan: publishNow() }))
    await server.publishing.publishDue()
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
    return { hash, post }
  }

  test('is to be had only while something public shows it', async () => {
    const bytes = await canvas(2000, 1000).png().toBuffer()
    const stored = await server.storeFile(bytes)
    const url = `/media/${workspaceId}/${stored}`
    expect((await server.app.inject(url)).statusCode).toBe(404)
    const { post } = await show(bytes)
    expect((await server.app.inject(url)).rawPayload.equals(bytes)).toBe(true)
    await server.save(post, { withdrawn: `W${Date.now()}` })
    expect((await server.app.inject(url)).statusCode).toBe(404)
    expect((await server.app.inject(`${url}?w=640`)).statusCode).toBe(404)
  })

  test('is not to be had for a post that is for members, nor in another workspace', async () => {
    const { hash } = await show(await canvas().png().toBuffer(), 'members')
    expect((await server.app.inject(`/media/${workspaceId}/${hash}`)).statusCode).toBe(404)
    const { hash: open } = await show(await canvas().png().toBuffer())
    expect((await server.app.inject(`/media/${workspaceId}/${open}`)).statusCode).toBe(200)
    expect((await server.app.inject(`/media/other/${open}`)).statusCode).toBe(404)
  })

  test('the profile shows pictures too', async () => {
    const avatar = await server.storeFile(await canvas().png().toBuffer())
    const profile = { name: '', bio: '', accentHue: 0, theme: 'plain', avatar, cover: '', language: 'en' }
    await server.push('settings', [{ id: 'profile', profile, updatedAt: '' }])
    expect((await server.app.inject(`/media/${workspaceId}/${avatar}`)).statusCode).toBe(200)
  })

  test('comes small, made once, never enlarged, and only in the widths there are', async () => {
    const { hash } = await show(await canvas(1000, 500).jpeg().toBuffer())
    const url = `/media/${workspaceId}/${hash}`
    const answers = await Promise.all(Array.from({ length: 8 }, () => server.app.inject(`${url}?w=320`)))
    for (const answer of answers) {
      expect(answer.headers['content-type']).toBe('image/webp')
      expect(Number(answer.headers['content-length'])).toBe(answer.rawPayload.length)
      expect(answer.rawPayload.equals(answers[0]!.rawPayload)).toBe(true)
    }
    expect(await sharp(answers[0]!.rawPayload).metadata()).toMatchObject({ width: 320, height: 160 })
    expect(await sharp((await server.app.inject(`${url}?w=1920`)).rawPayload).metadata()).toMatchObject({ width: 1000 })
    for (const w of ['1', '321', '1e9', 'abc', '-320']) {
      expect((await server.app.inject(`${url}?w=${w}`)).statusCode, w).toBe(400)
    }
  })

  test('has a strong tag, and answers that nothing has changed', async () => {
    const { hash } = await show(await canvas().png().toBuffer())
    const url = `/media/${workspaceId}/${hash}`
    for (const [path, etag] of [
      [url, `"${hash}"`],
      [`${url}?w=320`, `"${hash}-320-webp"`],
    ] as const) {
      const first = await server.app.inject(path)
      expect(first.headers).toMatchObject({
        etag,
        'cache-control': 'public, max-age=60, must-revalidate',
        'x-content-type-options': 'nosniff',
      })
      const again = await server.app.inject({ url: path, headers: { 'if-none-match': `W/"x", ${etag}` } })
      expect([again.statusCode, again.rawPayload.length]).toEqual([304, 0])
      const head = await server.app.inject({ method: 'HEAD', url: path })
      expect([head.statusCode, head.headers['content-length']]).toEqual([200, first.headers['content-length']])
    }
  })
})

test('a GPS directory that holds only its version names no place', () => {
  const exif = (gpsTags: number[]) => {
    const data = Buffer.alloc(64)
    data.write('II')
    data.writeUInt16LE(42, 2)
    data.writeUInt32LE(8, 4)
    data.writeUInt16LE(1, 8)
    data.writeUInt16LE(0x8825, 10)
    data.writeUInt32LE(30, 18)
    data.writeUInt16LE(gpsTags.length, 30)
    for (const [i, tag] of gpsTags.entries()) data.writeUInt16LE(tag, 32 + 12 * i)
    return data
  }
  expect(hasExifLocation(exif([0]))).toBe(false)
  expect(hasExifLocation(exif([0, 2]))).toBe(true)
  expect(hasExifLocation(Buffer.concat([Buffer.from('Exif\0\0'), exif([0, 2])]))).toBe(true)
  expect(hasExifLocation(Buffer.from('broken'))).toBe(true)
})
