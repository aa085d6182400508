import { sql } from 'kysely'
import type { PoolConfig } from 'pg'
import { createAuthenticate } from './accounts/authenticate.ts'
import { createAccounts } from './accounts/index.ts'
import type { Config } from './config.ts'
import { connect } from './database/database.ts'
import { migrate } from './database/migrate.ts'
import { migrations } from './database/migrations.ts'
import { type Clock, createApp, type Log } from './http/app.ts'
import { drain } from './http/drain.ts'
import { health } from './http/health.ts'
import { describeApi } from './http/openapi.ts'
import { createAdmit, protect } from './http/security.ts'
import { createMailer } from './mail/mailer.ts'
import { createMedia } from './media/index.ts'
import { openBlobs } from './media/open-blobs.ts'
import { createPublishing } from './schedule/index.ts'
import { createSite } from './site/index.ts'
import { createSync } from './sync/index.ts'
import { createPokes } from './sync/pokes.ts'

type Parts = { config: Config; log: Log; clock: Clock; connection: PoolConfig }

/** The whole server, top to bottom. Nothing runs before `listen`, except the migrations. */
export async function compose({ config, log, clock, connection }: Parts) {
  const { db, pool, close } = connect(connection, (error) =>
    log.error({ err: error }, 'idle database connection broke'),
  )
  try {
    const applied = await migrate(db, migrations)
    if (applied.length > 0) log.info({ applied }, 'database migrated')
  } catch (error) {
    await close()
    throw error
  }

  const installation = await db.selectFrom('installation').select('id').executeTakeFirstOrThrow()
  const authenticate = createAuthenticate({ pool, clock, config, log })
  const sync = createSync({ db, clock, log, authenticate, tombstoneDays: config.tombstoneDays })
  const media = createMedia({
    db,
    blobs: openBlobs(config, installation.id),
    sync,
    authenticate,
    clock,
    log,
    secret: config.secret,
    quotaBytes: config.quotaBytes,
    graceMs: config.unusedMs,
  })
  const publishing = createPublishing({
    db,
    pool,
    sync,
    media,
    authenticate,
    clock,
    log,
    // The embedded database belongs to this process: the folder is locked.
    alone: config.databaseUrl === undefined,
  })
  const accounts = createAccounts({
    db,
    pool,
    config,
    mail: createMailer({ config, log }),
    clock,
    log,
    authenticate,
    sync,
    onHandleChanged: publishing.readdress,
  })
  const site = createSite({ pool, media, config })

  const app = createApp({ config, log })
  const draining = drain(app)
  await protect(app, config)
  await describeApi(app, '0.1.0')
  const metrics = health(app, {
    config,
    isDraining: draining.isDraining,
    checks: {
      database: async () => void (await sql`select 1`.execute(db)),
      jobs: publishing.ready,
      blobs: media.ready,
    },
  })
  for (const metric of publishing.metrics) metrics.registerMetric(metric)
  for (const feature of [accounts, sync, media, publishing, site]) await app.register(feature.plugin)
  const pokes = await createPokes({
    httpServer: app.server,
    authenticate,
    admit: createAdmit(app, config),
    sync,
    pool,
    config,
    log,
  })
  accounts.onRevoked(pokes.disconnectSession)

  return {
    app,
    async listen(): Promise<void> {
      // A wrong bucket or key is said now, and not when the first picture is lost.
      if (config.s3) await media.ready()
      await accounts.start()
      sync.start()
      await publishing.start()
      media.start()
      // Before the first device connects, or it would miss what happens on the other servers.
      await pokes.ready
      await app.listen({ host: config.host, port: config.port })
    },
    /** Refuses new requests, lets those under way finish, then stops the parts in reverse order. */
    async stop(): Promise<void> {
      const quiet = draining.start(config.drainMs)
      await pokes.stop()
      await quiet
      await Promise.race([app.close(), new Promise((resolve) => setTimeout(resolve, config.drainMs).unref())])
      await publishing.stop()
      await media.settle()
      await sync.settle()
      await accounts.stop()
      await close()
    },
    /** A sample creator for `--demo`. Errors: when the database already has people. Returns lines to print. */
    async fillDemo(): Promise<string[]> {
      const { fillDemo } = await import('./demo/demo.ts')
      return await fillDemo({ app, db, sync, clock })
    },
  }
}
