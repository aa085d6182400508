import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import type { UploadState } from '../../shared/contract/blobs.ts'
import type { StoredSession } from '../../shared/contract/session.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { json } from '../testing/http.ts'
import { uploadServer } from '../testing/upload-server.ts'
import { createBlobs } from './blobs.ts'
import { createSession } from './session.ts'
import { createFindSource } from './upload-source.ts'
import { createUploads, longestPauseMs, pauseMs } from './uploads.ts'
import { createVault } from './vault.ts'
import { createFileKey } from './vault-key.ts'

const ada: StoredSession = { token: 'ada-token', userId: 'u', email: '', name: '', workspaceId: 'w-ada', handle: 'ada' }

type Desk = Awaited<ReturnType<typeof desk>>

/** A device: its own folder, and the services over it; `restart` is a new process on the same folder. */
async function desk(serverUrl: string, folder = temporaryFolder()) {
  const pauses: number[] = []
  const log: string[] = []
  const session = createSession({
    vault: createVault({ folder, keeper: createFileKey(folder), log: (s) => void log.push(s) }),
  })
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined })
  const uploads = createUploads({
    folder,
    findSource: createFindSource(join(folder, 'blobs')),
    session,
    serverUrl: () => serverUrl,
    log: (s) => void log.push(s),
    random: () => 1,
    wait: async (ms, signal) => {
      pauses.push(ms)
      // Real pauses are a matter of `pauseMs`; here only their order counts.
      await new Promise((resolve) => setImmediate(resolve))
      if (!signal.aborted && pauses.length > 50) throw new Error('does not end')
    },
  })
  onTestFinished(() => uploads.stop())
  const take = async (shade: number) => {
    const data = await sharp({ create: { width: 60, height: 40, channels: 3, background: { r: shade, g: 0, b: 0 } } })
      .png()
      .toBuffer()
    return (await blobs.importImage(`${shade}.png`, new Blob([data]))).hash
  }
  /** The first state of the queue that is as wanted. */
  const until = async (wanted: (state: UploadState) => boolean) => {
    for await (const state of uploads.states(AbortSignal.timeout(10_000))) if (wanted(state)) return state
    throw new Error('the queue never came to the wanted state')
  }
  return { folder, session, blobs, uploads, take, until, pauses, log }
}

const settled = (device: Desk) => device.until((state) => state.waiting.length === 0)

test('pictures arrive whole, with their type, under the session', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hashes = [await device.take(10), await device.take(20)]
  await device.uploads.upload(hashes)
  await settled(device)
  expect([...server.stored.keys()].sort()).toEqual([...hashes].sort())
  for (const one of server.stored.values()) expect(one).toMatchObject({ type: 'image/png', by: 'Bearer ada-token' })
})

test('what the server has is not sent again', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await settled(device)
  await device.uploads.upload([hash])
  await settled(device)
  expect(server.heard.map(({ method }) => method)).toEqual(['HEAD', 'POST', 'HEAD'])
})

