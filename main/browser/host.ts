import { createReadStream } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { WebSocketServer } from 'ws'
import { importPath } from '../../shared/contract/media.ts'
import type { HostRouter } from '../router.ts'
import type { Log } from '../services/log.ts'
import type { ImportRoute } from '../services/media/import-route.ts'
import { isStoredPart, type PageAnswer, type Pages } from '../services/pages.ts'
import { plainPage } from '../services/plain-page.ts'
import { createTickets } from './tickets.ts'

export type BrowserHost = {
  /** `http://127.0.0.1:PORT` */
  origin: string
  /** An address that opens the studio once. */
  ticketUrl(): string
  /** A page that anyone may see and that says nothing: where a window waits for its ticket. */
  doorUrl: string
  close(): Promise<void>
}

/** Largest message over the bridge, in bytes: a picture as taken in, and its envelope. */
const maxPayload = 64 * 1024 * 1024

/**
 * The studio's host for an ordinary browser, on 127.0.0.1 alone. Any page the person visits can send requests here, and so can
 * any program on this machine; so every request needs the cookie that a ticket became, the exact Host (a foreign name that
 * resolves to 127.0.0.1 is refused) and, where the browser states one, our own Origin.
 */
export async function createBrowserHost(options: {
  /** 0: any free port. */
  port: number
  pages: Pages
  imports: ImportRoute
  /** May come later than the host listens: whoever knocks before waits. */
  router: HostRouter | Promise<HostRouter>
  log: Log
}): Promise<BrowserHost> {
  const { pages, imports, router, log } = options
  const tickets = createTickets()
  const sockets = new WebSocketServer({ noServer: true, maxPayload })

  const http = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      log('The studio could not answer its page.', error)
      if (response.headersSent) return void response.destroy()
      void send(response, request, page(500, 'Not answered', 'The studio failed at this.'))
    })
  })
  // A film may take longer to come than the five minutes that Node gives a request.
  http.requestTimeout = 0
  http.on('upgrade', (request, socket, head) => upgrade(request, socket, head))
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(options.port, '127.0.0.1', resolve))
  const { port } = http.address() as AddressInfo
  const bridge = openBridge(router)
  bridge.catch((error: unknown) => log('The studio could not be put together.', error))
  const host = `127.0.0.1:${port}`
  const origin = `http://${host}`
  // Cookies do not tell ports apart: the name does.
  const cookie = `grover_studio_${port}`

  const isSignedIn = (request: IncomingMessage) =>
    (request.headers.cookie ?? '')
      .split(';')
      .some((part) => part.trim().startsWith(`${cookie}=`) && tickets.isOpen(part.trim().slice(cookie.length + 1)))

  /** The status of a refusal, before anything else is looked at. */
  function refused(request: IncomingMessage): 421 | 403 | undefined {
    if (request.headers.host !== host) return 421
    if (request.headers.origin !== undefined && request.headers.origin !== origin) return 403
    return undefined
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refused(request)
    if (refusal) return send(response, request, page(refusal, 'Not for you', 'This address only answers the studio.'))
    if (request.method === 'POST' && request.url === importPath) return takeIn(request, response)
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, request, page(405, 'Not possible', 'Pages of the studio can only be read.'))
    const text = `${origin}${request.url ?? '/'}`
    if (!URL.canParse(text)) return send(response, request, page(400, 'Not an address', 'This address cannot be read.'))
    const url = new URL(text)
    const ticket = url.pathname === '/' ? url.searchParams.get('ticket') : null
    if (ticket !== null) {
      const session = tickets.redeem(ticket)
      if (session === undefined && !isSignedIn(request)) return send(response, request, usedUp)
      const kept = session && { 'set-cookie': `${cookie}=${session}; Path=/; HttpOnly; SameSite=Strict` }
      response.writeHead(303, { location: '/', 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', ...kept })
      response.end()
      return
    }
    if (url.pathname === doorPath) return send(response, request, door)
    if (!isSignedIn(request)) return send(response, request, notOpened)
    // The path as sent: `new URL` has resolved the dots that the containment check wants to see.
    await send(response, request, await pages((request.url ?? '/').split(/[?#]/)[0] ?? '/', request.headers.range))
  }

  /** A browser states the origin of every POST; whoever does not is none. */
  async function takeIn(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.headers.origin === undefined)
      return send(response, request, page(403, 'Not for you', 'This address only answers the studio.'))
    if (!isSignedIn(request)) return send(response, request, notOpened)
    try {
      const body = request.iterator({ destroyOnReturn: false })
      await send(response, request, await imports((name) => String(request.headers[name] ?? ''), body))
    } catch (error) {
      // Whoever sent it has left; there is nobody to answer.
      if (!request.complete) return void response.destroy()
      throw error
    } finally {
      // A browser sends its whole file before it reads that it was refused, and then its next request on the same line.
      request.resume()
    }
  }

  function upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy())
    const refusal = refused(request) ?? (request.headers.origin === undefined ? 403 : undefined)
    const status = refusal ?? (isSignedIn(request) ? (request.url === '/rpc' ? undefined : 404) : 401)
    if (status !== undefined) {
      socket.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
      return
    }
    sockets.handleUpgrade(request, socket, head, (ws) => {
      ws.on('error', (error) => log('The bridge to a window broke.', error))
      // Nothing is read until there is somebody to hear it.
      ws.pause()
      bridge
        .then((handler) => handler.upgrade(ws, { context: {} }))
        .then(() => ws.resume())
        .catch(() => ws.close(1011, 'The studio could not be put together.'))
    })
  }

  return {
    origin,
    doorUrl: origin + doorPath,
    ticketUrl: () => `${origin}/?ticket=${tickets.issue()}`,
    close: async () => {
      for (const ws of sockets.clients) ws.close(1001, 'The studio stops.')
      const closed = new Promise<void>((resolve) => http.close(() => resolve()))
      http.closeAllConnections()
      const timer = setTimeout(() => {
        for (const ws of sockets.clients) ws.terminate()
      }, 500)
      await closed
      clearTimeout(timer)
    },
  }
}

/** oRPC is loaded on the way: it takes longer than the host may take to listen. */
async function openBridge(router: HostRouter | Promise<HostRouter>) {
  const { RPCHandler } = await import('@orpc/server/ws')
  return new RPCHandler(await router)
}

async function send(response: ServerResponse, request: IncomingMessage, answer: PageAnswer): Promise<void> {
  const { status, headers, body } = answer
  if (!isStoredPart(body)) {
    response.writeHead(status, { ...headers, 'content-length': Buffer.byteLength(body) })
    response.end(request.method === 'HEAD' ? undefined : body)
    return
  }
  response.writeHead(status, headers)
  if (request.method === 'HEAD') return void response.end()
  // A player leaves as soon as it has what it wants.
  await pipeline(createReadStream(body.path, body), response).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error
  })
}

const page = (status: number, title: string, text: string, link?: { href: string; text: string }): PageAnswer => ({
  status,
  ...plainPage(title, text, link),
})

const doorPath = '/door'
const door = page(200, 'Grover Studio', '')

const usedUp = page(
  403,
  'This address was used already',
  'Each address opens the studio once. Press Enter where «npm start» runs to get a new one.',
)
// A link followed from another site arrives without the strict cookie; one more step from here brings it.
const notOpened = page(
  401,
  'The studio is not open here',
  'Use the address that «npm start» printed. If the studio was open in this browser a moment ago, go on:',
  { href: '/', text: 'Open the studio' },
)
