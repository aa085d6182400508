import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { onTestFinished } from 'vitest'

export type Heard = { method: string; url: string; headers: IncomingMessage['headers']; body: Buffer }

/** A small real HTTP server on this machine; `answer` says what to send for each request, or destroys the socket. */
export async function localServer(answer: (heard: Heard, response: ServerResponse) => void | Promise<void>) {
  const heard: Heard[] = []
  const http = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, url, headers, body: Buffer.concat(parts) }
      heard.push(one)
      void answer(one, response)
    })
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  onTestFinished(close)
  const { port } = http.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, port, heard, close }
}

export const json = (response: ServerResponse, status: number, body: unknown) =>
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))

/** A request exactly as written: neither path nor Host are tidied up on the way. */
export const rawRequest = (
  port: number,
  options: { path: string; method?: string; headers?: Record<string, string> },
) =>
  new Promise<{ status: number; headers: IncomingMessage['headers']; body: string }>((resolve, reject) => {
    const request = httpRequest({ host: '127.0.0.1', port, agent: false, ...options }, (response) => {
      let body = ''
      response.on('data', (part) => (body += part))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body }))
    })
    request.on('error', reject)
    request.end()
  })
