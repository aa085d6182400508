import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import { testDatabase } from './testing/database.ts'

let database: Awaited<ReturnType<typeof testDatabase>>
let dataDir: string
beforeAll(async () => {
  database = await testDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'grover-compose-'))
})
afterAll(async () => {
  await database?.drop()
  await rm(dataDir, { recursive: true, force: true })
})

test('one of several servers takes no connection before it hears the others', async () => {
  const asked = Promise.withResolvers<void>()
  const allowed = Promise.withResolvers<void>()
  class Slow extends pg.Client {
    override query(...args: unknown[]): never {
      const query = super.query.bind(this) as (...args: unknown[]) => Promise<unknown>
      if (!String(args[0]).startsWith('LISTEN "socket.io')) return query(...args) as never
      asked.resolve()
      return allowed.promise.then(() => query(...args)) as never
    }
  }
  const config = readConfig({
    GROVER_DATABASE_URL: database.url,
    GROVER_SECRET: 's'.repeat(32),
    GROVER_DATA_DIR: dataDir,
    GROVER_PORT: '0',
  })
  const server = await compose({
    config,
    log: pino({ level: 'silent' }),
    clock: Date,
    connection: { connectionString: database.url, Client: Slow } as pg.PoolConfig,
  })
  const listening = server.listen()
  await asked.promise
  // Everything else of a start is done by now: it is the line that is waited for.
  await expect
    .poll(async () => (await server.app.inject('/ready')).json().parts.jobs.ok, { timeout: 20_000 })
    .toBe(true)
  await new Promise((resolve) => setTimeout(resolve, 300))
  expect(server.app.server.listening).toBe(false)
  allowed.resolve()
  await listening
  expect(server.app.server.listening).toBe(true)
  await server.stop()
})
