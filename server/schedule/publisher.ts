import { randomUUID } from 'node:crypto'
import type { Kysely } from 'kysely'
import { lateAfterMs } from '../../shared/domain/schedule.ts'
import type { Database } from '../database/database.ts'
import { isPassing } from '../database/passing.ts'
import type { Clock, Log } from '../http/app.ts'
import { deleteOldPrepared } from '../posts/prepared.ts'
import type { Sync, Tx } from '../sync/index.ts'
import { type Claim, claimDue, claimExpired, findOverdueWaiting, postponeClaim, releaseClaims } from './claims.ts'
import type { Intake } from './intake.ts'
import type { Jobs } from './jobs.ts'
import { createPreparer } from './prepare.ts'
import type { Publication } from './publication.ts'
import type { Prepared } from './publish-batch.ts'
import { findClaimed, findInStates } from './store.ts'

type Parts = {
  db: Kysely<Database>
  sync: Sync
  intake: Intake
  jobs: Pick<Jobs, 'enqueue'>
  publishBatch(
    workspaceId: string,
    claims: readonly Claim[],
    prepared: ReadonlyMap<string, Prepared>,
  ): Promise<Publication[]>
  clock: Clock
  log: Log
  /** After the commit, for each post published: how long after its time that was. */
  onPublished(delayMs: number): void
  timing?: Partial<Timing>
}

export type Timing = {
  /** Claims are made, and posts read, this long before their time. */
  leadMs: number
  /** A claim ends this long after its post's time, should its holder die. */
  leaseMs: number
  /** How often to look for what was forgotten: a job that vanished, a lease that ran out. */
  sweepMs: number
}
export const defaultTiming: Timing = { leadMs: 10_000, leaseMs: 8000, sweepMs: 2000 }

/** Posts made public in one transaction: enough that round trips do not count, few enough that the first appear soon. */
const batchSize = 500
const claimLimit = 500
const maxAttempts = 6
const retryMs = 500
/** How often, and after what time, texts are removed that a dead process had made ready. */
const tidyMs = 600_000

type Queue = {
  claims: Map<string, Claim>
  prepared: Map<string, Prepared>
  timer: NodeJS.Timeout | undefined
  running: Promise<void> | undefined
  /** After a failure of the database: not before this time. */
  notBefore: number
}

/**
 * Publishes what is due: claims a little ahead of time, has the posts ready, and makes them public when this server's
 * clock says so, never before. Several processes may run it on one database; the claim's fencing token and the one
 * transaction per batch see to it that each plan is carried out once.
 */
