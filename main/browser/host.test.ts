import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import WebSocket from 'ws'
import { type Imported, importHeaders, importPath } from '../../shared/contract/media.ts'
import { createRouter } from '../router.ts'
import { createServices } from '../services/compose.ts'
import { createPages } from '../services/pages.ts'
import { createFileKey } from '../services/vault-key.ts'
import { temporaryFolder } from '../testing/folder.ts'
import { rawRequest } from '../testing/http.ts'
import { createBrowserHost } from './host.ts'
import { withRememberedPort } from './remembered-port.ts'

async function open() {
  const folder = temporaryFolder()
  const root = join(folder, 'renderer')
  mkdirSync(root)
  writeFileSync(join(root, 'index.html'), '<!doctype html><title>Studio</title>')
  const log = () => undefined
  const serverUrl = () => 'http://127.0.0.1:4310'
  const services = createServices({
    kind: 'browser',
    version: '1.2.3',
    folder,
    serverUrl,
    keeper: createFileKey(folder),
    can: { nativeMenu: false, tray: false },
    openAddress: async () => undefined,
    log,
  })
  const host = await createBrowserHost({
    port: 0,
    pages: createPages({ root, blobs: services.blobs, thumbs: services.thumbs, serverUrl }),
    imports: services.imports,
    router: createRouter({ services, log }),
    log,
  })
  onTestFinished(async () => {
    await host.close()
    await services.stop()
  })
  const { port, host: name } = new URL(host.origin)
  const get = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    rawRequest(Number(port), { path, method, headers: { host: name, ...headers } })
  const signIn = async () => {
    const { pathname, search } = new URL(host.ticketUrl())
    const answer = await get(pathname + search)
    return { answer, cookie: (answer.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '' }
  }
  return { host, port: Number(port), name, get, signIn }
}

/** How an attempt to open the bridge ends: 101, or the status of the refusal. */
const knock = (port: number, headers: Record<string, string>, path = '/rpc') =>
  new Promise<number>((resolve) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, { headers })
    socket.on('open', () => {
      socket.terminate()
      resolve(101)
    })
    socket.on('unexpected-response', (_, response) => resolve(response.statusCode ?? 0))
    socket.on('error', () => undefined)
  })

test('a ticket opens the studio once and becomes a cookie that scripts and other sites cannot use', async () => {
  const { get, signIn } = await open()
  const { answer, cookie } = await signIn()
  expect(answer.status).toBe(303)
  expect(answer.headers.location).toBe('/')
  expect(answer.headers['set-cookie']?.[0]).toMatch(/^grover_studio_\d+=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict$/)
  const page = await get('/', { cookie })
  expect(page.status).toBe(200)
  expect(page.body).toContain('Studio')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
})

test('a ticket that was used, guessed or is empty opens nothing; one already inside is let through', async () => {
  const { host, get, signIn } = await open()
  const { pathname, search } = new URL(host.ticketUrl())
  expect((await get(pathname + search)).status).toBe(303)
  const again = await get(pathname + search)
  expect(again.status).toBe(403)
  expect(again.headers['set-cookie']).toBeUndefined()
  for (const ticket of ['guess', '', 'a'.repeat(43)]) expect((await get(`/?ticket=${ticket}`)).status).toBe(403)
  const { cookie } = await signIn()
  expect((await get(pathname + search, { cookie })).headers.location).toBe('/')
})

test('a ticket cannot be used to send the browser elsewhere', async () => {
  const { host, get } = await open()
  const { search } = new URL(host.ticketUrl())
  expect((await get(`//evil.example/${search}`)).status).toBe(401)
  expect((await get(`http://evil.example/${search}`)).status).not.toBe(303)
})

test('without the cookie, or with a wrong one, nothing is given', async () => {
  const { get, port, signIn } = await open()
  const { cookie } = await signIn()
  for (const wrong of ['', `grover_studio_${port}=guess`, cookie.replace(String(port), '1'), cookie.slice(0, -1)])
    expect((await get('/', wrong ? { cookie: wrong } : {})).status).toBe(401)
  expect((await get('/', { cookie: `other=1; ${cookie}; more=2` })).status).toBe(200)
})

test('a foreign Host is refused with 421, a foreign Origin with 403, also with the cookie', async () => {
  const { get, port, signIn } = await open()
  const { cookie } = await signIn()
  for (const host of [
    'evil.example',
    `evil.example:${port}`,
    'localhost',
    `localhost:${port}`,
    '127.0.0.1',
    '127.0.0.1:1',
  ])
    expect((await get('/', { cookie, host })).status).toBe(421)
  for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1', `http://localhost:${port}`])
    expect((await get('/', { cookie, origin })).status).toBe(403)
})

