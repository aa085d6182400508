import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { MediaTables } from '../media/tables.ts'
import type { PostsTables } from '../posts/tables.ts'
import type { ScheduleTables } from '../schedule/tables.ts'
import type { SyncTables } from '../sync/tables.ts'
import type { BaseTables } from './tables.ts'

/** All tables, as Kysely knows them. Each feature describes its own. */
export type Database = BaseTables & MediaTables & PostsTables & ScheduleTables & SyncTables

export type Connections = { pool: pg.Pool; db: Kysely<Database>; close(): Promise<void> }

// Counts and sequences stay far below 2^53; money is never read through this parser but as text.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The number ${text} does not fit; read it as text.`)
  return value
})

/**
 * Prepares, once a connection, what begins with a name in a comment. Only for statements that can be carried out in one
 * way alone: a plan that was made while a table was empty is kept, and may read all of it when it is full.
 */
class PreparingClient extends pg.Client {
  override query(first: never, ...rest: never[]): never {
    const name = typeof first === 'string' ? /^\s*\/\* ([\w-]+) \*\//.exec(first)?.[1] : undefined
    if (name === undefined) return super.query(first, ...rest) as never
    const [values, ...others] = rest
    return super.query({ name, text: first, values } as never, ...others) as never
  }
}

export function connect(options: pg.PoolConfig, onError: (error: Error) => void): Connections {
  let closing = false
  const pool = new pg.Pool({ Client: PreparingClient, max: 20, connectionTimeoutMillis: 10_000, ...options })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', (error) => closing || onError(error))
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  const close = async () => {
    // The database may end a connection that is on its way out before it has left: no news.
    closing = true
    await db.destroy()
  }
  return { pool, db, close }
}
