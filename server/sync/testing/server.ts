import type { AddressInfo } from 'node:net'
import type { Kysely } from 'kysely'
import { pino } from 'pino'
import type { Collection } from '../../../shared/collections/collection.ts'
import { fail } from '../../../shared/errors.ts'
import type { Principal, Role } from '../../accounts/principal.ts'
import { readConfig } from '../../config.ts'
import { migrate } from '../../database/migrate.ts'
import { migrations } from '../../database/migrations.ts'
import { createApp } from '../../http/app.ts'
import { createAdmit, protect } from '../../http/security.ts'
import { testDatabase } from '../../testing/database.ts'
import { createSync } from '../index.ts'
import { syncMigrations } from '../migrations.ts'
import { createPokes } from '../pokes.ts'

/** Sessions by token: who is signed in is not what these tests are about. */
export type Sessions = Map<string, Principal>

export type TestServer = Awaited<ReturnType<typeof startTestServer>>

/** The real sync over real HTTP on a database of its own, with sign-in replaced by a table of tokens. */
export async function startTestServer(
  options: {
    now?: () => number
    several?: boolean
    requestsPerMinute?: number
    corsOrigins?: string
    collections?: () => Readonly<Record<string, Collection>>
  } = {},
) {
  const database = await testDatabase()
  const known = new Set(migrations.map((m) => m.id))
  await migrate(database.db as unknown as Kysely<never>, [
    ...migrations,
    ...syncMigrations.filter((m) => !known.has(m.id)),
  ])
  const sessions: Sessions = new Map()

  async function addWorkspace(id: string): Promise<void> {
    const { db } = database
    await db
      .insertInto('workspaces')
      .values({ id, owner_id: `owner-${id}`, handle: id, name: id, epoch: `epoch-${id}`, created_at: new Date() })
      .execute()
  }
  /** A token for a new session in a workspace. */
  function signIn(workspaceId: string, role: Role = 'owner'): string {
    const sessionId = `session-${sessions.size + 1}`
    const token = `token-${workspaceId}-${sessions.size + 1}`
    sessions.set(token, { userId: `owner-${workspaceId}`, sessionId, workspaceId, role })
    return token
  }

  async function start(port = 0) {
    const log = pino({ level: 'silent' })
    const config = {
      ...readConfig({
        GROVER_REQUESTS_PER_MINUTE: String(options.requestsPerMinute ?? 1_000_000),
        GROVER_CORS_ORIGINS: options.corsOrigins ?? '',
      }),
      databaseUrl: options.several ? 'yes' : undefined,
    }
    const clock = { now: options.now ?? Date.now }
    const app = createApp({ config, log })
    await protect(app as never, config)
    const authenticate = async ({ headers }: { headers: { authorization?: string | undefined } }) =>
      sessions.get(headers.authorization?.replace(/^Bearer /, '') ?? '') ??
      fail('sign_in_required', 'Sign in to go on.')
    const sync = createSync({
      db: database.db,
      clock,
      log,
      authenticate,
      ...(options.collections ? { collections: options.collections() } : {}),
    })
    await app.register(sync.plugin)
    const admit = createAdmit(app as never, config)
    const pokes = await createPokes({
      httpServer: app.server,
      authenticate,
      admit,
      sync,
      pool: database.pool,
      config,
      log,
    })
    await pokes.ready
    await app.listen({ port, host: '127.0.0.1' })
    const address = app.server.address() as AddressInfo
    return {
      app,
      sync,
      pokes,
      port: address.port,
      url: `http://127.0.0.1:${address.port}`,
      async stop() {
        await pokes.stop()
        // fetch opens connections ahead of need, which no graceful close would end.
        const closing = setInterval(() => app.server.closeAllConnections(), 20)
        await app.close()
        clearInterval(closing)
      },
    }
  }

  let running = await start()
  return {
    db: database.db,
    sessions,
    addWorkspace,
    signIn,
    get sync() {
      return running.sync
    },
    get pokes() {
      return running.pokes
    },
    get url() {
      return running.url
    },
    /** Another process on the same database. */
    another: () => start(),
    /** Another role for a session, told as the accounts do. */
    changeRole(token: string, role: Role) {
      const session = sessions.get(token)!
      sessions.set(token, { ...session, role })
      running.pokes.disconnectSession(session.sessionId)
    },
    /** Revokes as the accounts do: refused from now on, and what is live is closed. */
    revoke(token: string) {
      const session = sessions.get(token)
      sessions.delete(token)
      if (session) running.pokes.disconnectSession(session.sessionId)
    },
    async down() {
      await running.stop()
    },
    /** Comes back under the same address. */
    async up() {
      running = await start(running.port)
    },
    async close() {
      await running.stop()
      await database.drop()
    },
  }
}