test('a server that breaks off, fails and begs for patience gets the picture in the end, with growing pauses', async () => {
  let count = 0
  const server = await uploadServer((_, response) => {
    count++
    if (count <= 2) response.destroy()
    else if (count <= 4) json(response, 503, { code: 'draining', error: true, message: 'In a moment.' })
    else if (count === 5) response.writeHead(429, { 'retry-after': '7' }).end()
    else return false
    return true
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.upload([await device.take(10)])
  await settled(device)
  expect(server.stored.size).toBe(1)
  expect(device.pauses).toEqual([1000, 2000, 4000, 8000, 16_000])
})

test('pauses grow, are scattered, end at five minutes, and obey the server', () => {
  expect(pauseMs(0, 1)).toBe(1000)
  expect(pauseMs(3, 0.5)).toBe(4000)
  expect(pauseMs(60, 1)).toBe(longestPauseMs)
  expect(pauseMs(0, 0.1, 30_000)).toBe(30_000)
})

test('a picture cut off in the middle is sent again from the start', async () => {
  let cut = false
  const server = await uploadServer(({ method }, response) => {
    if (method !== 'POST' || cut) return false
    cut = true
    response.destroy()
    return true
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await settled(device)
  expect(server.stored.get(hash)?.bytes.equals((await device.blobs.read(hash))!.bytes)).toBe(true)
})

test('the queue outlives the process', async () => {
  const gone = await uploadServer()
  await gone.close()
  const first = await desk(gone.origin)
  await first.session.set(ada)
  const hash = await first.take(10)
  await first.uploads.upload([hash])
  await first.until((state) => state.problems.some(({ code }) => code === 'unavailable'))
  await first.uploads.stop()
  const server = await uploadServer()
  const second = await desk(server.origin, first.folder)
  await second.until(() => server.stored.has(hash))
})

test('a refusal of the bytes themselves is told with the server’s sentence and does not hold up the rest', async () => {
  let refused = ''
  const server = await uploadServer(({ method, headers }, response) => {
    const about = Buffer.from(/sha256 ([^,]+)/.exec(String(headers['upload-metadata']))?.[1] ?? '', 'base64').toString()
    if (method !== 'POST' || about !== refused) return false
    json(response, 422, {
      code: 'image_has_location',
      error: true,
      message: 'This picture still says where it was taken.',
    })
    return true
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  refused = await device.take(10)
  const good = await device.take(20)
  await device.uploads.upload([refused, good])
  const state = await device.until(({ waiting, problems }) => waiting.length === 0 && problems.length > 0)
  expect(state.problems).toEqual([
    { hash: refused, code: 'image_has_location', message: 'This picture still says where it was taken.' },
  ])
  expect([...server.stored.keys()]).toEqual([good])
  // Asked for again, it is tried again.
  const before = server.heard.length
  await device.uploads.upload([refused])
  await device.until(({ waiting, problems }) => waiting.length === 0 && problems.length > 0)
  expect(server.heard.length).toBeGreaterThan(before)
})

test('a picture that is nowhere is a problem, not a loop', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.upload(['0'.repeat(64)])
  const state = await device.until(({ problems }) => problems.length > 0)
  expect(state.problems[0]).toMatchObject({ code: 'not_found', message: /\.$/ })
  expect(device.pauses).toEqual([])
})

test('asked only for what is here, it leaves the pictures of other devices to them and a refusal as it is', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload(['0'.repeat(64), hash], { ifHere: true })
  expect((await settled(device)).problems).toEqual([])
  expect([...server.stored.keys()]).toEqual([hash])
})

test('without a session nothing is queued, and whoever asked is told', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await expect(device.uploads.upload([await device.take(10)])).rejects.toMatchObject({ code: 'sign_in_required' })
  await device.uploads.upload([])
})

test('an ended session stops the queue; a new one goes on with it', async () => {
  const server = await uploadServer(({ headers }, response) => {
    if (headers.authorization === 'Bearer fresh') return false
    json(response, 401, { code: 'sign_in_required', error: true, message: 'Sign in again.' })
    return true
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  const state = await device.until(({ problems }) => problems.length > 0)
  expect(state.problems[0]?.code).toBe('sign_in_required')
  expect(state.waiting).toEqual([hash])
  await device.session.set({ ...ada, token: 'fresh' })
  await settled(device)
  expect(server.stored.has(hash)).toBe(true)
  expect(device.pauses).toEqual([])
})

test('one account’s pictures are never sent under another', async () => {
  let isUp = false
  const server = await uploadServer((_, response) => {
    if (!isUp) response.destroy()
    return !isUp
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await device.until((state) => state.problems.length > 0)
  await device.session.set({ ...ada, token: 'bob-token', workspaceId: 'w-bob' })
  isUp = true
  const bobs = await device.take(30)
  await device.uploads.upload([bobs])
  await device.until(() => server.stored.has(bobs))
  expect((await settled(device)).problems).toEqual([])
  expect(server.stored.has(hash)).toBe(false)
  await device.session.set(ada)
  await device.until(() => server.stored.has(hash))
  expect(server.stored.get(hash)?.by).toBe('Bearer ada-token')
})

test('progress counts up to the whole', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  const noise = { type: 'gaussian', mean: 128, sigma: 60 } as const
  const data = await sharp({ create: { width: 900, height: 700, channels: 3, background: 'grey', noise } })
    .png()
    .toBuffer()
  const { hash, bytes } = await device.blobs.importImage('n.png', new Blob([data]))
  await device.session.set(ada)
  const seen: number[] = []
  const watching = (async () => {
    for await (const state of device.uploads.states()) {
      if (state.totalBytes > 0) expect(state.totalBytes).toBe(bytes)
      seen.push(state.sentBytes)
      if (Math.max(...seen) > 0 && state.waiting.length === 0) return
    }
  })()
  await device.uploads.upload([hash])
  await watching
  expect(Math.max(...seen)).toBe(bytes)
  expect(new Set(seen).size).toBeGreaterThan(3)
})

test('a list that cannot be read is set aside and a new one begins', async () => {
  const folder = temporaryFolder()
  writeFileSync(join(folder, 'uploads.json'), '{"format":1,"uploads":[{"hash":"../x"}]}')
  const server = await uploadServer()
  const device = await desk(server.origin, folder)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await device.until(() => server.stored.has(hash))
  expect(readdirSync(folder).some((name) => name.startsWith('uploads.json.unreadable'))).toBe(true)
  await settled(device)
  expect(JSON.parse(readFileSync(join(folder, 'uploads.json'), 'utf8'))).toEqual({ format: 1, uploads: [] })
})

test('a queue that cannot be read is told once, and read when it can be', async () => {
  const folder = temporaryFolder()
  // What lies in their place cannot be read as a file.
  for (const name of ['uploads.json', 'upload-settings.json']) mkdirSync(join(folder, name))
  const server = await uploadServer()
  const device = await desk(server.origin, folder)
  await device.session.set(ada)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(device.log.length).toBeLessThan(10)
  expect(device.log).toContain('The settings of uploads could not be read.')
  for (const name of ['uploads.json', 'upload-settings.json']) rmdirSync(join(folder, name))
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await settled(device)
  expect(server.stored.has(hash)).toBe(true)
})

test('what arrived damaged is sent again, and given up when it stays so', async () => {
  let damaged = 2
  const server = await uploadServer(({ method }, response) => {
    if (method !== 'POST' || damaged-- <= 0) return false
    json(response, 422, { code: 'hash_mismatch', error: true, message: 'The file did not arrive as it was sent.' })
    return true
  })
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await device.until(() => server.stored.has(hash))
  expect(device.pauses).toHaveLength(2)
  damaged = Number.POSITIVE_INFINITY
  const other = await device.take(20)
  await device.uploads.upload([other])
  const { problems } = await device.until(({ waiting, problems }) => waiting.length === 0 && problems.length > 0)
  expect(problems).toMatchObject([{ hash: other, code: 'hash_mismatch' }])
})

test('a file of a kind that nobody knows is refused for what it is, not told to be nowhere', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const { hash } = await device.blobs.add(Buffer.from('Dear diary'))
  await device.uploads.upload([hash])
  await settled(device)
  expect(server.stored.get(hash)?.type).toBe('application/octet-stream')
})

/** A film, as far as its first bytes tell, in the device's folder. */
function addFilm(device: Desk, bytes: number, seed = 1): string {
  const film = Buffer.alloc(bytes, seed)
  film.write('\0\0\0\x18ftypisom', 'latin1')
  const hash = createHash('sha256').update(film).digest('hex')
  mkdirSync(join(device.folder, 'blobs', hash.slice(0, 2)), { recursive: true })
  writeFileSync(join(device.folder, 'blobs', hash.slice(0, 2), hash), film)
  return hash
}
const mega = 1024 * 1024

test('a large file that is cut off goes on where it was, also in another process', async () => {
  let cuts = 0
  const server = await uploadServer(({ method }, response) => {
    if (method === 'PATCH' && cuts++ < 2) response.socket?.once('data', () => setTimeout(() => response.destroy(), 20))
    return false
  })
  const first = await desk(server.origin)
  await first.session.set(ada)
  const film = addFilm(first, 30 * mega)
  await first.uploads.changeSettings({ bytesPerSecond: 20 * mega })
  await first.uploads.upload([film])
  await first.until(({ sentBytes }) => sentBytes > 10 * mega)
  await first.uploads.stop()
  expect(JSON.parse(readFileSync(join(first.folder, 'uploads.json'), 'utf8')).uploads[0].path).toMatch(
    /^\/api\/uploads\//,
  )
  const second = await desk(server.origin, first.folder)
  await second.until(({ waiting }) => waiting.length === 0 && server.stored.has(film))
  expect(server.stored.get(film)?.bytes.length).toBe(30 * mega)
  expect(server.heard.filter(({ method }) => method === 'POST')).toHaveLength(1)
  expect(server.bytesHeard()).toBeLessThan(33 * mega)
})

test('what the server has given up is begun anew', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const film = addFilm(device, 2 * mega)
  await device.uploads.stop()
  const waiting = { hash: film, workspaceId: ada.workspaceId, bytes: 2 * mega, path: `/api/uploads/${'0'.repeat(32)}` }
  writeFileSync(join(device.folder, 'uploads.json'), JSON.stringify({ format: 1, uploads: [waiting] }))
  const next = await desk(server.origin, device.folder)
  await next.until(({ waiting }) => waiting.length === 0 && server.stored.has(film))
  expect(next.pauses).toEqual([])
})

test('two files are on their way at a time, or as many as is set', async () => {
  for (const parallel of [2, 1, 3]) {
    const server = await uploadServer()
    const device = await desk(server.origin)
    await device.session.set(ada)
    await device.uploads.changeSettings({ bytesPerSecond: 8 * mega, ...(parallel === 2 ? {} : { parallel }) })
    const films = [1, 2, 3, 4].map((seed) => addFilm(device, 2 * mega, seed))
    let most = 0
    const watching = (async () => {
      for await (const { sending, waiting } of device.uploads.states()) {
        most = Math.max(most, sending.length)
        if (most > 0 && waiting.length === 0) return
      }
    })()
    await device.uploads.upload(films)
    await watching
    expect(most).toBe(parallel)
    expect(server.stored.size).toBe(4)
  }
})

test('the line is shared within the limit', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.changeSettings({ bytesPerSecond: 2 * mega })
  const began = performance.now()
  await device.uploads.upload([addFilm(device, 2 * mega, 1), addFilm(device, 2 * mega, 2)])
  await settled(device)
  // A second may be caught up on.
  expect(performance.now() - began).toBeGreaterThan(900)
})

test.each([
  ['by hand', 'manual', async ({ uploads }: Desk, on: boolean) => uploads.changeSettings({ paused: on })],
  ['on a metered line', 'metered', async ({ uploads }: Desk, on: boolean) => uploads.tellConditions({ metered: on })],
  ['while on air', 'live', async ({ uploads }: Desk, on: boolean) => uploads.tellConditions({ live: on })],
] as const)('what is paused %s stops at once and goes on where it was', async (_name, paused, set) => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.changeSettings({ bytesPerSecond: 10 * mega })
  const film = addFilm(device, 20 * mega)
  await device.uploads.upload([film])
  await device.until(({ sentBytes }) => sentBytes > 2 * mega)
  await set(device, true)
  expect(await device.until(({ sending }) => sending.length === 0)).toMatchObject({
    paused,
    waiting: [film],
    problems: [],
  })
  const heard = server.bytesHeard()
  expect(heard).toBeLessThan(20 * mega)
  await device.uploads.changeSettings({ bytesPerSecond: 0 })
  // What was in the line already.
  expect(server.bytesHeard()).toBeLessThan(heard + 4 * mega)
  await set(device, false)
  await settled(device)
  expect(server.bytesHeard()).toBeLessThan(23 * mega)
  expect(device.pauses).toEqual([])
})

test('on a metered line it goes on where that is wished', async () => {
  const server = await uploadServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.changeSettings({ onMetered: 'go-on' })
  await device.uploads.tellConditions({ metered: true })
  await device.uploads.upload([addFilm(device, mega)])
  await settled(device)
})

test('settings outlive the process, and broken ones are set aside', async () => {
  const server = await uploadServer()
  const first = await desk(server.origin)
  await first.uploads.changeSettings({ paused: true, parallel: 4 })
  await first.uploads.stop()
  const second = await desk(server.origin, first.folder)
  expect(await second.until(({ settings }) => settings.paused)).toMatchObject({
    settings: { parallel: 4, onMetered: 'pause' },
  })
  await second.uploads.stop()
  writeFileSync(join(first.folder, 'upload-settings.json'), '{"parallel":99}')
  const third = await desk(server.origin, first.folder)
  expect((await third.until(() => true)).settings.parallel).toBe(2)
})
