import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import type { StoredSession } from '../../shared/contract/session.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { type Heard, json, localServer } from '../testing/http.ts'
import { createBlobs } from './blobs.ts'
import { createSession } from './session.ts'
import { createUploads, longestPauseMs, pauseMs } from './uploads.ts'
import { createVault } from './vault.ts'
import { createFileKey } from './vault-key.ts'

const ada: StoredSession = { token: 'ada-token', userId: 'u', email: '', name: '', workspaceId: 'w-ada', handle: 'ada' }

/** The server's blob port over HTTP. `trouble` answers instead of it for as long as it says so. */
async function blobServer(
  trouble: (heard: Heard, response: Parameters<Parameters<typeof localServer>[0]>[1]) => boolean = () => false,
) {
  const stored = new Map<string, { bytes: Buffer; type: string; by: string }>()
  const server = await localServer((heard, response) => {
    if (trouble(heard, response)) return
    const { method, url, headers, body } = heard
    const hash = url.replace('/api/blobs/', '')
    if (!headers.authorization?.startsWith('Bearer '))
      return void json(response, 401, { code: 'sign_in_required', error: true, message: 'Sign in.' })
    if (method === 'HEAD') return void response.writeHead(stored.has(hash) ? 200 : 404).end()
    if (createHash('sha256').update(body).digest('hex') !== hash)
      return void json(response, 422, { code: 'hash_mismatch', error: true, message: 'Other bytes.' })
    stored.set(hash, { bytes: body, type: headers['content-type'] ?? '', by: headers.authorization })
    json(response, 201, {})
  })
  return { ...server, stored }
}

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
    blobs,
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
  const until = async (
    wanted: (state: {
      waiting: string[]
      sentBytes: number
      totalBytes: number
      problems: { code: string; message: string }[]
    }) => boolean,
  ) => {
    for await (const state of uploads.states(AbortSignal.timeout(10_000))) if (wanted(state)) return state
    throw new Error('the queue never came to the wanted state')
  }
  return { folder, session, blobs, uploads, take, until, pauses, log }
}

const settled = (device: Desk) => device.until((state) => state.waiting.length === 0)

test('pictures arrive whole, with their type, under the session', async () => {
  const server = await blobServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hashes = [await device.take(10), await device.take(20)]
  await device.uploads.upload(hashes)
  await settled(device)
  expect([...server.stored.keys()].sort()).toEqual([...hashes].sort())
  for (const one of server.stored.values()) expect(one).toMatchObject({ type: 'image/png', by: 'Bearer ada-token' })
})

test('what the server has is not sent again', async () => {
  const server = await blobServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await settled(device)
  await device.uploads.upload([hash])
  await settled(device)
  expect(server.heard.map(({ method }) => method)).toEqual(['HEAD', 'PUT', 'HEAD'])
})

test('a server that breaks off, fails and begs for patience gets the picture in the end, with growing pauses', async () => {
  let count = 0
  const server = await blobServer((_, response) => {
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
  const server = await blobServer(({ method }, response) => {
    if (method !== 'PUT' || cut) return false
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
  const gone = await blobServer()
  await gone.close()
  const first = await desk(gone.origin)
  await first.session.set(ada)
  const hash = await first.take(10)
  await first.uploads.upload([hash])
  await first.until((state) => state.problems.some(({ code }) => code === 'unavailable'))
  await first.uploads.stop()
  const server = await blobServer()
  const second = await desk(server.origin, first.folder)
  await second.until(() => server.stored.has(hash))
})

test('a refusal of the bytes themselves is told with the server’s sentence and does not hold up the rest', async () => {
  let refused = ''
  const server = await blobServer(({ method, url }, response) => {
    if (method !== 'PUT' || !url.endsWith(refused)) return false
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
  const server = await blobServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  await device.uploads.upload(['0'.repeat(64)])
  const state = await device.until(({ problems }) => problems.length > 0)
  expect(state.problems[0]).toMatchObject({ code: 'not_found', message: /\.$/ })
  expect(device.pauses).toEqual([])
})

test('asked only for what is here, it leaves the pictures of other devices to them and a refusal as it is', async () => {
  const server = await blobServer()
  const device = await desk(server.origin)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload(['0'.repeat(64), hash], { ifHere: true })
  expect((await settled(device)).problems).toEqual([])
  expect([...server.stored.keys()]).toEqual([hash])
})

test('without a session nothing is queued, and whoever asked is told', async () => {
  const server = await blobServer()
  const device = await desk(server.origin)
  await expect(device.uploads.upload([await device.take(10)])).rejects.toMatchObject({ code: 'sign_in_required' })
  await device.uploads.upload([])
})

test('an ended session stops the queue; a new one goes on with it', async () => {
  const server = await blobServer(({ headers }, response) => {
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
  const server = await blobServer((_, response) => {
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
  const server = await blobServer()
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
  const server = await blobServer()
  const device = await desk(server.origin, folder)
  await device.session.set(ada)
  const hash = await device.take(10)
  await device.uploads.upload([hash])
  await device.until(() => server.stored.has(hash))
  expect(readdirSync(folder).some((name) => name.startsWith('uploads.json.unreadable'))).toBe(true)
  await settled(device)
  expect(JSON.parse(readFileSync(join(folder, 'uploads.json'), 'utf8'))).toEqual({ format: 1, uploads: [] })
})
