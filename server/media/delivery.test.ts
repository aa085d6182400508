import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Media, Variant } from '../../shared/collections/media.ts'
import {
  addWorkspace,
  type PublishingServer,
  publishNow,
  samplePost,
  startPublishing,
  workspaceId,
} from '../schedule/testing/server.ts'
import { testDatabase } from '../testing/database.ts'
import { film, mp4, png, rungText, sha256, variant } from './testing/films.ts'

const dataDir = `/tmp/grover-delivery-test-${process.pid}-${randomBytes(4).toString('hex')}`
let database: Awaited<ReturnType<typeof testDatabase>>
let server: PublishingServer
let now = Date.now()

beforeAll(async () => {
  database = await testDatabase()
  await addWorkspace(database)
  await addWorkspace(database, 'ws2', 'bob')
  server = await startPublishing(database, { dataDir, now: () => now })
  await server.publishing.start()
})
afterAll(async () => {
  await server?.close()
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

const get = (url: string, headers: Record<string, string> = {}) => server.app.inject({ url, headers })
const address = (hash: string) => `/media/${workspaceId}/${hash}`

/** A film with its files; `store` sends those named, or all. */
function makeFilm(fields: Partial<Media> = {}) {
  const original = mp4()
  const files = {
    mp4: mp4(),
    poster: poster(),
    high: mp4(),
    low: mp4(),
    highText: rungText(),
    lowText: rungText(),
    captions: captions(),
  }
  const hls = (id: 'high' | 'low', more: Partial<Variant>) =>
    variant(id, 'hls', files[id], { playlist: sha256(files[`${id}Text`]), ...more })
  const variants = [
    variant('mp4', 'mp4', files.mp4),
    variant('poster', 'poster', files.poster, { type: 'image/png' }),
    hls('high', { width: 1280, height: 720, bitrate: 3_000_000, codecs: 'avc1.64001f,mp4a.40.2' }),
    hls('low', { width: 640, height: 360, bitrate: 800_000, codecs: 'avc1.64001e,mp4a.40.2' }),
    variant('captions-de', 'captions', files.captions, {
      type: 'text/vtt',
      language: 'de',
      label: 'Deutsch "einfach"',
    }),
  ]
  const doc = film(sha256(original), variants, fields)
  return {
    doc,
    files,
    original,
    store: async (...names: (keyof typeof files)[]) => {
      for (const name of names.length > 0 ? names : (Object.keys(files) as (keyof typeof files)[]))
        await server.storeFile(files[name])
    },
    say: (change: Partial<Media> = {}) => server.push('media', [{ ...doc, ...change }]),
  }
}
const poster = () => Buffer.concat([png(), Buffer.alloc(0)])
const captions = () =>
  Buffer.from(`WEBVTT\n\nNOTE ${randomBytes(4).toString('hex')}\n\n00:00.000 --> 00:01.000\nHallo\n`)

async function publish(mediaId: string, visibility: 'public' | 'members' = 'public') {
  const post = await server.save(samplePost({ title: 'A film', images: [mediaId], visibility, plan: publishNow() }))
  await server.publishing.publishDue()
  return post
}

describe('a post with a film', () => {
  test('waits until the film can be played, and says for what', async () => {
    const { doc, original, store, say } = makeFilm()
    const post = await publish(doc.id)
    const outcome = () => server.outcome(post.id)
    const waits = { state: 'waiting', missing: [doc.id] }
    expect(await outcome()).toMatchObject(waits)
    // The original is a copy for safe keeping, and nothing to show.
    await server.storeFile(original)
    expect(await outcome()).toMatchObject(waits)
    await say({ variants: [] })
    expect(await outcome()).toMatchObject(waits)
    await say()
    expect(await outcome()).toMatchObject(waits)
    await store('mp4')
    expect(await outcome()).toMatchObject(waits)
    await store('poster')
    await server.publishing.publishDue()
    expect(await outcome()).toMatchObject({ state: 'published', missing: [] })
  })

  test('is ready with a whole ladder too, and not with a part of one', async () => {
    const { doc, store, say } = makeFilm()
    await say()
    const post = await publish(doc.id)
    await store('poster', 'high', 'highText', 'low')
    await server.publishing.publishDue()
    expect(await server.outcome(post.id)).toMatchObject({ state: 'waiting' })
    await store('lowText')
    await server.publishing.publishDue()
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('that was ready goes out when its document names what is stored', async () => {
    const { doc, store, say } = makeFilm()
    await store('mp4', 'poster')
    const post = await publish(doc.id)
    expect(await server.outcome(post.id)).toMatchObject({ state: 'waiting' })
    await say()
    await server.publishing.publishDue()
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })

  test('of sound alone needs no poster', async () => {
    const sound = mp4()
    const doc = film(sha256(mp4()), [variant('podcast', 'podcast', sound, { type: 'audio/mp4' })], { kind: 'audio' })
    await server.push('media', [doc])
    const post = await publish(doc.id)
    await server.storeFile(sound)
    await server.publishing.publishDue()
    expect(await server.outcome(post.id)).toMatchObject({ state: 'published' })
  })
})

describe('a film', () => {
  test('is public with what was made of it, and without its original, as long as a public post shows it', async () => {
    const { doc, files, original, store, say } = makeFilm()
    await say()
    await store()
    await server.storeFile(original)
    const all = Object.values(files).map(sha256)
    const poster = sha256(files.poster)
    const codes = async (hashes: string[]) =>
      Promise.all(hashes.map(async (hash) => (await get(address(hash))).statusCode))
    const own = all.filter((hash) => hash !== poster)
    expect(new Set(await codes(own))).toEqual(new Set([404]))
    const post = await publish(doc.id)
    expect(new Set(await codes(all))).toEqual(new Set([200]))
    expect(await codes([doc.id])).toEqual([404])
    expect((await get(`/media/ws2/${all[0]}`)).statusCode).toBe(404)
    await server.save(post, { withdrawn: `W${now}` })
    expect(new Set(await codes(own))).toEqual(new Set([404]))
    expect((await get(`${address(doc.id)}/master.m3u8`)).statusCode).toBe(404)
  })

  test('comes in ranges', async () => {
    const { doc, files, store, say } = makeFilm()
    await say()
    await store()
    await publish(doc.id)
    const url = address(sha256(files.mp4))
    const etag = `"${sha256(files.mp4)}"`
    const whole = await get(url)
    expect(whole.headers).toMatchObject({
      'accept-ranges': 'bytes',
      'content-length': '1000',
      'content-type': 'video/mp4',
      'content-security-policy': "default-src 'none'; sandbox",
      'x-content-type-options': 'nosniff',
      etag,
    })
    const part = await get(url, { range: 'bytes=100-199' })
    expect([part.statusCode, part.headers['content-range'], part.headers['content-length']]).toEqual([
      206,
      'bytes 100-199/1000',
      '100',
    ])
    expect(part.rawPayload.equals(files.mp4.subarray(100, 200))).toBe(true)
    const tail = await get(url, { range: 'bytes=-10', 'if-range': etag })
    expect(tail.rawPayload.equals(files.mp4.subarray(-10))).toBe(true)
    const other = await get(url, { range: 'bytes=-10', 'if-range': '"another"' })
    expect([other.statusCode, other.rawPayload.length]).toEqual([200, 1000])
    const beyond = await get(url, { range: 'bytes=1000-' })
    expect([beyond.statusCode, beyond.headers['content-range']]).toEqual([416, 'bytes */1000'])
    const known = await get(url, { 'if-none-match': etag, range: 'bytes=0-1' })
    expect([known.statusCode, known.rawPayload.length]).toEqual([304, 0])
    const head = await server.app.inject({ method: 'HEAD', url, headers: { range: 'bytes=0-1' } })
    expect([head.statusCode, head.headers['content-length'], head.rawPayload.length]).toEqual([200, '1000', 0])
  })

  test('comes as a ladder with captions, whose parts are to be had', async () => {
    const { doc, files, store, say } = makeFilm()
    await say()
    await store()
    await publish(doc.id)
    const master = await get(`${address(doc.id)}/master.m3u8`)
    expect(master.headers['content-type']).toBe('application/vnd.apple.mpegurl')
    expect(master.body.split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-INDEPENDENT-SEGMENTS',
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="captions",NAME="Deutsch  einfach",LANGUAGE="de",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="captions-de.m3u8"`,
      '#EXT-X-STREAM-INF:BANDWIDTH=3000000,RESOLUTION=1280x720,CODECS="avc1.64001f,mp4a.40.2",SUBTITLES="captions"',
      'high.m3u8',
      '#EXT-X-STREAM-INF:BANDWIDTH=800000,RESOLUTION=640x360,CODECS="avc1.64001e,mp4a.40.2",SUBTITLES="captions"',
      'low.m3u8',
      '',
    ])
    const rung = (await get(`${address(doc.id)}/high.m3u8`)).body
    expect(rung).toContain(`#EXT-X-MAP:URI="${address(sha256(files.high))}",BYTERANGE="100@0"`)
    expect(rung).not.toContain('media.mp4')
    const file = rung.split('\n').find((line) => line.startsWith('/media/'))!
    expect((await get(file, { range: 'bytes=100-999' })).rawPayload.equals(files.high.subarray(100))).toBe(true)
    const text = (await get(`${address(doc.id)}/captions-de.m3u8`)).body
    expect(text).toContain('#EXTINF:4.000,')
    expect((await get(text.split('\n').find((line) => line.startsWith('/media/'))!)).body).toContain('Hallo')
    for (const name of ['mp4.m3u8', 'none.m3u8', 'high.mp4'])
      expect((await get(`${address(doc.id)}/${name}`)).statusCode).not.toBe(200)
  })

  test('that is not public is to be had by a signed address alone, for a while, with all its parts', async () => {
    const { doc, files, store, say } = makeFilm()
    await say()
    await store()
    await server.storeFile(mp4())
    await publish(doc.id, 'members')
    const hash = sha256(files.mp4)
    expect((await get(address(hash))).statusCode).toBe(404)
    const minute = { ttl: 60_000 }
    const signed = server.media.signMedia(workspaceId, hash, minute)
    const answer = await get(signed, { range: 'bytes=0-9' })
    expect([answer.statusCode, answer.headers['cache-control']]).toEqual([206, expect.stringContaining('private')])
    // What is signed opens nothing else: no other file, workspace or time.
    const [, query = ''] = signed.split('?')
    const later = query.replace(/expires=\d+/, (text) => `expires=${Number(text.slice(8)) + 60}`)
    for (const url of [
      `${address(sha256(files.high))}?${query}`,
      `/media/ws2/${hash}?${query}`,
      `${address(hash)}?${later}`,
      `${address(hash)}?${query.slice(0, -2)}`,
      `${address(doc.id)}/master.m3u8?${query}`,
      server.media.signMedia(workspaceId, doc.id, minute),
    ])
      expect((await get(url)).statusCode, url).toBe(404)

    // A device of the workspace is given such an address for its player.
    const given = (await get(`/api/blobs/${hash}/address`)).json<{ path: string }>()
    expect((await get(given.path)).rawPayload.equals(files.mp4)).toBe(true)
    expect((await get(`/api/blobs/${sha256(mp4())}/address`)).statusCode).toBe(404)

    const master = await get(server.media.signPlaylist(workspaceId, doc.id, minute))
    expect(master.headers['cache-control']).toContain('private')
    const low = master.body.split('\n').find((line) => line.startsWith('low.m3u8'))!
    const rung = (await get(`${address(doc.id)}/${low}`)).body
    const part = rung.split('\n').find((line) => line.startsWith('/media/'))!
    expect((await get(part)).rawPayload.equals(files.low)).toBe(true)
    expect((await get(`${address(doc.id)}/low.m3u8`)).statusCode).toBe(404)
    now += 61_000
    for (const url of [signed, `${address(doc.id)}/${low}`, part])
      expect((await get(url)).json()).toMatchObject({ code: 'link_expired', message: /\.$/ })
    now -= 61_000
  })

  test('whose document names something else as a playlist is not read for it', async () => {
    const { doc, files, store, say } = makeFilm()
    await store()
    const variants = doc.variants.map((each) => (each.id === 'high' ? { ...each, playlist: sha256(files.mp4) } : each))
    await say({ variants })
    await publish(doc.id)
    expect((await get(`${address(doc.id)}/high.m3u8`)).statusCode).toBe(404)
    expect((await get(`${address(doc.id)}/low.m3u8`)).statusCode).toBe(200)
    expect((await get(`${address(doc.id)}/master.m3u8`)).body).not.toContain('high.m3u8')
  })

  test('whose playlist sends players elsewhere is handed on without that', async () => {
    const { doc, files, store, say } = makeFilm()
    const foreign = `/media/ws2/${'a'.repeat(64)}`
    files.lowText = Buffer.from(
      [
        '#EXTM3U',
        '#EXT-X-VERSION:7',
        '#EXT-X-TARGETDURATION:4',
        '#EXT-X-KEY:METHOD=AES-128,URI="https://elsewhere.example/key"',
        '#EXT-X-MAP:URI="https://elsewhere.example/map",BYTERANGE="100@0"',
        '#EXT-X-MAP:URI="media.mp4",BYTERANGE="100@0"',
        '#EXT-X-DATERANGE:ID="x",X-ASSET-URI="https://elsewhere.example/ad"',
        '#EXTINF:4.0,https://elsewhere.example/title',
        '#EXTINF:4.000000,',
        '#EXT-X-BYTERANGE:900@100',
        '  https://elsewhere.example/media.mp4',
        foreign,
        'media.mp4?media.mp4',
        'media.mp4',
        '#EXT-X-ENDLIST',
      ].join('\r\n'),
    )
    const low = doc.variants.map((each) => (each.id === 'low' ? { ...each, playlist: sha256(files.lowText) } : each))
    await say({ variants: low })
    await store()
    await publish(doc.id)
    expect((await get(`${address(doc.id)}/low.m3u8`)).body.trim().split('\n')).toEqual([
      '#EXTM3U',
      '#EXT-X-VERSION:7',
      '#EXT-X-TARGETDURATION:4',
      `#EXT-X-MAP:URI="${address(sha256(files.low))}",BYTERANGE="100@0"`,
      '#EXTINF:4.000000,',
      '#EXT-X-BYTERANGE:900@100',
      address(sha256(files.low)),
      '#EXT-X-ENDLIST',
    ])
  })

  test('that loses a part and then changes, both in one push, does not show that part any more', async () => {
    const { doc, files, store, say } = makeFilm()
    await say()
    await store()
    await publish(doc.id)
    expect((await get(address(sha256(files.mp4)))).statusCode).toBe(200)
    const versions = [doc, { ...doc, variants: [] }, { ...doc, variants: [], alt: 'Waves' }]
    const states = versions.map((version) => ({ ...version, _deleted: false }))
    const answer = await server.app.inject({
      method: 'POST',
      url: '/sync/media/0/push',
      payload: [1, 2].map((at) => ({ newDocumentState: states[at], assumedMasterState: states[at - 1] })),
    })
    expect(answer.json()).toEqual([])
    expect((await get(address(sha256(files.mp4)))).statusCode).toBe(404)
  })

  test('that was deleted from the library stays in the post that shows it', async () => {
    const { doc, files, store, say } = makeFilm()
    await say()
    await store()
    await publish(doc.id)
    await server.push('media', [{ ...doc, _deleted: true }])
    expect((await get(address(sha256(files.mp4)))).statusCode).toBe(200)
    expect((await get(`${address(doc.id)}/master.m3u8`)).statusCode).toBe(200)
  })
})

describe('a picture', () => {
  test.each([
    [undefined, 'webp'],
    ['image/avif,image/webp,image/*,*/*;q=0.8', 'avif'],
    ['image/webp,*/*', 'webp'],
    ['image/avif;q=0,image/webp', 'webp'],
    ['image/png,image/jpeg', 'jpeg'],
  ])('for %s comes as %s', async (accept, format) => {
    const picture = await sharp({ create: { width: 700, height: 400, channels: 3, background: 'teal' } })
      .png()
      .toBuffer()
    const hash = await server.storeFile(picture)
    await publish(hash)
    const answer = await get(`${address(hash)}?w=320`, accept ? { accept } : {})
    expect(answer.headers).toMatchObject({ 'content-type': `image/${format}`, etag: `"${hash}-320-${format}"` })
    expect(String(answer.headers.vary).toLowerCase()).toContain('accept')
    const { format: found, width } = await sharp(answer.rawPayload).metadata()
    expect([found, width]).toEqual([format === 'avif' ? 'heif' : format, 320])
  })
})
