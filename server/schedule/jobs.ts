import type { Pool } from 'pg'
import { fromKysely, PgBoss } from 'pg-boss'
import type { Log } from '../http/app.ts'
import type { Tx } from '../sync/index.ts'

const queue = 'publications-due'

export type Jobs = ReturnType<typeof createJobs>

/**
 * Time, kept by pg-boss: "look at what is due in this workspace". A job carries no post; it wakes a server, and the
 * `publications` table says what is to be done. So a job that runs twice does no harm, and all posts of a workspace
 * that are due in the same second share one job.
 */
export function createJobs({ pool, log, leadMs }: { pool: Pool; log: Log; leadMs: number }) {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values as unknown[]) },
    schema: 'jobs',
    // What is scheduled by cron comes from elsewhere; here it would only poll.
    schedule: false,
    openTelemetry: { enabled: false },
    registerInstance: false,
    superviseIntervalSeconds: 60,
  })
  boss.on('error', (error) => log.error({ err: error }, 'jobs: pg-boss reported an error'))
  boss.on('warning', (warning) => log.warn({ warning }, 'jobs: pg-boss warns'))
  let running = false

  return {
    /**
     * `look` is told which workspaces have something due soon; what it throws makes pg-boss try again. Resolves true
     * where there was no queue before, as after a restore: what is scheduled has no jobs then.
     */
    async start(look: (workspaceIds: string[]) => Promise<void>): Promise<boolean> {
      running = true
      await boss.start()
      const isNew = (await boss.getQueue(queue)) === null
      await boss.createQueue(queue, {
        // One waiting job per key (workspace and second); a new one may be queued while another runs.
        policy: 'short',
        retryLimit: 5,
        retryDelay: 1,
        retryBackoff: true,
        expireInSeconds: 60,
        deleteAfterSeconds: 3600,
      })
      await boss.work<{ workspaceId: string }>(
        queue,
        { pollingIntervalSeconds: 0.5, batchSize: 500, burstWhenBatchFull: true },
        async (jobs) => look([...new Set(jobs.map((job) => job.data.workspaceId))]),
      )
      return isNew
    },

    /** Stops taking jobs and waits for those under way. */
    async stop(): Promise<void> {
      if (!running) return
      running = false
      await boss.stop({ graceful: true, timeout: 10_000 })
    },

    /** Jobs for these due times, in the caller's transaction: they exist if and only if it commits. */
    async enqueue(tx: Tx, entries: readonly { workspaceId: string; dueAt: number }[]): Promise<void> {
      const wakes = new Map(
        entries.map(({ workspaceId, dueAt }) => {
          const second = Math.floor((dueAt - leadMs) / 1000)
          return [`${workspaceId}/${second}`, { workspaceId, startAfter: new Date(second * 1000) }] as const
        }),
      )
      if (wakes.size === 0) return
      await boss.insert(
        queue,
        [...wakes].map(([singletonKey, { workspaceId, startAfter }]) => ({
          data: { workspaceId },
          singletonKey,
          startAfter,
        })),
        { db: fromKysely(tx) },
      )
    },

    /** Errors: when the job tables do not answer, or pg-boss was not started. */
    async ready(): Promise<void> {
      if (!running) throw new Error('The job queue is not running.')
      if ((await boss.getQueue(queue)) === null) throw new Error('The queue of due publications is missing.')
    },
  }
}
