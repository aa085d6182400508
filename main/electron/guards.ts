import type { App, Session, WebContents } from 'electron'
import { isStudio } from './origin.ts'

/** What a page of the studio may ask the system for. Everything else, and everybody else, is refused. */
const allowed = new Set(['clipboard-sanitized-write', 'fullscreen', 'media'])

export function guardPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(allowed.has(permission) && details.isMainFrame && isStudio(details.requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) => allowed.has(permission) && details.isMainFrame && isStudio(origin),
  )
  session.setDevicePermissionHandler(() => false)
}

/** Frames of the studio itself: the preview is an empty document that the page fills. */
const isOwnFrame = (url: string) => isStudio(url) || url === 'about:srcdoc' || url === 'about:blank'

/**
 * No content leaves the studio's pages, opens a window or embeds a browser. A link that asks for a window is handed to
 * `openExternal`, which looks at the address again.
 */
export function guardNavigation(app: App, openExternal: (url: string) => void): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.on('will-navigate', (event) => {
      if (!isStudio(event.url)) event.preventDefault()
    })
    contents.on('will-frame-navigate', (event) => {
      if (!(event.isMainFrame ? isStudio(event.url) : isOwnFrame(event.url))) event.preventDefault()
    })
    contents.on('will-redirect', (event) => {
      if (!isStudio(event.url)) event.preventDefault()
    })
    contents.on('will-attach-webview', (event) => event.preventDefault())
    contents.setWindowOpenHandler(({ url }) => {
      openExternal(url)
      return { action: 'deny' }
    })
  })
}