test('pages can only be read, and paths stay inside', async () => {
  const { get, signIn } = await open()
  const { cookie } = await signIn()
  for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS'])
    expect((await get('/', { cookie }, method)).status).toBe(405)
  const head = await get('/', { cookie }, 'HEAD')
  expect([head.status, head.body]).toEqual([200, ''])
  for (const path of ['/../vault.key', '/%2e%2e/vault.key', '/..%2fvault.key', '/%2e%2e%5cvault.key'])
    expect((await get(path, { cookie })).status).toBe(400)
})

const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64')

test('a file is taken in from our own page, by its bytes, and can be read again in part', async () => {
  const { host, signIn } = await open()
  const { cookie } = await signIn()
  const { origin } = host
  const take = (headers: Record<string, string>, body: BodyInit = gif) =>
    fetch(origin + importPath, { method: 'POST', headers, body })
  const answer = await take({ cookie, origin, ...importHeaders('Ein „Name“ 🎬.mp4') })
  const taken = (await answer.json()) as Imported
  expect(taken).toMatchObject({ kind: 'image', type: 'image/png', name: 'Ein „Name“ 🎬.mp4', known: false })
  expect(((await (await take({ cookie, origin })).json()) as Imported).known).toBe(true)
  const part = await fetch(`${origin}/blobs/${taken.id}`, { headers: { cookie, range: 'bytes=1-3' } })
  expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes 1-3/${taken.bytes}`])
  expect(await part.text()).toBe('PNG')
  expect((await take({ cookie, origin, ...importHeaders('film.mp4') }, 'just text')).status).toBe(415)
  expect((await take({ origin })).status).toBe(401)
  expect((await take({ cookie })).status).toBe(403)
  expect((await take({ cookie, origin: 'https://evil.example' })).status).toBe(403)
})

test('a file that is refused by its beginning holds up neither its sender nor what comes next on the same line', async () => {
  const { port, name, host, signIn } = await open()
  const { cookie } = await signIn()
  const line = connect(port, '127.0.0.1')
  onTestFinished(() => void line.destroy())
  const answers: string[] = []
  line.on('data', (part) => answers.push(part.toString('latin1')))
  const statuses = () => [...answers.join('').matchAll(/HTTP\/1\.1 (\d+) /g)].map(([, status]) => status)
  const send = async (part: string | Uint8Array) => {
    if (!line.write(part)) await once(line, 'drain')
  }
  const head = (start: string, length: number) =>
    `${start} HTTP/1.1\r\nHost: ${name}\r\nOrigin: ${host.origin}\r\nCookie: ${cookie}\r\nContent-Length: ${length}\r\n\r\n`
  const rest = Buffer.alloc(60_000_000)
  const whole = async (beginning: Buffer) => {
    await send(head(`POST ${importPath}`, beginning.length + rest.length))
    await send(beginning)
    await send(rest)
  }
  // As a browser does it: all of the file first, and only then a look at the answer.
  await whole(Buffer.from('no film'))
  await whole(gif)
  await send(head('GET /', 0))
  await expect.poll(statuses, { timeout: 20_000 }).toEqual(['415', '413', '200'])
})

test('the bridge opens for our own page with its cookie and for nobody else', async () => {
  const { host, port, signIn } = await open()
  const { cookie } = await signIn()
  const { origin } = host
  expect(await knock(port, { cookie, origin })).toBe(101)
  expect(await knock(port, { origin })).toBe(401)
  expect(await knock(port, { cookie })).toBe(403)
  expect(await knock(port, { cookie, origin: 'https://evil.example' })).toBe(403)
  expect(await knock(port, { cookie, origin, host: 'evil.example' })).toBe(421)
  expect(await knock(port, { cookie, origin }, '/other')).toBe(404)
})

test('nothing listens beyond this machine', async () => {
  const { host } = await open()
  expect(new URL(host.origin).hostname).toBe('127.0.0.1')
})

test('the port is kept for the next start, and given way when another program has it', async () => {
  const folder = temporaryFolder()
  const said: string[] = []
  const listen = (port: number) =>
    new Promise<{ origin: string; close: () => Promise<void> }>((resolve, reject) => {
      const server = createServer()
      server.once('error', reject)
      server.listen(port, '127.0.0.1', () => {
        const { port } = server.address() as { port: number }
        resolve({ origin: `http://127.0.0.1:${port}`, close: () => new Promise((done) => server.close(() => done())) })
      })
    })
  const start = () => withRememberedPort(folder, (sentence) => said.push(sentence), listen)
  const first = await start()
  const meanwhile = await start()
  expect(meanwhile.origin).not.toBe(first.origin)
  expect(said).toHaveLength(1)
  await first.close()
  const again = await start()
  expect(again.origin).toBe(first.origin)
  await Promise.all([again.close(), meanwhile.close()])
})
