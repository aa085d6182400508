import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { sql } from 'kysely'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { posts } from '../../shared/collections/posts.ts'
import { fail } from '../../shared/errors.ts'
import type { ChangeListener } from './changes.ts'
import { createStreams } from './stream.ts'
import { startTestServer, type TestServer } from './testing/server.ts'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
  await server.addWorkspace('w')
})
afterAll(() => server.close())

/** One stream, on a connection that reads nothing. `refuseAfter`: how often the session is found good. */
async function openUnread(refuseAfter = Number.POSITIVE_INFINITY) {
  let asked = 0
  const listeners = new Set<ChangeListener>()
  const streams = createStreams({
    db: server.db,
    log: pino({ level: 'silent' }),
    flushMs: 50,
    authenticate: async () =>
      ++asked > refuseAfter
        ? fail('sign_in_required', 'Sign in to go on.')
        : { userId: 'u', sessionId: 's', workspaceId: 'w', role: 'owner' as const },
    onChange(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  })
  const http = createServer((request, raw) => {
    const reply = { raw, hijack() {}, getHeaders: () => ({}) }
    void streams.serve(request as never, reply as never, posts).then(() => http.emit('serving', raw))
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const serving = once(http, 'serving')
  const socket = connect((http.address() as AddressInfo).port, '127.0.0.1')
  socket.on('error', () => {})
  socket.pause()
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
  const [raw] = (await serving) as [ServerResponse]
  return {
    streams,
    raw,
    listeners,
    change: () => listeners.forEach((tell) => void tell('w', ['posts'])),
    close() {
      socket.destroy()
      http.close()
    },
  }
}

test('a stream whose client does not read is cut when its session ends, and leaves nothing behind', async () => {
  const { streams, raw, listeners, change, close } = await openUnread()
  await sql`
    insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
    select 'w', 'posts', 'p' || i, i, false, jsonb_build_object('id', 'p' || i, 'text', repeat('x', 1900000)), 0, now()
    from generate_series(1, 10) i`.execute(server.db)
  change()
  await expect.poll(() => raw.writableNeedDrain, { timeout: 10_000 }).toBe(true)
  const closed = once(raw, 'close')
  streams.disconnectSession('s')
  expect(listeners.size).toBe(0)
  await closed
  expect(raw.writableFinished).toBe(false)
  // Whatever comes too late must not end the process.
  streams.stop()
  change()
  close()
})

test('a session revoked while its stream was being opened does not keep it', async () => {
  const { raw, listeners, close } = await openUnread(1)
  await expect.poll(() => raw.writableEnded).toBe(true)
  expect(listeners.size).toBe(0)
  close()
})
