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
  let hears: () => void = () => {}
  const ready = new Promise<void>((resolve) => {
    hears = resolve
  })
  const onError = (error: Error): void => {
    if (!stopped) log.warn({ err: error }, 'the line between servers broke; it will be tried again')
  }
  own.on('error', onError)
  own.on('connect', (client) => client.on('error', onError))

  const letGo = (client: PoolClient): void => {
    held.delete(client)
    client.removeAllListeners('end')
    client.removeAllListeners('notification')
    client.release(true)
  }
  const door = {
    query: (text: string, values?: unknown[]) => own.query(text, values),
    async connect(): Promise<PoolClient> {
      const never = new Promise<PoolClient>(() => {})
      if (stopped) return never
      const client = await own.connect()
      if (stopped) {
        client.release(true)
        return never
      }
      held.add(client)
      const query = client.query.bind(client) as (...args: unknown[]) => Promise<unknown>
      client.query = ((...args: unknown[]) => {
        const asked = query(...args)
        if (String(args[0]).startsWith('LISTEN')) asked.then(hears, onError)
        return asked
      }) as PoolClient['query']
      const release = client.release.bind(client)
      client.release = (destroy) => {
        held.delete(client)
        release(destroy)
      }
      return client
    },
  }
  return {
    /** Resolves when this server hears the others; what they said before is lost to it. */
    ready,
    adapter: createAdapter(door as unknown as Pool, { errorHandler: onError }),
    async stop(): Promise<void> {
      stopped = true
      for (const client of held) letGo(client)
      await own.end()
    },
  }
}
