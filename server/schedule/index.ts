import type { FastifyPluginAsync } from 'fastify'
import type { Kysely } from 'kysely'
import type { Pool } from 'pg'
import { Histogram } from 'prom-client'
import type { Authenticate } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Media } from '../media/index.ts'
import type { Sync } from '../sync/index.ts'
import { findScheduled } from './claims.ts'
import { createIntake } from './intake.ts'
import { createJobs } from './jobs.ts'
import { createPublishBatch } from './publish-batch.ts'
import { createPublisher, defaultTiming, type Timing } from './publisher.ts'
import { publicationRoutes } from './routes.ts'
import { recheckZones } from './zone-recheck.ts'

type Parts = {
  db: Kysely<Database>
  pool: Pool
  sync: Sync
  media: Media
  authenticate: Authenticate
  clock: Clock
  log: Log
  /** No other server works on this database: after a crash nothing has to wait for the dead one's leases. */
  alone?: boolean
  timing?: Partial<Timing>
}

export type Publishing = ReturnType<typeof createPublishing>

/**
 * Planned posts become public ones. Intake turns what devices push into publications, in the push's own transaction;
 * jobs keep the time; the publisher carries out.
 */
export function createPublishing({ db, pool, sync, media, authenticate, clock, log, alone = false, timing }: Parts) {
  const { leadMs } = { ...defaultTiming, ...timing }
  const delay = new Histogram({
    name: 'grover_publish_delay_seconds',
    help: 'How long after its time a post was public.',
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2, 5, 15, 60, 900],
    registers: [],
  })

  const jobs = createJobs({ pool, log, leadMs })
  /** Workspaces with something due before a job would wake us; looked at as soon as the transaction has committed. */
  const soon = new Set<string>()
  const intake = createIntake({ sync, media, jobs, clock, leadMs: leadMs + 1000, soon: (id) => void soon.add(id) })
  const publishBatch = createPublishBatch({ sync, media, intake, clock })
  const publisher = createPublisher({
    db,
    sync,
    intake,
    jobs,
    publishBatch,
    clock,
    log,
    onPublished: (delayMs) => delay.observe(delayMs / 1000),
    ...(timing ? { timing } : {}),
  })

  intake.register()
  let started = false
  const look = (workspaceIds: readonly string[]) => publisher.look(workspaceIds)
  const unlisten = sync.onChange((workspaceId) => {
    if (!soon.delete(workspaceId) || !started) return
    // The job and the sweep come after; this only saves the wait.
    look([workspaceId]).catch((err) => log.warn({ err, workspaceId }, 'could not look at what is due'))
  })

  const plugin: FastifyPluginAsync = publicationRoutes({ db, authenticate })

  return {
    plugin,
    /** Call in the transaction that changes a workspace's handle. */
    readdress: intake.readdress,
    /** For /metrics. */
    metrics: [delay],
    async start(): Promise<void> {
      try {
        if (await jobs.start(look))
          await db.transaction().execute(async (tx) => jobs.enqueue(tx, await findScheduled(tx)))
        await recheckZones({ db, sync, intake, log })
      } catch (error) {
        await jobs.stop()
        throw error
      }
      publisher.start(alone)
      started = true
    },
    /** Finishes what is under way; what was claimed for later goes back, to be taken by another process or the next start. */
    async stop(): Promise<void> {
      unlisten()
      if (!started) return
      started = false
      await publisher.stop()
      await jobs.stop()
    },
    /** Errors: when the job queue does not answer. */
    ready: (): Promise<void> => jobs.ready(),
    /** Does now what timers would do, and resolves when it is done: for tests. */
    async publishDue(): Promise<void> {
      await publisher.look(null, clock.now())
      await publisher.settled()
    },
    sweep: () => publisher.sweep(),
  }
}
