import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../testing/folder.ts'
import { contentSecurityPolicy, createPages, isStoredPart } from './pages.ts'

const hash = 'a'.repeat(64)
const png = Buffer.from([0x89, 0x50, 0x4e, 0x47])

function studio() {
  const folder = temporaryFolder()
  const root = join(folder, 'renderer')
  mkdirSync(join(root, 'assets'), { recursive: true })
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Studio</title>')
  writeFileSync(join(root, 'assets/app-1234.js'), 'export {}')
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  mkdirSync(join(folder, 'renderer-private'))
  writeFileSync(join(folder, 'renderer-private/secret.txt'), 'secret')
  const path = join(folder, 'stored')
  writeFileSync(path, png)
  const blobs = {
    find: async (asked: string) =>
      asked === hash ? { path, bytes: png.length, type: 'image/png' as const } : undefined,
  }
  const thumbs = { find: async () => ({ path, bytes: 3, type: 'image/webp' as const }) }
  return createPages({
    root,
    blobs,
    thumbs,
    serverUrl: () => 'http://127.0.0.1:4310',
    bridge: () => 'ws://127.0.0.1:5000',
  })
}

const nothing = { find: async () => undefined }

test('files are given with their type, never sniffed, and cached where their name is their content', async () => {
  const pages = studio()
  const script = await pages('/assets/app-1234.js')
  expect(script.status).toBe(200)
  expect(script.headers).toMatchObject({
    'content-type': 'text/javascript; charset=utf-8',
    'x-content-type-options': 'nosniff',
    'cache-control': 'public, max-age=31536000, immutable',
  })
  expect((await pages('/')).headers['cache-control']).toBe('no-cache')
})

test('an address of the app is led to its place in the app; a missing file is missing', async () => {
  const pages = studio()
  expect(await pages('/posts/01HXYZ')).toMatchObject({ status: 303, headers: { location: '/#/posts/01HXYZ' } })
  expect((await pages('/a%0d%0ab')).headers.location).toBe('/#/a%0D%0Ab')
  expect((await pages('/assets/gone-1234.js')).status).toBe(404)
  expect((await pages('//evil.example')).status).toBe(404)
})

test('the policy allows nothing inline, no eval and no other origin than the server', async () => {
  const policy = (await studio()('/')).headers['content-security-policy'] ?? ''
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'self';")
  expect(policy).not.toMatch(/unsafe|\*/)
  expect(policy).toContain("connect-src 'self' http://127.0.0.1:4310 ws://127.0.0.1:4310 ws://127.0.0.1:5000")
  expect(contentSecurityPolicy('https://studio.example')).toContain('wss://studio.example')
})

test.each([
  '/../secret.txt',
  '/%2e%2e/secret.txt',
  '/..%2fsecret.txt',
  '/assets/../../secret.txt',
  '/%2e%2e%2frenderer-private/secret.txt',
  '/..\\secret.txt',
  '/%5c..%5csecret.txt',
  '/%00',
  '/%',
  '/%c0%ae%c0%ae/secret.txt',
  '//etc/passwd',
  '/blobs/../index.html',
  'secret.txt',
])('%s does not leave the folder', async (path) => {
  const answer = await studio()(path)
  expect(String(answer.body)).not.toContain('secret\n')
  expect(String(answer.body)).not.toContain('root:')
  expect(String(answer.body)).not.toBe('secret')
  expect([303, 400, 404]).toContain(answer.status)
})

test('pictures are given by hash, as pictures, with nothing allowed inside', async () => {
  const pages = studio()
  const answer = await pages(`/blobs/${hash}`)
  expect(answer.headers).toMatchObject({ 'content-type': 'image/png', 'x-content-type-options': 'nosniff' })
  expect(answer.headers['content-security-policy']).toBe("default-src 'none'; sandbox")
  for (const name of ['b'.repeat(64), 'x', '', `${hash}/x`, `..%2f${hash}`])
    expect([400, 404]).toContain((await pages(`/blobs/${name}`)).status)
})

const parts: [string | null, number, string | undefined, string][] = [
  [null, 200, undefined, '0-3'],
  ['bytes=0-', 206, 'bytes 0-3/4', '0-3'],
  ['bytes=1-2', 206, 'bytes 1-2/4', '1-2'],
  ['bytes=2-900', 206, 'bytes 2-3/4', '2-3'],
  ['bytes=-1', 206, 'bytes 3-3/4', '3-3'],
  ['bytes=-900', 206, 'bytes 0-3/4', '0-3'],
  ['bytes=4-', 416, 'bytes */4', ''],
  ['bytes=-0', 416, 'bytes */4', ''],
  ['bytes=3-1', 200, undefined, '0-3'],
  ['bytes=0-0,2-3', 200, undefined, '0-3'],
  ['pages=1-2', 200, undefined, '0-3'],
]
test.each(parts)('asked for the range %j, a stored file answers %i', async (range, status, stated, given) => {
  const answer = await studio()(`/blobs/${hash}`, range)
  expect([answer.status, answer.headers['content-range'], answer.headers['accept-ranges']]).toEqual([
    status,
    stated,
    'bytes',
  ])
  const { body } = answer
  const [start, end] = isStoredPart(body) ? [body.start, body.end] : []
  expect(start === undefined ? '' : `${start}-${end}`).toBe(given)
  expect(answer.headers['content-length']).toBe(start === undefined ? '0' : String(end! - start + 1))
})

test('a small version of a picture has an address of its own', async () => {
  const pages = studio()
  const { status, headers } = await pages(`/thumbs/${hash}`)
  expect([status, headers['content-type'], headers['content-length']]).toEqual([200, 'image/webp', '3'])
  expect((await pages('/thumbs/secret.txt')).status).toBe(404)
})

test('an unbuilt studio says how to build it', async () => {
  const pages = createPages({
    root: temporaryFolder(),
    blobs: nothing,
    thumbs: nothing,
    serverUrl: () => 'http://127.0.0.1:1',
  })
  expect(await pages('/')).toMatchObject({ status: 503, body: expect.stringContaining('npm run build') })
})

test.skipIf(process.platform === 'win32')('a folder that is a link is not followed out', async () => {
  const folder = temporaryFolder()
  mkdirSync(join(folder, 'root'))
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  symlinkSync(folder, join(folder, 'root/link'))
  const pages = createPages({
    root: join(folder, 'root'),
    blobs: nothing,
    thumbs: nothing,
    serverUrl: () => 'http://127.0.0.1:1',
  })
  expect((await pages('/link/secret.txt')).status).not.toBe(200)
})
