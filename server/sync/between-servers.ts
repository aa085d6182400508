import { createAdapter } from '@socket.io/postgres-adapter'
import pg, { type Pool, type PoolClient } from 'pg'
import type { Log } from '../http/app.ts'

/**
 * The line on which several servers of one database tell each other what their sockets should hear. The library keeps
 * one connection for good, does not listen for its errors (which would end the process), and neither gives up a
 * connection it is still waiting for nor stops reconnecting when it is closed. So it gets a pool of its own, through a
 * door that this end can shut.
 */
export function createBetweenServers(pool: Pool, log: Log) {
  const own = new pg.Pool({ ...pool.options, max: 2 })
  const held = new Set<PoolClient>()
  let stopped = false
  const { promise: ready, resolve: hears, reject: isDeaf } = Promise.withResolvers<unknown>()
  ready.catch(() => {})
  const onError = (error: Error): void => {
    if (!stopped) log.warn({ err: error }, 'the line between servers broke; it will be tried again')
  }
  own.on('error', onError)
  own.on('connect', (client) => client.on('error', onError))

  const letGo = (client: PoolClient): void => {
    client.removeAllListeners('end')
    client.removeAllListeners('notification')
    client.release(true)
  }
  const door = {
    query: (text: string, values?: unknown[]) => own.query(text, values),
    async connect(): Promise<PoolClient> {
      const never = new Promise<PoolClient>(() => {})
      if (stopped) return never
      const client = await own.connect().catch((error: unknown) => {
        isDeaf(error)
        throw error
      })
      if (stopped) {
        client.release(true)
        return never
      }
      const release = client.release.bind(client)
      client.release = (destroy) => {
        if (held.delete(client)) release(destroy)
      }
      held.add(client)
      // Given back, or the pool would keep a place for what has ended, and soon have none left to speak on.
      client.once('end', () => client.release(true))
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
      client.query = ((...args: unknown[]) => {
        const asked = query(...args)
        if (String(args[0]).startsWith('LISTEN'))
          asked.then(hears, (error: Error) => {
            isDeaf(error)
            onError(error)
            letGo(client)
          })
        return asked
      }) as PoolClient['query']
      return client
    },
  }
  return {
    /** Resolves when this server hears the others; what they said before is lost to it. Errors: the first attempt's. */
    ready,
    adapter: createAdapter(door as unknown as Pool, { errorHandler: onError }),
    async stop(): Promise<void> {
      stopped = true
      for (const client of held) letGo(client)
      await own.end()
    },
  }
}
