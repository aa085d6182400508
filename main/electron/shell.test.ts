import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { build, targets } from '../../tools/targets.ts'

// The bundle that would run in Electron, built and booted: no word of it is loaded in another way here.
const root = resolve(import.meta.dirname, '../..')
const home = mkdtempSync(join(tmpdir(), 'grover-shell-'))
const shell = { ...targets(root).electron, output: join(home, 'dist/electron') }

type Call = [string, ...unknown[]]
type Window = { webPreferences: Record<string, unknown>; show: boolean; x: number; width: number }
let report: {
  happened: Call[]
  bootMs: number
  info: unknown
  kept: unknown
  refusedAddress: unknown
  refusedPorts: Record<string, boolean>
  permissions: Record<string, unknown>
  navigations: Record<string, boolean>
  opened: string[]
  answers: Record<string, { status: number; policy: string | null; isStudio: boolean }>
  imports: unknown
  heard: unknown[]
}

function boot(bundle: string, env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [join(root, 'main/electron/testing/boot.ts'), bundle], {
    env: { ...process.env, DOUBLE_USER_DATA: join(home, 'user'), GROVER_SERVER_URL: 'https://studio.example', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (err += part))
  return new Promise<{ code: number | null; out: string; err: string }>((done) =>
    child.once('close', (code) => done({ code, out, err })),
  )
}

beforeAll(async () => {
  await build(shell, root)
  mkdirSync(join(home, 'dist/renderer'), { recursive: true })
  writeFileSync(join(home, 'dist/renderer/index.html'), '<!doctype html><title>Studio</title>')
  // Beside sharp, which stays outside the bundle.
  writeFileSync(join(home, 'package.json'), '{"type":"module"}')
  const { code, out, err } = await boot(join(shell.output, 'main/main.js'))
  const refusedLink = 'A link was not opened. (Only web addresses that begin with https can be opened.)\n'
  expect({ code, err }).toEqual({ code: 0, err: refusedLink.repeat(2) })
  report = JSON.parse(out)
}, 120_000)
afterAll(() => rmSync(home, { recursive: true, force: true }))

const order = (...names: string[]) => names.map((name) => report.happened.findIndex(([call]) => call === name))
const last = (name: string) => report.happened.filter(([call]) => call === name).map(([, ...args]) => args)

test('an entry that waits for ready at the top level hangs on the double as it hangs Electron', async () => {
  const path = join(home, 'waits.mjs')
  writeFileSync(path, "import { app } from 'electron'\nawait app.whenReady()\nconsole.log('went on')\n")
  const { code, out } = await boot(path)
  // 13: Node's exit code for a top-level await that nothing can settle any more.
  expect({ code, out }).toEqual({ code: 13, out: '' })
})

test('sandbox, scheme and single instance are settled before the app is ready', () => {
  const steps = order('app.enableSandbox', 'registerSchemesAsPrivileged', 'app.requestSingleInstanceLock', 'ready')
  expect(steps.every((at) => at >= 0)).toBe(true)
  expect(steps).toEqual([...steps].sort((a, b) => a - b))
})

test('the page runs isolated in a sandbox and shows when it is drawn', () => {
  const [[options]] = last('BrowserWindow') as [[Window]]
  expect(options.webPreferences).toMatchObject({
    sandbox: true,
    contextIsolation: true,
    nodeIntegration: false,
    nodeIntegrationInWorker: false,
    nodeIntegrationInSubFrames: false,
    webSecurity: true,
    webviewTag: false,
    navigateOnDragDrop: false,
  })
  expect(options.webPreferences.preload).toBe(join(shell.output, 'preload/preload.cjs'))
  expect(options.show).toBe(false)
  expect(options.width).toBeLessThanOrEqual(1280)
  expect(last('loadURL')).toEqual([['grover-studio://app/']])
})

test('the contract is answered over the port, with the keychain behind the vault', () => {
  expect(report.info).toMatchObject({
    kind: 'electron',
    version: '9.8.7',
    serverUrl: 'https://studio.example',
    can: { nativeMenu: true, secrets: 'keychain' },
  })
  expect(report.kept).toMatchObject({ token: 't' })
  expect(report.refusedAddress).toBe('not_allowed')
  const sealed = readFileSync(join(home, 'user/studio/vault.keychain'))
  expect(sealed.toString()).not.toMatch(/^[A-Za-z0-9+/=]{44}$/)
})

test('a port from anybody but the main frame of our own page is closed', () => {
  expect(report.refusedPorts).toEqual({
    'another site': true,
    'a name that begins the same': true,
    'a frame inside the page': true,
    'two ports': true,
    'no address': true,
  })
})

test('permissions are refused but for the few our own page needs', () => {
  const given = Object.entries(report.permissions).filter(([, answer]) => JSON.stringify(answer).includes('true'))
  expect(given).toEqual([
    ['clipboard-sanitized-write grover-studio://app/posts', { request: true, check: true }],
    ['media grover-studio://app/posts', { request: true, check: true }],
  ])
  expect(report.permissions.device).toBe(false)
})

test('nothing leaves the studio’s pages: no navigation, no redirect, no window, no webview', () => {
  const allowed = Object.entries(report.navigations).filter(([, isPrevented]) => !isPrevented)
  expect(allowed.map(([name]) => name)).toEqual([
    'will-navigate grover-studio://app/plan',
    'will-frame-navigate about:srcdoc in a frame',
  ])
  expect(report.opened).toEqual(['deny', 'deny', 'deny'])
  expect(last('shell.openExternal')).toEqual([['https://example.org/']])
})

test('the scheme gives the studio and nothing beside it', () => {
  const status = Object.fromEntries(Object.entries(report.answers).map(([name, { status }]) => [name, status]))
  expect(status).toEqual({
    'GET grover-studio://app/': 200,
    'GET grover-studio://app/posts/1': 303,
    'POST grover-studio://app/': 405,
    'GET grover-studio://app/..%2f..%2f..%2f..%2fetc%2fpasswd': 400,
    'GET grover-studio://app/%2e%2e/package.json': 404,
    'GET grover-studio://other/': 404,
    'GET grover-studio://app/blobs/nothing': 404,
  })
  const start = report.answers['GET grover-studio://app/']
  expect(start?.isStudio).toBe(true)
  expect(start?.policy).toContain("default-src 'none'")
  expect(start?.policy).toContain("connect-src 'self' https://studio.example wss://studio.example;")
})

test('files are taken in from our own page alone, and given out in parts', () => {
  expect(report.imports).toMatchObject({
    refused: { status: 415, code: 'media_type_unsupported' },
    stranger: 403,
    part: { status: 206, range: 'bytes 1-3/8', text: 'PNG' },
  })
})

test('menu, second start and links speak in commands; a link that is not on the list does nothing', () => {
  expect(report.heard).toEqual(['posts.new', 'go:/posts/01HXYZ', 'go:/plan'])
})

test('it quits when the last window closes, after its services have stopped', () => {
  expect(last('app.quit')).toHaveLength(2)
  expect(last('app.ended')).toHaveLength(1)
})

test('a second start gives way to the first', async () => {
  const { code, out } = await boot(join(shell.output, 'main/main.js'), { DOUBLE_SECOND: 'true' })
  expect(code).toBe(0)
  const { happened } = JSON.parse(out) as { happened: Call[] }
  expect(happened.map(([name]) => name)).toContain('app.quit')
  expect(happened.map(([name]) => name)).not.toContain('BrowserWindow')
})

test('a keyring that is none is told as plain', async () => {
  const env = { DOUBLE_BACKEND: 'basic_text', DOUBLE_USER_DATA: join(home, 'plain') }
  const { out } = await boot(join(shell.output, 'main/main.js'), env)
  const secrets = (JSON.parse(out) as { info: { can: { secrets: string } } }).info.can.secrets
  expect(secrets).toBe(process.platform === 'linux' ? 'plain' : 'keychain')
})

test('the built preload passes on one port of its own page, and needs nothing but Electron', () => {
  const code = readFileSync(join(shell.output, 'preload/preload.cjs'), 'utf8')
  expect([...code.matchAll(/require\(([^)]*)\)/g)].map(([, name]) => name?.slice(1, -1))).toEqual(['electron'])
  const sent: unknown[][] = []
  let listen: (event: unknown) => void = () => undefined
  const window = { addEventListener: (_: string, listener: (event: unknown) => void) => (listen = listener) }
  const electron = { ipcRenderer: { postMessage: (...args: unknown[]) => sent.push(args) } }
  const origin = 'grover-studio://app'
  new Function('require', 'window', 'location', 'exports', 'module', code)(() => electron, window, { origin }, {}, {})
  const good = { source: window, origin, data: 'grover:host', ports: ['port'] }
  for (const wrong of [{ source: {} }, { origin: 'https://evil.example' }, { data: 'other' }, { ports: [] }])
    listen({ ...good, ...wrong })
  expect(sent).toEqual([])
  listen(good)
  expect(sent).toEqual([['grover:host', null, ['port']]])
})
