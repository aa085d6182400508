import { mkdirSync, writeFileSync } from 'node:fs'
import { registerHooks } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { MessageChannel } from 'node:worker_threads'
import { createORPCClient } from '@orpc/client'
import { RPCLink } from '@orpc/client/message-port'
import { hostHandshake } from '../../../shared/contract/handshake.ts'
import type { HostClient } from '../../../shared/contract/index.ts'
import { importHeaders, importPath } from '../../../shared/contract/media.ts'

/** Boots a built main bundle in Node on the double, puts it to the proof, and prints what it did as JSON. */
const doubleUrl = new URL('./double.ts', import.meta.url).href
registerHooks({
  resolve: (specifier, context, next) =>
    specifier === 'electron' ? { url: doubleUrl, shortCircuit: true } : next(specifier, context),
})
const double: typeof import('./double.ts') = await import(doubleUrl)
const { app, ask, asked, BrowserWindow, happened, ipcMain } = double

const [bundle = ''] = process.argv.slice(2)
const started = performance.now()
await import(pathToFileURL(resolve(bundle)).href)
double.emitReady()

/** Waits for something the shell does of its own accord. */
async function until<T>(look: () => T | undefined | false): Promise<T> {
  for (let tries = 0; tries < 2000; tries++) {
    const found = look()
    if (found) return found
    await new Promise((done) => setTimeout(done, 5))
  }
  throw new Error('The shell did not get there.')
}

if (process.env.DOUBLE_SECOND === 'true') finish({ happened })
const window = await until(() => BrowserWindow.all[0])
await until(() => happened.find(([name]) => name === 'window.show'))
const bootMs = performance.now() - started

type Frame = { url: string }
/** A page hands over a port, from this frame of these contents. */
function connect(frame: Frame, mainFrame: Frame, extraPorts = 0) {
  const { port1, port2 } = new MessageChannel()
  let isClosed = false
  port1.on('close', () => (isClosed = true))
  const ports = [port2, ...Array.from({ length: extraPorts }, () => new MessageChannel().port2)].map(double.portMain)
  ipcMain.emit(hostHandshake, { ports, senderFrame: frame, sender: { mainFrame } })
  const client = createORPCClient<HostClient>(new RPCLink({ port: port1 as unknown as MessagePort }))
  return { client, isClosed: () => isClosed, close: () => port1.close() }
}
const own: Frame = { url: 'grover-studio://app/posts' }
const page = connect(own, own)
const session = { token: 't', userId: 'u', email: 'e', name: 'n', workspaceId: 'w', handle: 'h' }
const info = await page.client.host.info()
await page.client.session.set(session)
const kept = await page.client.session.get()
const refusedAddress = await page.client.host.openExternal({ url: 'file:///etc/passwd' }).catch((error) => error.code)

const refusedPorts: Record<string, boolean> = {}
for (const [name, frame, main, extra] of [
  ['another site', { url: 'https://evil.example/' }, undefined, 0],
  ['a name that begins the same', { url: 'grover-studio://app.evil/' }, undefined, 0],
  ['a frame inside the page', { url: own.url }, own, 0],
  ['two ports', own, own, 1],
  ['no address', { url: '' }, undefined, 0],
] as const) {
  const knock = connect(frame, main ?? frame, extra)
  refusedPorts[name] = await until(() => knock.isClosed())
}

const permissionsOf = (permission: string, origin: string, isMainFrame = true) => {
  let answer: unknown
  const details = { requestingUrl: origin, isMainFrame }
  asked.request?.(...([undefined, permission, (given: unknown) => (answer = given), details] as never[]))
  return { request: answer, check: asked.check?.(...([undefined, permission, origin, details] as never[])) }
}
const permissions: Record<string, unknown> = { device: asked.device?.() }
for (const permission of ['clipboard-sanitized-write', 'media', 'geolocation', 'notifications', 'openExternal', 'usb'])
  for (const origin of [own.url, 'https://evil.example/'])
    permissions[`${permission} ${origin}`] = permissionsOf(permission, origin)
