import { EventEmitter } from 'node:events'
import type { MessagePort } from 'node:worker_threads'

/**
 * A small double of `electron` for Node: as much as the shell uses, recording what it is told. It keeps Electron's most painful
 * habit: `ready` comes only after the entry has been evaluated, so an entry that waits for it at the top level never ends.
 */
type Any = (...args: never[]) => unknown
const calls: [string, ...unknown[]][] = []
const record =
  <T>(name: string, answer?: T) =>
  (...args: unknown[]) => {
    calls.push([name, ...args])
    return answer as T
  }
/** What happened, in order. */
export const happened = calls

const ready = Promise.withResolvers<void>()
/** To be called when the entry has been evaluated. */
export function emitReady(): void {
  calls.push(['ready'])
  ready.resolve()
  app.emit('ready')
}

let userData = process.env.DOUBLE_USER_DATA ?? ''
export const app = Object.assign(new EventEmitter(), {
  isPackaged: false,
  whenReady: () => ready.promise,
  isReady: () => false,
  getPath: () => userData,
  setPath: (name: string, path: string) => {
    calls.push(['app.setPath', name, path])
    userData = path
  },
  getVersion: () => '9.8.7',
  getLocale: () => 'de-DE',
  enableSandbox: record('app.enableSandbox'),
  requestSingleInstanceLock: record('app.requestSingleInstanceLock', process.env.DOUBLE_SECOND !== 'true'),
  setAsDefaultProtocolClient: record('app.setAsDefaultProtocolClient', true),
  exit: record('app.exit'),
  /** As Electron does: `will-quit` may be held up, and another `quit` then goes through it again. */
  quit: () => {
    let isHeld = false
    calls.push(['app.quit'])
    app.emit('will-quit', { preventDefault: () => (isHeld = true) })
    if (!isHeld) calls.push(['app.ended'])
  },
})

class WebContents extends EventEmitter {
  mainFrame = { url: '' }
  openWindow: ((details: { url: string }) => { action: string }) | undefined
  setWindowOpenHandler(handler: (details: { url: string }) => { action: string }) {
    this.openWindow = handler
  }
  reload = record('webContents.reload')
}

export class BrowserWindow extends EventEmitter {
  static all: BrowserWindow[] = []
  webContents = new WebContents()
  options: Record<string, unknown>
  bounds: { x: number; y: number; width: number; height: number }
  constructor(options: Record<string, unknown> & { x: number; y: number; width: number; height: number }) {
    super()
    this.options = options
    this.bounds = { x: options.x, y: options.y, width: options.width, height: options.height }
    BrowserWindow.all.push(this)
    calls.push(['BrowserWindow', options])
    app.emit('web-contents-created', {}, this.webContents)
  }
  async loadURL(url: string) {
    calls.push(['loadURL', url])
    this.webContents.mainFrame.url = url
    this.emit('ready-to-show')
  }
  show = record('window.show')
  focus = record('window.focus')
  restore = record('window.restore')
  maximize = record('window.maximize')
  isDestroyed = () => false
  isMinimized = () => false
  isMaximized = () => false
  getNormalBounds = () => this.bounds
}

export const ipcMain = new EventEmitter()

let handler: ((request: Request) => Promise<Response>) | undefined
export const protocol = {
  registerSchemesAsPrivileged: record('registerSchemesAsPrivileged'),
  handle: (scheme: string, answer: (request: Request) => Promise<Response>) => {
    calls.push(['protocol.handle', scheme])
    handler = answer
  },
}
export const ask = (url: string, method = 'GET', given: Record<string, string> = {}, content?: BodyInit) => {
  if (!handler) throw new Error('no scheme is handled')
  // Node's Request refuses unknown schemes less than it changes them: the handler reads these four only.
  const body = content === undefined ? null : new Response(content).body
  return handler({ url, method, headers: new Headers(given), body } as Request)
}

const permissions: { request?: Any; check?: Any; device?: Any } = {}
export const asked = permissions
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (f: Any) => (permissions.request = f),
    setPermissionCheckHandler: (f: Any) => (permissions.check = f),
    setDevicePermissionHandler: (f: Any) => (permissions.device = f),
  },
}

const mask = (bytes: Uint8Array) => Buffer.from(bytes.map((byte) => byte ^ 0x5a))
export const safeStorage = {
  isEncryptionAvailable: () => true,
  getSelectedStorageBackend: () => process.env.DOUBLE_BACKEND ?? 'gnome_libsecret',
  encryptString: (text: string) => mask(Buffer.from(text)),
  decryptString: (bytes: Uint8Array) => mask(bytes).toString(),
}

export const shell = { openExternal: async (url: string) => void calls.push(['shell.openExternal', url]) }
export const nativeTheme = { shouldUseDarkColors: true }
const display = { id: 1, workArea: { x: 0, y: 0, width: 1280, height: 800 } }
export const screen = { getPrimaryDisplay: () => display, getAllDisplays: () => [display] }

type Entry = { label?: string; role?: string; click?: () => void; submenu?: Entry[] }
export let menu: Entry[] = []
export const Menu = {
  buildFromTemplate: (template: Entry[]) => template,
  setApplicationMenu: (template: Entry[]) => {
    menu = template
  },
}

/** Electron's MessagePortMain over a port of Node's: events carry `data`, and nothing flows before `start`. */
export function portMain(port: MessagePort) {
  const events = new EventEmitter()
  return Object.assign(events, {
    start: () => {
      port.on('message', (data) => events.emit('message', { data, ports: [] }))
      port.on('close', () => events.emit('close'))
    },
    postMessage: (data: unknown) => port.postMessage(data),
    close: () => port.close(),
  })
}