export function createPublisher({ db, sync, intake, jobs, publishBatch, clock, log, onPublished, timing }: Parts) {
  const { leadMs, leaseMs, sweepMs } = { ...defaultTiming, ...timing }
  const owner = randomUUID()
  const queues = new Map<string, Queue>()
  const preparer = createPreparer({ db, clock })
  let preparing: Promise<void> = Promise.resolve()
  let sweeping: Promise<void> | undefined
  const looking = new Set<Promise<void>>()
  let sweeper: NodeJS.Timeout | undefined
  let stopping = false
  let tidiedAt = 0

  const claimOptions = () => ({ owner, now: clock.now(), limit: claimLimit, leaseMs })

  function queueOf(workspaceId: string): Queue {
    let queue = queues.get(workspaceId)
    if (!queue) {
      queue = { claims: new Map(), prepared: new Map(), timer: undefined, running: undefined, notBefore: 0 }
      queues.set(workspaceId, queue)
    }
    return queue
  }

  function add(claims: readonly Claim[]): void {
    const ahead = new Map<string, string[]>()
    for (const claim of claims) {
      queueOf(claim.workspaceId).claims.set(claim.postId, claim)
      ahead.set(claim.workspaceId, [...(ahead.get(claim.workspaceId) ?? []), claim.postId])
    }
    for (const [workspaceId, ids] of ahead) {
      const queue = queueOf(workspaceId)
      preparing = preparing
        .then(() => preparer.prepare(workspaceId, ids, queue.prepared, (id) => queue.claims.has(id)))
        // Only readiness is lost: what is not prepared is read when it is due.
        .catch((err) => log.warn({ err, workspaceId }, 'posts could not be read ahead of their time'))
      arm(workspaceId, queue)
    }
  }

  function arm(workspaceId: string, queue: Queue): void {
    clearTimeout(queue.timer)
    if (stopping || queue.running) return
    if (queue.claims.size === 0) {
      queues.delete(workspaceId)
      return
    }
    const next = Math.min(...[...queue.claims.values()].map((claim) => claim.dueAt))
    const delay = Math.max(next, queue.notBefore) - clock.now()
    queue.timer = setTimeout(() => void flush(workspaceId), Math.min(Math.max(0, delay), 60_000))
  }

  /** Publishes what is due in the workspace now. Never fails: what went wrong is logged and tried again. */
  function flush(workspaceId: string): Promise<void> {
    const queue = queues.get(workspaceId)
    if (!queue) return Promise.resolve()
    clearTimeout(queue.timer)
    queue.running ??= run(workspaceId, queue).finally(() => {
      queue.running = undefined
      arm(workspaceId, queue)
    })
    return queue.running
  }

  async function run(workspaceId: string, queue: Queue): Promise<void> {
    while (!stopping) {
      // A timer may fire a millisecond early, and the clock may have been set back: its word counts, not the timer's.
      const now = clock.now()
      const due = [...queue.claims.values()].filter((claim) => claim.dueAt <= now)
      // Of those due at the same time the ones that are ready go first; the others are made ready meanwhile.
      const unready = (claim: Claim) => (queue.prepared.has(claim.postId) ? 0 : 1)
      due.sort((a, b) => a.dueAt - b.dueAt || unready(a) - unready(b))
      const batch = due.slice(0, batchSize)
      if (batch.length === 0 || now < queue.notBefore) return
      await carryOut(workspaceId, queue, batch)
    }
  }

  async function carryOut(workspaceId: string, queue: Queue, batch: readonly Claim[]): Promise<void> {
    try {
      const published = await publishBatch(workspaceId, batch, queue.prepared)
      const now = clock.now()
      forget(workspaceId, queue, batch)
      for (const row of published) onPublished(now - (row.dueAt ?? now))
      if (published.length > 0) log.debug({ workspaceId, posts: published.length }, 'published')
    } catch (err) {
      if (isPassing(err)) {
        log.warn({ err, workspaceId, posts: batch.length }, 'publishing met a fault of the database and is tried again')
        queue.notBefore = clock.now() + retryMs
      } else if (batch.length > 1) {
        // One of them is at fault. Nothing of the batch has happened; alone, the others go out.
        for (const claim of batch) await carryOut(workspaceId, queue, [claim])
      } else {
        forget(workspaceId, queue, batch)
        await giveUpOrPostpone(batch[0]!, err)
      }
    }
  }

  function forget(workspaceId: string, queue: Queue, batch: readonly Claim[]): void {
    for (const claim of batch) {
      // Not if a newer claim of the same post has come in meanwhile.
      if (queue.claims.get(claim.postId)?.fence === claim.fence) queue.claims.delete(claim.postId)
    }
    const ids = batch.map((claim) => claim.postId)
    // Behind the posts still to be made ready, and never in the way of those due.
    preparing = preparing
      .then(() => preparer.forget(workspaceId, ids, queue.prepared))
      .catch((err) => log.warn({ err, workspaceId }, 'prepared texts could not be removed'))
  }

  async function giveUpOrPostpone(claim: Claim, err: unknown): Promise<void> {
    const { workspaceId, postId } = claim
    try {
      await sync.transaction(workspaceId, async (tx: Tx) => {
        const [row] = await findClaimed(tx, workspaceId, [claim])
        if (!row) return
        const attempts = row.attempts + 1
        log.error({ err, workspaceId, postId, attempts }, 'a post could not be published')
        if (attempts < maxAttempts) {
          await postponeClaim(tx, claim, attempts, clock.now() + 1000 * 2 ** attempts)
          return
        }
        const message = 'Something went wrong on the server while publishing this post; it has been noted. Try again.'
        await intake.record(
          tx,
          workspaceId,
          [{ ...row, attempts, state: 'failed', problem: { code: 'internal', message } }],
          [],
        )
      })
    } catch (error) {
      // The lease runs out, and the sweep of some process takes it up.
      log.error({ err: error, workspaceId, postId }, 'a failed publication could not be recorded')
    }
  }

  /** Claims what is due soon in these workspaces (or, without any, anywhere). */
  function look(workspaceIds: readonly string[] | null, horizon = clock.now() + leadMs + 1000): Promise<void> {
    if (stopping) return Promise.reject(new Error('This server is stopping; another will look.'))
    const look = claimAll(workspaceIds, horizon).finally(() => looking.delete(look))
    looking.add(look)
    return look
  }

  async function claimAll(workspaceIds: readonly string[] | null, horizon: number): Promise<void> {
    for (;;) {
      const claims = await claimDue(db, { workspaceIds, horizon }, claimOptions())
      add(claims)
      if (claims.length < claimLimit) return
    }
  }

  async function sweepOnce(horizon: number, alone: boolean): Promise<void> {
    const now = clock.now()
    if (now - tidiedAt > tidyMs) {
      await deleteOldPrepared(db, now - tidyMs)
      tidiedAt = now
    }
    await look(null, horizon)
    for (;;) {
      const expired = await claimExpired(db, claimOptions(), alone)
      if (expired.length > 0) log.info({ posts: expired.length }, 'took over publications whose holder is gone')
      add(expired)
      if (expired.length < claimLimit) break
    }
    for (const workspaceId of await findOverdueWaiting(db, clock.now() - lateAfterMs)) {
      await sync.transaction(workspaceId, async (tx) => {
        const rows = await findInStates(tx, workspaceId, ['waiting'])
        await intake.settleAll(tx, workspaceId, rows, 'swept', await intake.isPaused(tx, workspaceId))
      })
    }
  }

  /** Finds what was forgotten. One at a time; a failure is logged, and the next sweep comes. */
  function sweep(horizon = clock.now() - 1500, alone = false): Promise<void> {
    sweeping ??= sweepOnce(horizon, alone)
      .catch((err) => void (stopping || log.warn({ err }, 'the sweep for due publications failed')))
      .finally(() => {
        sweeping = undefined
      })
    return sweeping
  }

  return {
    look,
    sweep: () => sweep(),
    /** `alone`: no other process works on this database, so what is still claimed was claimed by one that has died. */
    start(alone: boolean): void {
      void sweep(clock.now() + leadMs, alone)
      sweeper = setInterval(() => void sweep(), sweepMs)
    },
    /** Resolves when everything that is due has been carried out, so far as this process knows. */
    async settled(): Promise<void> {
      await sweeping
      await Promise.allSettled(looking)
      for (const workspaceId of [...queues.keys()]) await flush(workspaceId)
    },
    /** Finishes the batch under way and gives the other claims back. */
    async stop(): Promise<void> {
      stopping = true
      clearInterval(sweeper)
      for (const queue of queues.values()) clearTimeout(queue.timer)
      await Promise.all([...queues.values()].map((queue) => queue.running))
      await sweeping
      await Promise.allSettled(looking)
      for (const queue of queues.values()) queue.claims.clear()
      await preparing
      await db.transaction().execute(async (tx) => jobs.enqueue(tx, await releaseClaims(tx, owner)))
    },
  }
}
