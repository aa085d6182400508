import { join } from 'node:path'
import { findBrowser, installHint } from '../../tools/find-browser.ts'
import { hasDisplay, openAppWindow } from '../browser/app-window.ts'
import { createBrowserHost } from '../browser/host.ts'
import { createOpenAddress } from '../browser/open-address.ts'
import { withRememberedPort } from '../browser/remembered-port.ts'
import { stderrLog } from '../services/log.ts'
import type { ImportRoute } from '../services/media/import-route.ts'
import { createPages } from '../services/pages.ts'
import { createFileKey } from '../services/vault-key.ts'

export type BrowserStudio = {
  ticketUrl(): string
  /** Opens a window where there is a browser and a desktop; otherwise says why not. Resolves to whether it did. */
  openWindow(): Promise<boolean>
  close(): Promise<void>
}

/**
 * Wires the browser host. It listens before the server is up and before its own services are loaded, because loading them takes
 * longer than a host may take to listen; `serverUrl` is asked at each use.
 */
export async function startBrowserStudio(options: {
  root: string
  folder: string
  version: string
  serverUrl: () => string
  say: (text: string) => void
}): Promise<BrowserStudio> {
  const { root, folder, version, serverUrl, say } = options
  const log = stderrLog
  const display = hasDisplay(process.env)
  const listens = Promise.withResolvers<void>()
  const loaded = listens.promise.then(() => import('./studio-services.ts'))
  const services = loaded.then(({ createServices }) =>
    createServices({
      kind: 'browser',
      version,
      folder,
      serverUrl,
      keeper: createFileKey(folder),
      can: { nativeMenu: false, tray: false },
      openAddress: createOpenAddress({ browser: findBrowser, display }),
      log,
    }),
  )
  const router = loaded.then(async ({ createRouter }) => createRouter({ services: await services, log }))
  let origin = ''
  const pages = createPages({
    root: join(root, 'dist/renderer'),
    blobs: { find: async (hash) => (await services).blobs.find(hash) },
    thumbs: { find: async (hash) => (await services).thumbs.find(hash) },
    serverUrl,
    bridge: () => origin.replace('http', 'ws'),
  })
  const imports: ImportRoute = async (header, body) => (await services).imports(header, body)
  const host = await withRememberedPort(folder, log, (port) => createBrowserHost({ port, pages, imports, router, log }))
  origin = host.origin
  listens.resolve()
  let isClosing = false
  const windows = new Set<{ close(): Promise<void> }>()

  return {
    ticketUrl: host.ticketUrl,
    async openWindow() {
      const browser = findBrowser()
      if (!browser) say(`${installHint} Until then, open the studio's address in any browser.`)
      if (!browser || !display) return false
      const window = await openAppWindow({
        browser,
        doorUrl: host.doorUrl,
        ticketUrl: host.ticketUrl,
        profile: join(folder, 'browser-profile'),
      })
      windows.add(window)
      void window.closed.then((code) => {
        windows.delete(window)
        if (isClosing) return
        if (code !== 0) say(`${browser} could not open a window (code ${code}). Open the address above in any browser.`)
        else
          say(
            'The window was closed. The server goes on; the address above opens the studio again, Ctrl-C stops it all.',
          )
      })
      return true
    },
    async close() {
      isClosing = true
      await Promise.all([...windows].map((window) => window.close()))
      await Promise.all([host.close(), (await services).stop()])
    },
  }
}
