import { join } from 'node:path'
import type { UploadSettings, UploadState } from '../../shared/contract/blobs.ts'
import { errorStatus, fail } from '../../shared/errors.ts'
import type { Log } from './log.ts'
import type { Session } from './session.ts'
import { createThrottle } from './throttle.ts'
import { createUploadList, type Upload } from './upload-list.ts'
import { type Answer, sendFile } from './upload-request.ts'
import { createUploadSettings, defaultUploadSettings } from './upload-settings.ts'
import type { FindSource } from './upload-source.ts'
import { createState } from './watch.ts'

/** Brings files to the server: a queue on disk, a few at a time, patiently, each from where it was cut off. */
export type Uploads = {
  /**
   * Queues these and tries everything again at once. `ifHere`: only those whose bytes are on this device and that are not
   * queued yet. Error: `sign_in_required`, for a queue belongs to an account.
   */
  upload(hashes: string[], options?: { ifHere?: boolean | undefined }): Promise<void>
  states(signal?: AbortSignal): AsyncGenerator<UploadState, void, void>
  changeSettings(changed: Partial<UploadSettings>): Promise<void>
  tellConditions(conditions: { metered?: boolean | undefined; live?: boolean | undefined }): Promise<void>
  /** Resolves when nothing is under way any more; the queue stays for the next start. */
  stop(): Promise<void>
}

export const firstPauseMs = 1000
export const longestPauseMs = 5 * 60_000
/** Bytes that arrive damaged are sent anew, but not for ever: the file itself may be. */
const mostDamaged = 3
/** Progress is told so often, and at each of so many parts of a file. */
const tellEveryMs = 100
const tellParts = 20

/** "Full jitter" (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), never under the server's own wish. */
export const pauseMs = (attempt: number, random: number, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.round(random * Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 20))))

