import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, onTestFinished, test, vi } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { localServer } from '../testing/http.ts'
import { createBlobs } from './blobs.ts'
import { createFetchBlob } from './fetch-blob.ts'

const picture = (red = 200) =>
  sharp({ create: { width: 9, height: 7, channels: 3, background: { r: red, g: 1, b: 2 } } })
    .png()
    .toBuffer()
const nobody = async () => undefined
const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

test('a picture taken in is stored under the hash of what is stored, readable by this user alone', async () => {
  const folder = join(temporaryFolder(), 'blobs')
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  const imported = await blobs.importImage('holiday.png', new Blob([await picture()]))
  const stored = await blobs.read(imported.hash)
  expect(sha256(stored!.bytes)).toBe(imported.hash)
  expect(imported).toMatchObject({
    name: 'holiday.png',
    type: 'image/png',
    width: 9,
    height: 7,
    bytes: stored!.bytes.length,
  })
  if (process.platform !== 'win32') {
    expect(statSync(folder).mode & 0o777).toBe(0o700)
    expect(statSync(join(folder, imported.hash.slice(0, 2), imported.hash)).mode & 0o777).toBe(0o600)
  }
})

test('the same picture twice is one file', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  const [one, two] = await Promise.all([0, 1].map(async () => blobs.importImage('a', new Blob([await picture()]))))
  expect(one?.hash).toBe(two?.hash)
  expect(readdirSync(folder, { recursive: true }).filter((name) => String(name).length > 60)).toHaveLength(1)
})

test('a half-written file of an earlier life is replaced by the whole', async () => {
  const folder = temporaryFolder()
  const { hash } = await createBlobs({ folder, fetchBlob: nobody }).importImage('a', new Blob([await picture()]))
  const path = join(folder, hash.slice(0, 2), hash)
  writeFileSync(path, 'half')
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  await blobs.importImage('a', new Blob([await picture()]))
  expect(sha256((await blobs.read(hash))!.bytes)).toBe(hash)
})

test.each(['../../etc/passwd', '..\\..\\x', 'A'.repeat(64), '0'.repeat(63), '', '\0'])(
  '%j is no picture',
  async (name) => {
    const blobs = createBlobs({ folder: temporaryFolder(), fetchBlob: nobody })
    await expect(blobs.read(name)).rejects.toMatchObject({ code: 'not_found' })
  },
)

test('a name is kept for people only, without a path or signs that turn it round', async () => {
  const blobs = createBlobs({ folder: temporaryFolder(), fetchBlob: nobody })
  const name = async (text: string) => (await blobs.importImage(text, new Blob([await picture()]))).name
  expect(await name('/home/ada/../x/\u202Egnp.exe')).toBe('gnp.exe')
  expect(await name('C:\\Users\\ada\\me.png')).toBe('me.png')
  expect(await name('\u0000\u0007')).toBe('picture')
  expect(await name('x'.repeat(900))).toHaveLength(255)
})

test('something stored that is no picture is not given out', async () => {
  const folder = temporaryFolder()
  const bytes = Buffer.from('<script>alert(1)</script>')
  const hash = sha256(bytes)
  mkdirSync(join(folder, hash.slice(0, 2)))
  writeFileSync(join(folder, hash.slice(0, 2), hash), bytes)
  expect(await createBlobs({ folder, fetchBlob: nobody }).read(hash)).toBeUndefined()
})

test('a file that is too large is refused before it is read', async () => {
  const blobs = createBlobs({ folder: temporaryFolder(), fetchBlob: nobody })
  const huge = { size: 50_000_001, arrayBuffer: () => Promise.reject(new Error('read')) } as unknown as Blob
  await expect(blobs.importImage('a', huge)).rejects.toMatchObject({ code: 'too_large' })
})

const signedIn = { get: async () => ({ token: 't', userId: '', email: '', name: '', workspaceId: 'w', handle: '' }) }

