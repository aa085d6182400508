import { join } from 'node:path'
import type { UploadState } from '../../shared/contract/blobs.ts'
import { errorStatus, fail } from '../../shared/errors.ts'
import type { Blobs } from './blobs.ts'
import type { Log } from './log.ts'
import type { Session } from './session.ts'
import { createUploadList, type Upload } from './upload-list.ts'
import { type Answer, sendBlob } from './upload-request.ts'
import { createState } from './watch.ts'

/** Brings pictures to the server: a queue on disk, one at a time, patiently. */
export type Uploads = {
  /**
   * Queues these and tries everything again at once. `ifHere`: only those whose bytes are on this device and that are not
   * queued yet. Error: `sign_in_required`, for a queue belongs to an account.
   */
  upload(hashes: string[], options?: { ifHere?: boolean | undefined }): Promise<void>
  states(signal?: AbortSignal): AsyncGenerator<UploadState, void, void>
  /** Resolves when nothing is under way any more; the queue stays for the next start. */
  stop(): Promise<void>
}

export const firstPauseMs = 1000
export const longestPauseMs = 5 * 60_000

/** "Full jitter" (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/), never under the server's own wish. */
export const pauseMs = (attempt: number, random: number, retryAfterMs = 0): number =>
  Math.max(retryAfterMs, Math.round(random * Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(attempt, 20))))

export function createUploads(options: {
  folder: string
  blobs: Blobs
  session: Session
  serverUrl: () => string
  log: Log
  random?: () => number
  wait?: (ms: number, signal: AbortSignal) => Promise<void>
}): Uploads {
  const { blobs, session, serverUrl, log, random = Math.random, wait = pause } = options
  const list = createUploadList({ path: join(options.folder, 'uploads.json'), log })
  const state = createState<UploadState>({ waiting: [], sentBytes: 0, totalBytes: 0, problems: [] })
  const stopping = new AbortController()
  /** Cuts a pause short when there is reason to try again. */
  let again = new AbortController()
  /** How often somebody asked to start, and up to which asking the last run has looked. */
  let asked = 0
  let looked = 0
  let running: Promise<void> | undefined
  /** Bytes of what this run has brought over, so that the bar does not jump back with each picture. */
  let broughtBytes = 0

  session.onChange(() => void start())
  void start()

  /** What this session may send: another account's pictures wait until it is signed in again. */
  async function mine(): Promise<Upload[]> {
    const workspaceId = (await session.get())?.workspaceId
    return (await list.all()).filter((upload) => upload.workspaceId === workspaceId)
  }

  async function tell() {
    const uploads = await mine()
    const waiting = uploads.filter((upload) => !upload.problem?.final)
    const left = waiting.reduce((sum, upload) => sum + upload.bytes, 0)
    if (waiting.length === 0) broughtBytes = 0
    state.set({
      waiting: waiting.map((upload) => upload.hash),
      sentBytes: broughtBytes,
      totalBytes: broughtBytes + left,
      problems: uploads.flatMap(({ hash, problem }) =>
        problem ? [{ hash, code: problem.code, message: problem.message }] : [],
      ),
    })
  }

  function start(): Promise<void> {
    asked++
    again.abort()
    again = new AbortController()
    if (stopping.signal.aborted) return Promise.resolve()
    running ??= run()
      .catch((error: unknown) => log('Uploading pictures stopped unexpectedly; it goes on at the next change.', error))
      .finally(() => {
        running = undefined
        // Asked while the run was on its way out.
        if (looked !== asked && !stopping.signal.aborted) void start()
      })
    return running
  }

  async function run(): Promise<void> {
    await tell()
    for (let attempt = 0; !stopping.signal.aborted; ) {
      looked = asked
      const signedIn = await session.get()
      const next = (await mine()).find((upload) => !upload.problem?.final)
      if (!signedIn || !next) return
      const answer = await send(next, signedIn.token)
      if (stopping.signal.aborted) return
      const retryAfterMs = await take(next, answer)
      await tell()
      if (retryAfterMs !== undefined && looked === asked) {
        // Only a new session helps, and it starts a new run.
        if (answer.status === errorStatus.sign_in_required) return
        await wait(pauseMs(attempt, random(), retryAfterMs), AbortSignal.any([again.signal, stopping.signal]))
        attempt++
      }
      if (retryAfterMs === undefined || looked !== asked) attempt = 0
    }
  }

  async function send(upload: Upload, token: string): Promise<Answer> {
    const blob = await blobs.readLocal(upload.hash)
    let told = 0
    return sendBlob({
      url: new URL(`/api/blobs/${upload.hash}`, serverUrl()),
      token,
      blob,
      signal: stopping.signal,
      progress: (sent) => {
        // Several a second is as much as a person can see.
        if (sent - told < 128 * 1024 && sent < upload.bytes) return
        told = sent
        state.set({ ...state.value, sentBytes: broughtBytes + sent })
      },
    })
  }

  /** Settles one answer. Undefined: that picture is done with; a number: try again, not before so many milliseconds. */
  async function take(upload: Upload, answer: Answer): Promise<number | undefined> {
    if (answer.stored) {
      broughtBytes += upload.bytes
      await list.remove(upload)
      return undefined
    }
    const final = answer.final === true
    await list.note(upload, { code: answer.code, message: answer.message, final })
    return final ? undefined : (answer.retryAfterMs ?? 0)
  }

  return {
    states: (signal) => state.watch(signal),
    async upload(hashes, { ifHere = false } = {}) {
      if (hashes.length > 0) {
        const workspaceId = (await session.get())?.workspaceId
        if (workspaceId === undefined) return fail('sign_in_required', 'Sign in again, then this picture can be sent.')
        const queued = ifHere ? new Set((await mine()).map((upload) => upload.hash)) : undefined
        const sizes = await Promise.all(hashes.map((hash) => blobs.size(hash)))
        const found = hashes.map((hash, at) => ({ hash, workspaceId, bytes: sizes[at] }))
        await list.add(
          found
            .filter(({ hash, bytes }) => !queued || (bytes !== undefined && !queued.has(hash)))
            .map((upload) => ({ ...upload, bytes: upload.bytes ?? 0 })),
        )
      }
      await tell()
      void start()
    },
    async stop() {
      stopping.abort()
      await running
    },
  }
}

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