export function createUploads(options: {
  folder: string
  findSource: FindSource
  session: Session
  serverUrl: () => string
  log: Log
  random?: () => number
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}): Uploads {
  const { folder, findSource, session, serverUrl, log, random = Math.random, wait = pause } = options
  const list = createUploadList({ path: join(folder, 'uploads.json'), log })
  const kept = createUploadSettings({ folder, log })
  let settings = defaultUploadSettings
  const conditions = { metered: false, live: false }
  const throttle = createThrottle({ bytesPerSecond: () => settings.bytesPerSecond })
  const state = createState<UploadState>({
    waiting: [],
    sending: [],
    sentBytes: 0,
    totalBytes: 0,
    paused: 'no',
    settings,
    problems: [],
  })
  const stopping = new AbortController()
  /** Cuts a pause short when there is reason to try again. */
  let again = new AbortController()
  /** Cuts short what is being sent, to go on later. */
  let halt = new AbortController()
  /** How often somebody asked to start, and up to which asking the last lane has looked. */
  let asked = 0
  let looked = 0
  /** Each sends one file after the other. */
  const lanes = new Set<Promise<void>>()
  /** What is on its way, with how much of it. */
  const active = new Map<string, { upload: Upload; sentBytes: number }>()
  /** How often each arrived damaged. */
  const damaged = new Map<string, number>()
  /** Bytes brought over since the queue was empty, so that the bar does not jump back with each file. */
  let broughtBytes = 0
  let toldAt = 0

  session.onChange(() => void start())
  const settled = kept
    .get()
    .then((read) => {
      settings = read
    })
    // With what is usual until somebody chooses anew.
    .catch((error: unknown) => log('The settings of uploads could not be read.', error))
    .then(start)

  /** What this session may send: another account's files wait until it is signed in again. */
  async function mine(): Promise<Upload[]> {
    const workspaceId = (await session.get())?.workspaceId
    return (await list.all()).filter((upload) => upload.workspaceId === workspaceId)
  }

  function pausedBy(): UploadState['paused'] {
    if (settings.paused) return 'manual'
    if (conditions.live && settings.whileLive === 'pause') return 'live'
    return conditions.metered && settings.onMetered === 'pause' ? 'metered' : 'no'
  }

  async function tell() {
    const uploads = await mine()
    const waiting = uploads.filter((upload) => !upload.problem?.final)
    if (waiting.length === 0) broughtBytes = 0
    state.set({
      ...state.value,
      waiting: waiting.map((upload) => upload.hash),
      totalBytes: broughtBytes + waiting.reduce((sum, upload) => sum + upload.bytes, 0),
      paused: pausedBy(),
      settings,
      problems: uploads.flatMap(({ hash, problem }) =>
        problem ? [{ hash, code: problem.code, message: problem.message }] : [],
      ),
    })
    tellProgress()
  }

  function tellProgress() {
    toldAt = performance.now()
    const sending = [...active.values()].map(({ upload: { hash, bytes }, sentBytes }) => ({ hash, sentBytes, bytes }))
    const sentBytes = sending.reduce((sum, one) => sum + one.sentBytes, broughtBytes)
    state.set({ ...state.value, sending, sentBytes: Math.min(sentBytes, state.value.totalBytes) })
  }

  function start(): void {
    asked++
    again.abort()
    again = new AbortController()
    if (stopping.signal.aborted) return
    while (lanes.size < settings.parallel) {
      const lane: Promise<void> = run(() => lanes.delete(lane))
        .catch((error: unknown) => log('An upload stopped unexpectedly; it goes on at the next change.', error))
        .finally(() => {
          lanes.delete(lane)
          // Asked while the last was on its way out.
          if (looked !== asked && !stopping.signal.aborted) start()
        })
      lanes.add(lane)
    }
  }

  async function run(leave: () => void): Promise<void> {
    // First: a queue that cannot be read is tried again at the next change, not at once for ever.
    looked = asked
    await settled
    await tell()
    for (let attempt = 0; !stopping.signal.aborted; ) {
      looked = asked
      const seen = asked
      const signedIn = await session.get()
      const waiting = (await mine()).filter((upload) => !upload.problem?.final)
      if (!signedIn || pausedBy() !== 'no') return
      // At once, or all lanes would find that there are too many.
      if (lanes.size > settings.parallel) return leave()
      // No await between finding and taking: two lanes never send the same.
      const next = waiting.find((upload) => !active.has(keyOf(upload)))
      if (!next) return
      const { answer, retryAfterMs } = await send(next, signedIn.token)
      if (stopping.signal.aborted) return
      await tell()
      if (answer === null) continue
      if (retryAfterMs !== undefined && seen === asked) {
        // Only a new session helps, and it starts a new run.
        if (answer.status === errorStatus.sign_in_required) return
        await wait(pauseMs(attempt, random(), retryAfterMs), AbortSignal.any([again.signal, stopping.signal]))
        attempt++
      }
      if (retryAfterMs === undefined || seen !== asked) attempt = 0
    }
  }

  /** `answer` null: it was halted, and goes on later. */
  async function send(upload: Upload, token: string): Promise<{ answer: Answer | null; retryAfterMs?: number }> {
    const key = keyOf(upload)
    const progress = { upload, sentBytes: 0 }
    const { signal: halted } = halt
    active.set(key, progress)
    try {
      const answer = await sendFile({
        serverUrl: serverUrl(),
        token,
        hash: upload.hash,
        source: await findSource(upload.hash),
        path: upload.path,
        begun: (path) => {
          if (path !== upload.path)
            list.begin(upload, path).catch((error) => log('Where an upload has begun could not be noted.', error))
        },
        throttle,
        signal: AbortSignal.any([stopping.signal, halted]),
        progress: (sentBytes) => {
          const part = (sent: number) => Math.floor((sent / upload.bytes) * tellParts)
          const isTold = part(sentBytes) === part(progress.sentBytes) && performance.now() - toldAt < tellEveryMs
          progress.sentBytes = sentBytes
          if (!isTold) tellProgress()
        },
      })
      if (stopping.signal.aborted || (halted.aborted && !answer.stored)) return { answer: null }
      return { answer, ...(await take(upload, answer)) }
    } finally {
      active.delete(key)
    }
  }

  /** Settles one answer. With `retryAfterMs` it is tried again, not before so many milliseconds; without, it is done. */
  async function take(upload: Upload, answer: Answer): Promise<{ retryAfterMs?: number }> {
    if (answer.stored) {
      broughtBytes += upload.bytes
      damaged.delete(keyOf(upload))
      await list.remove(upload)
      return {}
    }
    const final = answer.final === true && !mayPass(upload, answer)
    await list.note(upload, { code: answer.code, message: answer.message, final })
    return final ? {} : { retryAfterMs: answer.retryAfterMs ?? 0 }
  }

  /** What came damaged over the line, or out of a server's power cut, is whole the next time. */
  function mayPass(upload: Upload, { code }: Exclude<Answer, { stored: true }>): boolean {
    if (code !== 'hash_mismatch') return false
    const times = (damaged.get(keyOf(upload)) ?? 0) + 1
    if (times < mostDamaged) damaged.set(keyOf(upload), times)
    else damaged.delete(keyOf(upload))
    return times < mostDamaged
  }

  /** Goes on, or stops what may not be sent now. */
  async function reconsider(): Promise<void> {
    if (pausedBy() !== 'no') {
      halt.abort()
      halt = new AbortController()
    }
    await tell()
    start()
  }

  return {
    states: (signal) => state.watch(signal),
    async upload(hashes, { ifHere = false } = {}) {
      if (hashes.length > 0) {
        const workspaceId = (await session.get())?.workspaceId
        if (workspaceId === undefined) return fail('sign_in_required', 'Sign in again, then this file can be sent.')
        const queued = ifHere ? new Set((await mine()).map((upload) => upload.hash)) : undefined
        const sources = await Promise.all(hashes.map(findSource))
        const found = hashes.map((hash, at) => ({ hash, workspaceId, bytes: sources[at]?.bytes }))
        await list.add(
          found
            .filter(({ hash, bytes }) => !queued || (bytes !== undefined && !queued.has(hash)))
            .map((upload) => ({ ...upload, bytes: upload.bytes ?? 0 })),
        )
      }
      await tell()
      start()
    },
    async changeSettings(changed) {
      settings = await kept.change(changed)
      await reconsider()
    },
    async tellConditions({ metered = conditions.metered, live = conditions.live }) {
      Object.assign(conditions, { metered, live })
      await reconsider()
    },
    async stop() {
      stopping.abort()
      await settled
      await Promise.all(lanes)
    },
  }
}

const keyOf = ({ workspaceId, hash }: Upload): string => `${workspaceId}/${hash}`

const pause = (ms: number, signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    const finish = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = setTimeout(finish, ms)
    timer.unref()
    signal.addEventListener('abort', finish, { once: true })
    if (signal.aborted) finish()
  })
