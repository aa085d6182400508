import { once } from 'node:events'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { mayRead } from '../../shared/collections/access.ts'
import type { Collection } from '../../shared/collections/collection.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Authenticate } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../http/app.ts'
import type { ChangeListener } from './changes.ts'
import { readHead } from './checkpoint.ts'
import { changesAfter } from './documents.ts'

/** Few enough to be held at their largest, see `maxDocumentBytes`. */
const pageSize = 32
/** Also how soon a session that another process revoked, or a change nobody announced, is noticed. */
const heartbeatMs = 20_000

type Parts = {
  db: Kysely<Database>
  authenticate: Authenticate
  log: Log
  onChange(listener: ChangeListener): () => void
  /** How long what was written may take to reach a client whose stream ends, before its connection is cut. */
  flushMs?: number
}

/**
 * Server-sent events for clients of the open protocol. Each stream goes on exactly where its last event ended: the
 * checkpoint of an event replaces the client's own, so a gap between two events would never be filled.
 */
export function createStreams({ db, authenticate, log, onChange, flushMs = 5_000 }: Parts) {
  const open = new Set<{ sessionId: string; end(): void }>()

  async function serve(request: FastifyRequest, reply: FastifyReply, collection: Collection): Promise<void> {
    const { workspaceId, sessionId, role } = await authenticate(request)
    const isSeen = mayRead(role, collection.name)
    // Read before the client hears that the stream is open: from then on its own pull covers what is older.
    const head = await readHead(db, workspaceId, collection.name)
    let seq = head.seq
    const raw = reply.raw
    reply.hijack()
    raw.writeHead(200, {
      ...(reply.getHeaders() as Record<string, string>),
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-cache, no-transform',
      'x-accel-buffering': 'no',
      // A stream that has ended leaves an idle connection, which would hold up the server's own end.
      connection: 'close',
    })
    raw.write(': open\n\n')

    const gone = new AbortController()
    const stream = { sessionId, end }
    open.add(stream)
    // Its connection broke: `close` follows and says all there is to do.
    raw.on('error', () => {})

    let sending = false
    let again = false
    async function send(): Promise<void> {
      again = true
      if (sending) return
      sending = true
      try {
        while (again && !gone.signal.aborted) {
          again = false
          const now = await authenticate(request)
          // With another view of things the client has to pull what comes or goes with it.
          if (mayRead(now.role, collection.name) !== isSeen) return end()
          if (!isSeen) continue
          const page = await changesAfter(db, workspaceId, collection, seq, pageSize)
          if (page.documents.length === 0 || gone.signal.aborted) continue
          again = page.documents.length === pageSize
          seq = page.last
          const checkpoint = JSON.stringify({ id: head.epoch, lwt: seq })
          const flowing = raw.write(`data: {"documents":[${page.documents.join(',')}],"checkpoint":${checkpoint}}\n\n`)
          if (!flowing) await once(raw, 'drain', { signal: gone.signal })
        }
      } catch (error) {
        if (error instanceof GroverError) return end()
        // The client pulls when its stream ends, and so misses nothing.
        if (!gone.signal.aborted) log.warn({ err: error }, 'a live stream ended early')
        end()
      } finally {
        sending = false
      }
    }

    const unsubscribe = onChange((changed, names) => {
      if (changed === workspaceId && names.includes(collection.name)) void send()
    })
    const heartbeat = setInterval(() => {
      if (!raw.writableNeedDrain) raw.write(': still here\n\n')
      authenticate(request).then(send, end)
    }, heartbeatMs)
    heartbeat.unref()

    function stopSending(): void {
      gone.abort()
      clearInterval(heartbeat)
      unsubscribe()
      open.delete(stream)
    }
    /** A client that does not read would keep an ended stream, and the server's own end, waiting for ever. */
    function end(): void {
      stopSending()
      if (raw.writableEnded) return
      raw.end()
      const cut = setTimeout(() => raw.destroy(), flushMs)
      cut.unref()
      raw.once('close', () => clearTimeout(cut))
    }
    raw.on('close', stopSending)
    // It may have gone, or its session may have been revoked, before anybody could be told.
    if (raw.destroyed) stopSending()
    else authenticate(request).catch(end)
  }

  return {
    serve,
    disconnectSession(sessionId: string): void {
      for (const stream of open) if (stream.sessionId === sessionId) stream.end()
    },
    stop(): void {
      for (const stream of open) stream.end()
    },
  }
}
