import { createReadStream } from 'node:fs'
import { Readable } from 'node:stream'
import { errorStatus, isErrorBody } from '../../shared/errors.ts'
import type { Throttle } from './throttle.ts'
import type { UploadSource } from './upload-source.ts'

/** What became of one attempt. `final`: the same bytes would be refused again. */
export type Answer =
  | { stored: true; status: number }
  | {
      stored: false
      status: number
      code: string
      message: string
      final?: boolean
      retryAfterMs?: number
    }

const silenceMs = 60_000
/** When all is sent the server may still have to check and move gigabytes. */
const patienceMs = 15 * 60_000
/** Of one request: proxies refuse bodies that are too large, and this many bytes go by in no time. */
const requestBytes = 64 * 1024 * 1024
/** Up to so many go along with the announcement, which saves a round trip for each picture. */
const atOnceBytes = 1024 * 1024
const readBytes = 256 * 1024

type Options = {
  serverUrl: string
  token: string
  hash: string
  source: UploadSource | undefined
  /** Path on the server where an earlier attempt has begun; it goes on there. */
  path: string | undefined
  /** Told of that path, so that a restart finds it. */
  begun: (path: string) => void
  throttle: Throttle
  signal: AbortSignal
  progress: (sentBytes: number) => void
}

/** Asks whether the server has the file, and sends it if not. Network trouble is an answer, not an exception. */
export async function sendFile(options: Options): Promise<Answer> {
  const { serverUrl, token, hash, source, signal } = options
  try {
    const asked = await fetch(new URL(`/api/blobs/${hash}`, serverUrl), {
      method: 'HEAD',
      headers: { authorization: `Bearer ${token}` },
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(silenceMs)]),
    })
    if (asked.ok) return { stored: true, status: asked.status }
    if (asked.status !== errorStatus.not_found)
      return refusal(asked.status, await asked.text(), asked.headers.get('retry-after'))
  } catch {
    return unreachable()
  }
  if (!source)
    return {
      stored: false,
      status: 0,
      code: 'not_found',
      message: 'This file is neither on this device nor on the server. Add it to the post again.',
      final: true,
    }
  // Where the server has given up what was begun, or never knew it, it is begun anew.
  return (await resume(options, source)) ?? (await resume({ ...options, path: undefined }, source)) ?? unreachable()
}

const unreachable = (): Answer => ({
  stored: false,
  status: 0,
  code: 'unavailable',
  message: 'The server cannot be reached; this is sent as soon as it answers.',
})

/**
 * One run of the tus protocol, from where the last one ended; null: nothing is known of that there.
 * Source: https://tus.io/protocols/resumable-upload
 */
async function resume(
  { serverUrl, token, hash, path, begun, throttle, signal, progress }: Options,
  source: UploadSource,
) {
  // With the first upload: a start should not wait for it.
  const { DetailedError, Upload } = await import('tus-js-client')
  return await new Promise<Answer | null>((resolve) => {
    const ending = new AbortController()
    const until = AbortSignal.any([signal, ending.signal])
    const silence = watchSilence(() => settle(unreachable()))

    function settle(answer: Answer | null): void {
      if (ending.signal.aborted) return
      ending.abort()
      silence.end()
      signal.removeEventListener('abort', onAbort)
      // What was begun is not taken back: the next attempt goes on with it.
      void upload.abort().catch(() => {})
      resolve(answer)
    }
    const onAbort = () => settle(unreachable())

    async function* read(start: number, end: number) {
      let at = start
      for await (const chunk of createReadStream(source.path, { start, end: end - 1, highWaterMark: readBytes })) {
        for (let rest: Buffer = chunk; rest.length > 0; ) {
          // To wait for its turn is not to hear nothing.
          silence.end()
          const granted = await throttle(rest.length, until)
          silence.heard()
          yield rest.subarray(0, granted)
          at += granted
          silence.heard(at === source.bytes ? patienceMs : silenceMs)
          progress(at)
          rest = rest.subarray(granted)
        }
      }
    }

    // The library takes what its own reader of files would hand it: here nothing is opened before it is asked for.
    const upload = new Upload(source as unknown as Buffer, {
      ...(path ? { uploadUrl: new URL(path, serverUrl).href } : { endpoint: new URL('/api/uploads', serverUrl).href }),
      headers: { authorization: `Bearer ${token}` },
      metadata: { sha256: hash, type: source.type },
      chunkSize: requestBytes,
      uploadDataDuringCreation: source.bytes <= atOnceBytes,
      // When to try again is the queue's to say; it keeps the addresses too.
      retryDelays: null,
      storeFingerprintForResuming: false,
      fileReader: {
        openFile: async () => ({
          size: source.bytes,
          slice: async (start: number, end: number) => {
            const last = Math.min(end, source.bytes)
            const body = Object.assign(
              Readable.from(read(start, last), {
                objectMode: false,
                highWaterMark: readBytes,
                signal: until,
              }),
              { size: last - start },
            )
            // A file that cannot be read, or a line that broke: the attempt is over either way.
            body.on('error', () => settle(unreachable()))
            return { value: body, done: last === source.bytes }
          },
          close: () => {},
        }),
      },
      onUploadUrlAvailable: () => begun(new URL(upload.url ?? '').pathname),
      onSuccess: () => settle({ stored: true, status: 201 }),
      onError: (error) => {
        const answer = error instanceof DetailedError ? error.originalResponse : null
        if (!answer) return settle(unreachable())
        const status = answer.getStatus()
        if (path && status === errorStatus.not_found) return settle(null)
        settle(refusal(status, answer.getBody(), answer.getHeader('retry-after') ?? null))
      },
    })
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    else upload.start()
  })
}

function refusal(status: number, text: string, retryAfter: string | null): Answer {
  const named = parsed(text)
  const seconds = Number(retryAfter)
  // Timeouts, limits and trouble of the server's own pass; any other refusal is about these bytes.
  const passes = [401, 408, 409, 423, 425, 429].includes(status)
  const final = (status >= 400 && status < 500 && !passes) || named?.code === 'quota_exceeded'
  return {
    stored: false,
    status,
    code: named?.code ?? (status === 401 ? 'sign_in_required' : 'unavailable'),
    message:
      named?.message ??
      (status === 401 ? 'Sign in again so that this can be sent.' : `The server did not take this file (${status}).`),
    final,
    ...(seconds > 0 ? { retryAfterMs: Math.min(seconds, 3600) * 1000 } : {}),
  }
}

function parsed(text: string) {
  try {
    const body: unknown = JSON.parse(text)
    return isErrorBody(body) ? body : undefined
  } catch {
    return undefined
  }
}

/** A slow line may take its time; a silent one is given up. */
function watchSilence(onSilence: () => void) {
  let timer: NodeJS.Timeout
  const heard = (ms = silenceMs) => {
    clearTimeout(timer)
    timer = setTimeout(onSilence, ms)
    timer.unref()
  }
  heard()
  return { heard, end: () => clearTimeout(timer) }
}
