import { Kysely, PostgresDialect } from 'kysely'
import pg from 'pg'
import type { BaseTables } from './tables.ts'

/** All tables, as Kysely knows them. Each feature describes its own. */
export type Database = BaseTables

export type Connections = { pool: pg.Pool; db: Kysely<Database>; close(): Promise<void> }

// Counts and sequences stay far below 2^53; money is never read through this parser but as text.
pg.types.setTypeParser(pg.types.builtins.INT8, (text) => {
  const value = Number(text)
  if (!Number.isSafeInteger(value)) throw new RangeError(`The number ${text} does not fit; read it as text.`)
  return value
})

export function connect(options: pg.PoolConfig, onError: (error: Error) => void): Connections {
  const pool = new pg.Pool({ max: 20, connectionTimeoutMillis: 10_000, ...options })
  // An idle connection that breaks is replaced by the pool; without a listener it would end the process.
  pool.on('error', onError)
  const db = new Kysely<Database>({ dialect: new PostgresDialect({ pool }) })
  return { pool, db, close: () => db.destroy() }
}
