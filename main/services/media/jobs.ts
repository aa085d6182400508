import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import type { JobResult, MediaJob, MediaJobs, Recipe } from '../../../shared/contract/media.ts'
import { fail, GroverError } from '../../../shared/errors.ts'
import type { Blobs } from '../blobs.ts'
import { asStorageFull } from '../files.ts'
import type { Log } from '../log.ts'
import { createState } from '../watch.ts'
import type { createJobList, Job } from './job-list.ts'
import type { SeenMemory } from './probe.ts'
import { type Crew, canHold, type Processes } from './processes.ts'
import { endStrays } from './strays.ts'
import type { Tools } from './tools.ts'
import { createWork, type Work } from './work.ts'

/** A job that has begun and not ended. */
type Running = {
  crew: Crew
  ending: AbortController
  progress: number
  /** What it has worked, without pauses: up to `since`, and from then on when it is not held. */
  workedMs: number
  since: number
  isHeld: boolean
  /** Hardware failed at it. */
  fellBack: boolean
  ended: Promise<void>
}

/** Several a second is as much as a person can see. */
const tellEveryMs = 100

const over = (state: Job['state']) => state === 'done' || state === 'failed' || state === 'cancelled'

/** Runs jobs in order of asking, so many side by side. Every change is on disk before it is told. */
export function createJobs(parts: {
  list: ReturnType<typeof createJobList>
  /** Where each job has a folder of its own while it runs. */
  folder: string
  blobs: Blobs
  processes: Processes
  findTools: () => Promise<Tools>
  memory: SeenMemory
  cook: (recipe: Recipe, work: Work) => Promise<JobResult>
  log: Log
  now?: () => number
  againMs?: number
}) {
  const { list, folder, blobs, processes, findTools, memory, cook, log } = parts
  const { now = () => performance.now(), againMs = 5000 } = parts
  const running = new Map<string, Running>()
  const state = createState<MediaJobs>({ jobs: [], parallel: 1, calm: false })
  let jobs: Job[] = []
  let parallel = 1
  let calm = false
  const stopping = new AbortController()
  let telling: NodeJS.Timeout | undefined

  const begun = begin()
  begun.catch((error: unknown) => log('The media jobs of the last time could not be taken up.', error))

  async function begin() {
    // What a studio that was killed has left.
    await endStrays(folder)
    await rm(folder, { recursive: true, force: true })
    const kept = await list.read()
    jobs = kept.jobs
    parallel = kept.parallel
    tell()
    pump()
  }

  function shown(job: Job): MediaJob {
    const { id, hash, recipe, state, problem, result } = job
    const run = over(state) ? undefined : running.get(id)
    const progress = state === 'done' ? 1 : Math.min(0.99, run?.progress ?? 0)
    const worked = run ? run.workedMs + (run.isHeld ? 0 : now() - run.since) : 0
    const msLeft = run && progress > 0.02 ? Math.round((worked / progress) * (1 - progress)) : null
    return {
      id,
      hash,
      kind: recipe.kind,
      state,
      progress,
      msLeft,
      problem,
      result,
      fellBack: run?.fellBack ?? job.fellBack ?? false,
    }
  }

  function tell() {
    clearTimeout(telling)
    telling = undefined
    state.set({ jobs: jobs.map(shown), parallel, calm })
  }
  const tellSoon = () => {
    telling ??= setTimeout(tell, tellEveryMs)
  }

  async function change(id: string, next: Partial<Job> | null): Promise<void> {
    const kept = await list.change((kept) => ({
      ...kept,
      jobs: kept.jobs.flatMap((job) => (job.id !== id ? [job] : next ? [{ ...job, ...next }] : [])),
    }))
    jobs = kept.jobs
    tell()
  }

  const find = (id: string): Job | undefined => jobs.find((job) => job.id === id)

  /** Starts, or lets go on, as many as may run. */
  function pump() {
    if (stopping.signal.aborted) return
    const free = parallel - [...running.values()].filter(({ isHeld }) => !isHeld).length
    const next = jobs
      .filter((job) => job.state === 'waiting' && (running.get(job.id)?.isHeld ?? true))
      .slice(0, Math.max(0, free))
    for (const job of next) {
      const held = running.get(job.id)
      if (held) {
        held.isHeld = false
        held.since = now()
        held.crew.goOn()
        change(job.id, { state: 'running' }).catch(unwritten)
      } else start(job)
    }
  }

  function start(job: Job) {
    const run: Running = {
      crew: processes.crew(),
      ending: new AbortController(),
      progress: 0,
      workedMs: 0,
      since: now(),
      isHeld: false,
      fellBack: false,
      ended: Promise.resolve(),
    }
    running.set(job.id, run)
    run.ended = work(job, run)
      .catch(unwritten)
      .finally(() => pump())
  }

  const unwritten = (error: unknown) => log('The list of media jobs could not be written.', error)

  /** How a job ended has to be written down: with a full disk, when there is room again. */
  async function settle(id: string, next: Partial<Job>): Promise<void> {
    for (let isFirst = true; !stopping.signal.aborted; isFirst = false)
      try {
        return await change(id, next)
      } catch (error) {
        if (isFirst) unwritten(error)
        await pause(againMs, undefined, { signal: stopping.signal }).catch(() => undefined)
      }
  }

  async function work(job: Job, run: Running): Promise<void> {
    const own = join(folder, job.id)
    const { signal } = run.ending
    try {
      await change(job.id, { state: 'running', problem: null, result: null, fellBack: false })
      const source = await blobs.find(job.hash)
      if (!source) fail('not_found', 'This file is not on this device. Open it on the one that took it in.')
      await mkdir(own, { recursive: true, mode: 0o700 }).catch(asStorageFull)
      signal.throwIfAborted()
      const tell = (progress: number) => {
        run.progress = Math.max(run.progress, progress)
        tellSoon()
      }
      const { crew } = run
      const tellFellBack = () => {
        run.fellBack = true
        tellSoon()
      }
      const { name, recipe } = job
      const parts = {
        source,
        hash: job.hash,
        name,
        folder: own,
        blobs,
        crew,
        memory,
        findTools,
        signal,
        tell,
        tellFellBack,
      }
      const result = await cook(recipe, createWork(parts))
      await settle(job.id, { state: 'done', result, fellBack: run.fellBack })
    } catch (error) {
      // Whoever ended it has said what it is now.
      if (!signal.aborted) await settle(job.id, { state: 'failed', problem: problemOf(error, job) })
    } finally {
      await rm(own, { recursive: true, force: true })
      // Not before: tried again, it has the same folder.
      running.delete(job.id)
    }
  }

  function problemOf(error: unknown, job: Job): { code: string; message: string } {
    if (error instanceof GroverError) {
      if (error.details)
        log(`ffmpeg failed at ${job.recipe.kind}: ${String(error.details.said).trim() || 'it crashed'}`)
      return { code: error.code, message: error.message }
    }
    log(`A media job (${job.recipe.kind}) failed unexpectedly.`, error)
    return { code: 'internal', message: 'The studio failed at this. Nothing was changed; try again in a moment.' }
  }

  /** Ends what runs of a job; resolves when nothing of it is left. */
  async function end(id: string): Promise<void> {
    const run = running.get(id)
    if (!run) return
    run.ending.abort()
    await run.ended
  }

  return {
    async start({ hash, recipe, name = '' }: { hash: string; recipe: Recipe; name?: string | undefined }) {
      await begun
      if ((await blobs.size(hash)) === undefined)
        fail('not_found', 'This file is not on this device. Open it on the one that took it in.')
      const asked = JSON.stringify(recipe)
      const same = jobs.find((job) => !over(job.state) && job.hash === hash && JSON.stringify(job.recipe) === asked)
      if (same) return { id: same.id }
      const job: Job = { id: randomUUID(), hash, recipe, name, state: 'waiting', problem: null, result: null }
      jobs = (await list.change((kept) => ({ ...kept, jobs: [...kept.jobs, job] }))).jobs
      tell()
      pump()
      return { id: job.id }
    },
    watch: (signal?: AbortSignal) => state.watch(signal),
    /** When `folder` is empty of what the last time has left. */
    ready: () => begun.catch(() => undefined),
    async cancel(id: string) {
      await begun
      const job = find(id)
      if (!job || over(job.state)) return
      running.get(id)?.ending.abort()
      await change(id, { state: 'cancelled' })
      await end(id)
    },
    async pause(id: string) {
      await begun
      const job = find(id)
      if (job?.state !== 'waiting' && job?.state !== 'running') return
      const run = running.get(id)
      if (run && canHold && !run.isHeld) {
        run.isHeld = true
        run.workedMs += now() - run.since
        run.crew.hold()
      } else if (run && !canHold) run.ending.abort()
      await change(id, { state: 'paused' })
      pump()
    },
    async resume(id: string) {
      await begun
      if (find(id)?.state !== 'paused') return
      await change(id, { state: 'waiting' })
      pump()
    },
    async retry(id: string) {
      await begun
      const job = find(id)
      if (job?.state !== 'failed' && job?.state !== 'cancelled') return
      await end(id)
      await change(id, { state: 'waiting', problem: null })
      pump()
    },
    async forget(id: string) {
      await begun
      running.get(id)?.ending.abort()
      await change(id, null)
      await end(id)
    },
    async limit(most: number) {
      await begun
      parallel = (await list.change((kept) => ({ ...kept, parallel: most }))).parallel
      tell()
      pump()
    },
    async calm(on: boolean) {
      calm = on
      processes.calm(on)
      tell()
    },
    /** Ends everything that runs; it starts over the next time. */
    async stop() {
      stopping.abort()
      await begun.catch(() => undefined)
      for (const run of running.values()) run.ending.abort()
      await Promise.all([...running.values()].map(({ ended }) => ended))
      clearTimeout(telling)
    },
  }
}
