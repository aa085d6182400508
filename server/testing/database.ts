import { randomBytes } from 'node:crypto'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { inject } from 'vitest'
import { type Connections, connect } from '../database/database.ts'
import { migrate } from '../database/migrate.ts'
import { migrations } from '../database/migrations.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    cluster: { host: string; port: number; user: string }
  }
}

export const testBinariesDir = join(tmpdir(), `grover-test-programs-${userInfo().uid}`)

/**
 * A fresh, migrated database of its own on the private PostgreSQL that vitest's global set-up started. `url` suits
 * GROVER_DATABASE_URL; `drop()` removes it.
 */
export async function testDatabase(): Promise<Connections & { url: string; drop(): Promise<void> }> {
  // Copying a migrated template is several times faster than migrating.
  const { name, url, drop } = await createDatabase('template grover_template')
  const connections = connect({ ...inject('cluster'), database: name, max: 10 }, () => {})
  return {
    ...connections,
    url,
    async drop() {
      await connections.close()
      await drop()
    },
  }
}

/** A database with nothing in it, as a new server finds it on GROVER_DATABASE_URL. */
export const emptyDatabase = () => createDatabase('template template0')

async function createDatabase(from: string): Promise<{ name: string; url: string; drop(): Promise<void> }> {
  const cluster = inject('cluster')
  const name = `test_${randomBytes(6).toString('hex')}`
  const admin = async (statement: string) => {
    const client = new pg.Client({ ...cluster, database: 'postgres' })
    await client.connect()
    await client.query(statement)
    await client.end()
  }
  await admin(`create database ${name} ${from}`)
  return {
    name,
    url: `postgres://${cluster.user}@/${name}?host=${encodeURIComponent(cluster.host)}`,
    drop: () => admin(`drop database ${name} with (force)`),
  }
}

/** Makes the template that `testDatabase` copies. Called once by the global set-up. */
export async function makeTemplate(cluster: pg.PoolConfig): Promise<void> {
  const client = new pg.Client({ ...cluster, database: 'postgres' })
  await client.connect()
  await client.query('create database grover_template')
  await client.end()
  const template = connect({ ...cluster, database: 'grover_template' }, () => {})
  await migrate(template.db, migrations)
  await template.close()
}
