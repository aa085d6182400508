import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { FileStore } from '@tus/file-store'
import { Server } from '@tus/server'
import { onTestFinished } from 'vitest'
import { temporaryFolder } from './folder.ts'

export type Asked = Pick<IncomingMessage, 'headers'> & { method: string; url: string }

/**
 * A server that takes uploads by tus, without the checks of the real one. `trouble` answers instead of it for as long as
 * it says so; `heardBytes` counts the bodies that came.
 */
export async function uploadServer(trouble: (asked: Asked, response: ServerResponse) => boolean = () => false) {
  const stored = new Map<string, { bytes: Buffer; type: string; by: string }>()
  const heard: Asked[] = []
  let heardBytes = 0
  const folder = temporaryFolder()
  const tus = new Server({
    path: '/api/uploads',
    relativeLocation: true,
    datastore: new FileStore({ directory: folder }),
    async onUploadFinish(request, { id, metadata }) {
      const bytes = readFileSync(join(folder, id))
      const hash = metadata?.sha256 ?? ''
      if (createHash('sha256').update(bytes).digest('hex') !== hash) throw { status_code: 422, body: 'other bytes' }
      stored.set(hash, { bytes, type: metadata?.type ?? '', by: request.headers.get('authorization') ?? '' })
      return {}
    },
  })
  const http = createServer((request, response) => {
    const { method = '', url = '', headers } = request
    const asked = { method, url, headers }
    heard.push(asked)
    if (trouble(asked, response)) return
    if (url.startsWith('/api/blobs/')) return void response.writeHead(stored.has(url.slice(11)) ? 200 : 404).end()
    request.on('data', (chunk: Buffer) => (heardBytes += chunk.length))
    request.pause()
    void tus.handle(request, response)
  })
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const close = () =>
    new Promise<void>((resolve) => {
      http.close(() => resolve())
      http.closeAllConnections()
    })
  onTestFinished(close)
  const { port } = http.address() as AddressInfo
  return { origin: `http://127.0.0.1:${port}`, heard, stored, bytesHeard: () => heardBytes, close }
}
