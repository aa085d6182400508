import { protocol } from 'electron'
import { studioScheme } from '../../shared/contract/handshake.ts'
import type { Log } from '../services/log.ts'
import type { Pages } from '../services/pages.ts'
import { isStudio } from './origin.ts'

/** Before the app is ready: pages of this scheme are ordinary secure pages with an origin, storage and fetch. */
export function registerScheme(): void {
  protocol.registerSchemesAsPrivileged([
    {
      scheme: studioScheme,
      privileges: {
        standard: true,
        secure: true,
        supportFetchAPI: true,
        corsEnabled: true,
        stream: true,
        codeCache: true,
      },
    },
  ])
}

/** Answers the studio's own addresses from the built renderer and this device's pictures, and no others. */
export function servePages(target: Electron.Protocol, pages: Pages, log: Log): void {
  target.handle(studioScheme, async (request) => {
    if (!isStudio(request.url)) return new Response(null, { status: 404 })
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 })
    try {
      const { status, headers, body } = await pages(new URL(request.url).pathname)
      return new Response(request.method === 'HEAD' ? null : (body as BodyInit), { status, headers })
    } catch (error) {
      log('The studio could not answer its page.', error)
      return new Response(null, { status: 500 })
    }
  })
}