test('another device’s picture is fetched once with the session, checked, and kept', async () => {
  const bytes = await picture(7)
  const hash = sha256(bytes)
  const server = await localServer(({ headers }, response) => {
    if (headers.authorization !== 'Bearer t') response.writeHead(401).end()
    else response.writeHead(200, { 'content-type': 'image/png' }).end(bytes)
  })
  const folder = temporaryFolder()
  const blobs = createBlobs({
    folder,
    fetchBlob: createFetchBlob({ session: signedIn, serverUrl: () => server.origin }),
  })
  expect((await blobs.read(hash))?.type).toBe('image/png')
  await server.close()
  expect((await blobs.read(hash))?.bytes.equals(bytes)).toBe(true)
  expect(server.heard).toHaveLength(1)
  expect(await blobs.read(sha256(Buffer.from('other')))).toBeUndefined()
})

test('a server that gives other bytes than asked for is not believed', async () => {
  const bytes = await picture(9)
  const server = await localServer(
    (_, response) => void response.writeHead(200, { 'content-type': 'image/png' }).end(bytes),
  )
  const fetchBlob = createFetchBlob({ session: signedIn, serverUrl: () => server.origin })
  const blobs = createBlobs({ folder: temporaryFolder(), fetchBlob })
  expect(await blobs.read('0'.repeat(64))).toBeUndefined()
  expect(await blobs.size('0'.repeat(64))).toBeUndefined()
})

test('another device’s film is left where it is: it plays from there', async () => {
  const server = await localServer(
    (_, response) => void response.writeHead(200, { 'content-type': 'video/mp4' }).end('a film'),
  )
  const fetchBlob = createFetchBlob({ session: signedIn, serverUrl: () => server.origin })
  expect(await fetchBlob('0'.repeat(64))).toBeUndefined()
})

test('signed out, no server is asked', async () => {
  const fetchBlob = createFetchBlob({ session: { get: async () => null }, serverUrl: () => 'http://127.0.0.1:1' })
  expect(await fetchBlob('0'.repeat(64))).toBeUndefined()
})

test('a folder that cannot be tidied up at the start ends nothing', async () => {
  const folder = join(temporaryFolder(), 'blobs')
  // A file where the folder should be: what is in it can be neither seen nor removed.
  writeFileSync(folder, '')
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  expect(await blobs.readLocal('0'.repeat(64))).toBeUndefined()
  await expect(blobs.draftPath()).rejects.toThrow()
})

async function drafted(blobs: ReturnType<typeof createBlobs>, text: string) {
  const path = await blobs.draftPath()
  writeFileSync(path, text)
  return { path, hash: sha256(Buffer.from(text)) }
}

test('a file that is taken over is on the disk, and so is its name', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  const { path, hash } = await drafted(blobs, 'WEBVTT')
  const flushed: string[] = []
  const { handles, sync } = await fileHandles()
  vi.spyOn(handles, 'sync').mockImplementation(async function (this: FileHandle) {
    flushed.push((await this.stat()).isDirectory() ? 'folder' : 'file')
    await sync.call(this)
  })
  onTestFinished(() => void vi.restoreAllMocks())
  expect(await blobs.adopt(path, hash)).toEqual({ known: false })
  expect(flushed).toEqual(process.platform === 'win32' ? ['file'] : ['file', 'folder'])
})

test.skipIf(process.platform !== 'linux')('one that cannot be, is told so, closed and removed', async () => {
  const folder = temporaryFolder()
  const blobs = createBlobs({ folder, fetchBlob: nobody })
  const { path, hash } = await drafted(blobs, 'WEBVTT')
  const { handles } = await fileHandles()
  vi.spyOn(handles, 'sync').mockRejectedValueOnce(Object.assign(new Error('no space'), { code: 'ENOSPC' }))
  onTestFinished(() => void vi.restoreAllMocks())
  await expect(blobs.adopt(path, hash)).rejects.toMatchObject({ code: 'storage_full' })
  expect(existsSync(path)).toBe(false)
  const isOpen = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })
  expect(isOpen.filter((name) => name.startsWith(path))).toEqual([])
})

/** What all open files of this process have in common. */
async function fileHandles() {
  const file = await open(import.meta.filename)
  const handles = Object.getPrototypeOf(file) as FileHandle
  await file.close()
  return { handles, sync: handles.sync }
}
