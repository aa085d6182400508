import { setTimeout as wait } from 'node:timers/promises'
import pg from 'pg'
import type { Log } from '../http/app.ts'
import { revokedChannel } from './migrations.ts'

/** How far back to look after the connection was lost; longer than any clock difference between server and database. */
const overlap = '2 minutes'

/**
 * Tells this process which sessions have ended, on whichever server: the database announces every deleted session
 * (migration 0103). Announcements missed while the connection was down are read from the table afterwards. A listener can
 * hear of one session twice.
 */
export function createRevocations({ pool, log }: { pool: pg.Pool; log: Log }) {
  const listeners = new Set<(sessionId: string) => void>()
  const stopping = new AbortController()
  let client: pg.Client | null = null
  let running: Promise<void> = Promise.resolve()
  let listeningSince: string | null = null

  const tell = (sessionId: string) => {
    for (const listener of listeners) {
      try {
        listener(sessionId)
      } catch (error) {
        log.error({ err: error }, 'a listener to ended sessions failed')
      }
    }
  }

  /** Listens until the connection breaks. */
  const listen = async (onReady: () => void): Promise<void> => {
    const connection = new pg.Client(pool.options)
    client = connection
    const broken = new Promise<void>((resolve) => {
      connection.on('end', () => resolve())
      connection.on('error', () => resolve())
    })
    connection.on('notification', ({ payload }) => payload && tell(payload))
    await connection.connect()
    await connection.query(`listen ${revokedChannel}`)
    const { rows } = await connection.query<{ now: string }>('select now()::text as now')
    if (listeningSince !== null) {
      const missed = await connection.query<{ session_id: string }>(
        `select session_id from revoked_sessions where at > $1::timestamptz - interval '${overlap}'`,
        [listeningSince],
      )
      for (const { session_id } of missed.rows) tell(session_id)
    }
    listeningSince = rows[0]?.now ?? null
    onReady()
    const heartbeat = setInterval(() => {
      // Also notices a connection that died without a word, and keeps the point to read from recent.
      connection
        .query<{ now: string }>('select now()::text as now')
        .then(({ rows: [row] }) => {
          listeningSince = row?.now ?? listeningSince
        })
        .catch(() => connection.end().catch(() => {}))
    }, 30_000)
    await broken
    clearInterval(heartbeat)
  }

  return {
    onRevoked(listener: (sessionId: string) => void): () => void {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    /** Resolves once announcements are heard. */
    async start(): Promise<void> {
      await new Promise<void>((resolve, reject) => {
        let heard = false
        running = (async () => {
          for (let failures = 0; !stopping.signal.aborted; ) {
            try {
              await listen(() => {
                heard = true
                failures = 0
                resolve()
              })
            } catch (error) {
              if (!heard) return reject(error)
              failures++
              log.warn(
                { cause: error instanceof Error ? error.message : String(error) },
                'not hearing of ended sessions',
              )
            }
            await client?.end().catch(() => {})
            const delayMs = Math.min(5000, 100 * 2 ** failures)
            await wait(delayMs, undefined, { signal: stopping.signal }).catch(() => {})
          }
        })()
      })
    },
    async stop(): Promise<void> {
      stopping.abort()
      await client?.end().catch(() => {})
      await running
    },
  }
}