permissions['clipboard in a frame'] = permissionsOf('clipboard-sanitized-write', own.url, false)

const navigations: Record<string, boolean> = {}
for (const [event, url, isMainFrame] of [
  ['will-navigate', 'grover-studio://app/plan', true],
  ['will-navigate', 'https://evil.example/', true],
  ['will-navigate', 'file:///etc/passwd', true],
  ['will-navigate', 'grover-studio://app.evil/', true],
  ['will-redirect', 'https://evil.example/', true],
  ['will-frame-navigate', 'about:srcdoc', false],
  ['will-frame-navigate', 'about:srcdoc', true],
  ['will-frame-navigate', 'https://evil.example/', false],
  ['will-attach-webview', '', true],
] as const) {
  let isPrevented = false
  window.webContents.emit(event, { url, isMainFrame, preventDefault: () => (isPrevented = true) })
  navigations[`${event} ${url}${isMainFrame ? '' : ' in a frame'}`] = isPrevented
}
const opened = ['https://example.org/', 'javascript:alert(1)', 'file:///etc/passwd'].map(
  (url) => window.webContents.openWindow?.({ url }).action,
)

const answers: Record<string, unknown> = {}
for (const [url, method] of [
  ['grover-studio://app/', 'GET'],
  ['grover-studio://app/posts/1', 'GET'],
  ['grover-studio://app/', 'POST'],
  ['grover-studio://app/..%2f..%2f..%2f..%2fetc%2fpasswd', 'GET'],
  ['grover-studio://app/%2e%2e/package.json', 'GET'],
  ['grover-studio://other/', 'GET'],
  ['grover-studio://app/blobs/nothing', 'GET'],
] as const) {
  const response = await ask(url, method)
  const body = await response.text()
  const policy = response.headers.get('content-security-policy')
  answers[`${method} ${url}`] = { status: response.status, policy, isStudio: body.includes('<title>Studio') }
}

const origin = 'grover-studio://app'
const takeIn = (from: string) =>
  ask(`${origin}${importPath}`, 'POST', { origin: from, ...importHeaders('a.mp4') }, 'text')
const refused = await takeIn(origin)
const hash = 'ab'.repeat(32)
const store = join(process.env.DOUBLE_USER_DATA ?? '', 'studio/blobs/ab')
mkdirSync(store, { recursive: true })
writeFileSync(join(store, hash), '\x89PNG\r\n\x1a\n', 'latin1')
const part = await ask(`${origin}/blobs/${hash}`, 'GET', { range: 'bytes=1-3' })
const imports = {
  refused: { status: refused.status, ...((await refused.json()) as { code: string }) },
  stranger: (await takeIn('https://evil.example')).status,
  part: { status: part.status, range: part.headers.get('content-range'), text: await part.text() },
}

const commands = await page.client.host.commands()
const next = async () => ((await commands.next()).value as { command: string }).command
const heard: unknown[] = []
double.menu
  .flatMap(({ submenu = [] }) => submenu)
  .find(({ label }) => label === 'Neuer Beitrag')
  ?.click?.()
heard.push(await next())
app.emit('second-instance', {}, ['electron', '--flag', 'grover-studio://open/posts/01HXYZ'])
app.emit('second-instance', {}, ['electron', 'grover-studio://open/../../x?y'])
app.emit('open-url', { preventDefault: () => undefined }, 'grover-studio://app/evil')
app.emit('open-url', { preventDefault: () => undefined }, 'grover-studio://open/plan')
heard.push(await next(), await next())
page.close()

window.emit('close')
app.emit('window-all-closed')
await until(() => happened.find(([name]) => name === 'app.ended'))
finish({
  happened,
  bootMs,
  info,
  kept,
  refusedAddress,
  refusedPorts,
  permissions,
  navigations,
  opened,
  answers,
  imports,
  heard,
})

function finish(report: unknown): never {
  writeFileSync(1, JSON.stringify(report))
  process.exit(0)
}
