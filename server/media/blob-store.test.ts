import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, describe, expect, test } from 'vitest'
import type { BlobStore } from './blob-store.ts'
import { createDiskBlobs } from './disk-blobs.ts'
import { createS3Blobs } from './s3-blobs.ts'
import { startS3 } from './testing/s3.ts'

const folder = await mkdtemp(join(tmpdir(), 'grover-blobs-'))
const s3 = await startS3(join(folder, 's3'))
afterAll(async () => {
  await s3.close()
  await rm(folder, { recursive: true, force: true })
})

const incomingDir = join(folder, 'incoming')
const ours = { incomingDir, installation: 'ours' }
const adapters: [string, BlobStore][] = [
  ['disk', createDiskBlobs(join(folder, 'disk'))],
  ['S3', createS3Blobs(s3.options, ours)],
]

describe.each(adapters)('blobs on %s', (_name, blobs) => {
  const read = async (key: string, range?: { start: number; end: number }) => buffer(await blobs.get(key, range))

  test('what was put comes back, whole and in parts; what was not put is not there', async () => {
    await blobs.put('w/abc', Buffer.from('hello world'))
    expect((await read('w/abc')).toString()).toBe('hello world')
    expect((await read('w/abc', { start: 0, end: 1 })).toString()).toBe('he')
    expect((await read('w/abc', { start: 6, end: 10 })).toString()).toBe('world')
    expect(await blobs.head('w/abc')).toEqual({ bytes: 11 })
    expect(await blobs.head('w/abd')).toBeNull()
    await expect(blobs.get('w/abd')).rejects.toMatchObject({ code: 'not_found' })
  })

  test('a file is taken over, also one larger than a part', async () => {
    const bytes = randomBytes(17 * 1024 * 1024)
    const file = join(folder, 'film')
    await writeFile(file, bytes)
    expect(await blobs.put('w/film', { file })).toEqual({ bytes: bytes.length })
    expect(existsSync(file)).toBe(false)
    expect((await read('w/film')).equals(bytes)).toBe(true)
    const middle = { start: 16_777_000, end: 16_778_000 }
    expect((await read('w/film', middle)).equals(bytes.subarray(middle.start, middle.end + 1))).toBe(true)
  })

  test('a stream is counted; putting again is harmless', async () => {
    for (const _ of [1, 2])
      expect(await blobs.put('w/s', Readable.from([Buffer.from('ab'), Buffer.from('c')]))).toEqual({ bytes: 3 })
    expect((await read('w/s')).toString()).toBe('abc')
  })

  test('a stream that breaks leaves nothing', async () => {
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from('half')
        throw new Error('the network went away')
      })(),
    )
    await expect(blobs.put('w/half', broken)).rejects.toThrow('network')
    expect(await blobs.head('w/half')).toBeNull()
    expect(await readdir(blobs.incomingDir).catch(() => [])).toEqual([])
  })

  test('what is deleted is gone, and may be deleted again', async () => {
    await blobs.put('w/old', Buffer.from('x'))
    await blobs.delete('w/old')
    await blobs.delete('w/old')
    expect(await blobs.head('w/old')).toBeNull()
  })

  test('keys cannot lead out of it', async () => {
    for (const key of ['../x', 'a/../../x', '/etc/passwd', 'a//b', '.hidden', 'a\0b', '']) {
      await expect(blobs.put(key, Buffer.from('x')), key).rejects.toThrow('no key')
      await expect(blobs.get(key), key).rejects.toThrow('no key')
      await expect(blobs.delete(key), key).rejects.toThrow('no key')
    }
  })

  test('what a crash left behind is removed, what is being written is not', async () => {
    await mkdir(blobs.incomingDir, { recursive: true })
    await writeFile(`${blobs.incomingDir}/old`, 'x')
    await writeFile(`${blobs.incomingDir}/new`, 'x')
    await utimes(`${blobs.incomingDir}/old`, 1, 1)
    expect(await blobs.cleanUp()).toBe(1)
    expect(await readdir(blobs.incomingDir)).toEqual(['new'])
  })

  test('is ready', async () => {
    await blobs.ready()
  })
})

test('those who read slowly, however many, hold up nobody', async () => {
  const blobs = createS3Blobs(s3.options, ours)
  // More than fits into the buffers on the way.
  await blobs.put('w/slow', randomBytes(12_000_000))
  const readers = await Promise.all(Array.from({ length: 60 }, () => blobs.get('w/slow')))
  const rest = await Promise.race([
    Promise.all([blobs.head('w/slow'), blobs.put('w/quick', Buffer.from('x')), blobs.delete('w/none')]),
    delay(20_000, 'held up'),
  ])
  expect(rest).toMatchObject([{ bytes: 12_000_000 }, { bytes: 1 }, undefined])
  expect((await buffer(await blobs.get('w/quick'))).toString()).toBe('x')
  for (const reader of readers) reader.destroy()
})

test('a service that says nothing is given up', async () => {
  const mute = createServer(() => {}).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const { port } = mute.address() as AddressInfo
  const options = { ...s3.options, endpoint: `http://127.0.0.1:${port}` }
  const blobs = createS3Blobs(options, { ...ours, silenceMs: 200 })
  for (const ask of [() => blobs.head('w/x'), () => blobs.get('w/x'), () => blobs.delete('w/x')])
    await expect(Promise.race([ask(), delay(20_000, 'still waiting')])).rejects.toMatchObject({ name: 'TimeoutError' })
  mute.closeAllConnections()
  mute.close()
})

test('a bucket that is not there is not ready', async () => {
  const blobs = createS3Blobs({ ...s3.options, bucket: 'another' }, ours)
  await expect(blobs.ready()).rejects.toThrow()
})

test('a bucket belongs to one installation, on whatever servers it runs', async () => {
  const options = { ...s3.options, bucket: 'spare' }
  const of = (installation: string) => createS3Blobs(options, { incomingDir, installation })
  await of('first').ready()
  const copy = of('copy')
  const refused = { message: expect.stringMatching(/spare belongs to another .*remove the object grover-ready/) }
  await expect(copy.ready()).rejects.toMatchObject(refused)
  await expect(copy.ready()).rejects.toMatchObject(refused)
  const first = of('first')
  await first.ready()
  await first.delete('grover-ready')
  await copy.ready()
  await expect(first.ready()).rejects.toMatchObject(refused)
})
