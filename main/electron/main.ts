import { join } from 'node:path'
import { app, ipcMain, protocol, safeStorage, session, shell } from 'electron'
import { studioScheme } from '../../shared/contract/handshake.ts'
import { createRouter } from '../router.ts'
import { createServices } from '../services/compose.ts'
import { commandOfLink } from '../services/deep-links.ts'
import { type Log, stderrLog } from '../services/log.ts'
import { createPages } from '../services/pages.ts'
import { answerPages } from './bridge.ts'
import { guardNavigation, guardPermissions } from './guards.ts'
import { createKeychainKey } from './keychain.ts'
import { setMenu } from './menu.ts'
import { registerScheme, servePages } from './protocol.ts'
import { readSettings } from './settings.ts'
import { startUpdates } from './updates.ts'
import { createWindows } from './windows.ts'

const log: Log = stderrLog
const settings = readSettings(process.env, app.getPath('userData'))
// Each data folder is a studio of its own: its own database, its own single instance.
if (settings.folder) app.setPath('userData', join(settings.folder, 'electron'))

app.enableSandbox()
registerScheme()
if (!app.requestSingleInstanceLock()) app.quit()
// Awaiting this at the top level would hang: Electron emits `ready` only after the entry has been evaluated.
else app.whenReady().then(start).catch(fatal)

function start(): void {
  const folder = settings.folder ?? join(app.getPath('userData'), 'studio')
  const serverUrl = () => settings.serverUrl
  const isMac = process.platform === 'darwin'
  const services = createServices({
    kind: 'electron',
    version: app.getVersion(),
    folder,
    ...(app.isPackaged ? { resources: process.resourcesPath } : {}),
    serverUrl,
    keeper: createKeychainKey({ safeStorage, folder, log }),
    can: { nativeMenu: true, tray: false },
    openAddress: (url) => shell.openExternal(url),
    log,
  })
  const router = createRouter({ services, log })
  const root = join(import.meta.dirname, '../../renderer')
  const pages = createPages({ root, blobs: services.blobs, thumbs: services.thumbs, serverUrl })
  const windows = createWindows({ folder, preload: join(import.meta.dirname, '../preload/preload.cjs'), log })
  const show = () => void windows.show().catch((error: unknown) => log('The window could not be opened.', error))
  const command = (id: string) => {
    services.commands.push({ command: id })
    show()
  }
  const openLink = (link: string | undefined) => {
    const known = link === undefined ? undefined : commandOfLink(link)
    if (known) command(known)
  }

  guardPermissions(session.defaultSession)
  guardNavigation(app, (url) => {
    services.openExternal(url).catch((error: unknown) => log('A link was not opened.', error))
  })
  servePages(protocol, { pages, imports: services.imports, log })
  answerPages(ipcMain, router)
  setMenu({ locale: app.getLocale(), platform: process.platform, command })

  app.setAsDefaultProtocolClient(studioScheme)
  app.on('second-instance', (_event, args) => {
    show()
    openLink(args.find((arg) => arg.startsWith(`${studioScheme}:`)))
  })
  app.on('open-url', (event, link) => {
    event.preventDefault()
    openLink(link)
  })
  app.on('activate', show)
  app.on('window-all-closed', () => {
    if (!isMac) app.quit()
  })
  stopTogether(services.stop)
  startUpdates({
    feed: settings.updates,
    isPackaged: app.isPackaged,
    load: async () => (await import('electron-updater')).autoUpdater,
    downloaded: (version) => log(`Version ${version} is ready and will be there after the next start.`),
    log,
  }).catch((error: unknown) => log('Updates could not be looked for.', error))

  openLink(process.argv.find((arg) => arg.startsWith(`${studioScheme}:`)))
  show()
}

/** Quits when asked to by a signal or by the end of whoever started it, and lets what is under way finish. */
function stopTogether(stop: () => Promise<void>): void {
  const quit = () => app.quit()
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, quit)
  if (settings.hasParent) {
    process.stdin.resume()
    process.stdin.on('end', quit)
    process.stdin.on('error', quit)
  }
  let isStopped = false
  app.on('will-quit', (event) => {
    if (isStopped) return
    event.preventDefault()
    isStopped = true
    stop()
      .catch((error: unknown) => log('The studio could not stop cleanly.', error))
      .finally(quit)
  })
}

function fatal(error: unknown): void {
  log('The studio could not start.', error)
  app.exit(1)
}
