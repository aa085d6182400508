import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { protocol } from 'electron'
import { studioScheme } from '../../shared/contract/handshake.ts'
import { importPath } from '../../shared/contract/media.ts'
import type { Log } from '../services/log.ts'
import type { ImportRoute } from '../services/media/import-route.ts'
import { isStoredPart, type PageAnswer, type Pages } from '../services/pages.ts'
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
export function servePages(
  target: Electron.Protocol,
  { pages, imports, log }: { pages: Pages; imports: ImportRoute; log: Log },
): void {
  target.handle(studioScheme, async (request) => {
    if (!isStudio(request.url)) return new Response(null, { status: 404 })
    const { pathname } = new URL(request.url)
    const isImport = request.method === 'POST' && pathname === importPath
    const origin = request.headers.get('origin')
    if (isImport && origin !== null && !isStudio(origin)) return new Response(null, { status: 403 })
    if (!isImport && request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 })
    try {
      if (isImport)
        return respond(await imports((name) => request.headers.get(name), request.body ?? Readable.from([])))
      const answer = await pages(pathname, request.headers.get('range'))
      return request.method === 'HEAD' ? new Response(null, answer) : respond(answer)
    } catch (error) {
      log('The studio could not answer its page.', error)
      return new Response(null, { status: 500 })
    }
  })
}

const respond = ({ status, headers, body }: PageAnswer): Response =>
  new Response(
    isStoredPart(body) ? (Readable.toWeb(createReadStream(body.path, body)) as ReadableStream) : (body as BodyInit),
    { status, headers },
  )
