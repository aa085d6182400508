import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { pino } from 'pino'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bodyFromJson } from '../shared/domain/richtext/index.ts'
import { compose } from './compose.ts'
import { readConfig } from './config.ts'
import { samplePost } from './sync/testing/wire.ts'
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

test('with another handle the studio has the new address of each public post, and of no other', async () => {
  const server = await compose({
    config: readConfig({ GROVER_DATA_DIR: dataDir, GROVER_PORT: '0' }),
    log: pino({ level: 'silent' }),
    clock: Date,
    connection: { connectionString: database.url },
  })
  await server.listen()
  const person = { email: 'ada@example.org', password: 'correct horse battery', name: 'Ada', handle: 'ada' }
  await server.app.inject({ method: 'POST', url: '/api/auth/sign-up/email', payload: person })
  const { token } = (
    await server.app.inject({ method: 'POST', url: '/api/auth/sign-in/email', payload: person })
  ).json()
  const headers = { authorization: `Bearer ${token}` }
  const body = bodyFromJson({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'Here.' }] }],
  })
  const plan = { ...samplePost().plan, mode: 'now' as const }
  const posts = [samplePost({ title: 'A walk', body, plan }), samplePost({ title: 'A draft', body })]
  const payload = posts.map((post) => ({ newDocumentState: { ...post, _deleted: false } }))
  await server.app.inject({ method: 'POST', url: '/sync/posts/0/push', headers, payload })
  const paths = async () => {
    const page = await server.app.inject({ url: '/sync/outcomes/0/pull?lwt=0&id=&limit=100', headers })
    const { documents } = page.json() as { documents: { id: string; path: string }[] }
    return posts.map(({ id }) => documents.find((outcome) => outcome.id === id)?.path)
  }
  await expect.poll(paths, { timeout: 20_000 }).toEqual(['/@ada/a-walk', undefined])
  const changed = await server.app.inject({
    method: 'POST',
    url: '/api/handle',
    headers,
    payload: { handle: 'ada-writes' },
  })
  expect(changed.statusCode).toBe(200)
  expect(await paths()).toEqual(['/@ada-writes/a-walk', undefined])
  await server.stop()
})
