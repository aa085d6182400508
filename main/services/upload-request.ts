import { errorStatus, isErrorBody } from '../../shared/errors.ts'
import type { StoredBlob } from './blobs.ts'

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
const chunkBytes = 64 * 1024

/** Asks whether the server has the picture and sends it if not. Network trouble is an answer, not an exception. */
export async function sendBlob(options: {
  url: URL
  token: string
  blob: StoredBlob | undefined
  signal: AbortSignal
  progress: (sentBytes: number) => void
}): Promise<Answer> {
  const { url, token, blob, signal, progress } = options
  const authorization = `Bearer ${token}`
  const silence = watchSilence()
  const until = AbortSignal.any([signal, silence.signal])
  try {
    const asked = await fetch(url, { method: 'HEAD', headers: { authorization }, redirect: 'error', signal: until })
    if (asked.ok) return { stored: true, status: asked.status }
    if (asked.status !== errorStatus.not_found) return await refused(asked)
    if (!blob)
      return {
        stored: false,
        status: 0,
        code: 'not_found',
        message: 'This picture is neither on this device nor on the server. Add it to the post again.',
        final: true,
      }
    const put = await fetch(url, {
      method: 'PUT',
      headers: { authorization, 'content-type': blob.type, 'content-length': String(blob.bytes.length) },
      body: counted(blob.bytes, (sent) => {
        silence.heard()
        progress(sent)
      }),
      duplex: 'half',
      redirect: 'error',
      signal: until,
    } as RequestInit)
    return put.ok ? { stored: true, status: put.status } : await refused(put)
  } catch {
    return {
      stored: false,
      status: 0,
      code: 'unavailable',
      message: 'The server cannot be reached; the picture is sent as soon as it answers.',
    }
  } finally {
    silence.end()
  }
}

async function refused(response: Response): Promise<Answer> {
  const body: unknown = await response.json().catch(() => undefined)
  const { status } = response
  const named = isErrorBody(body) ? body : undefined
  const seconds = Number(response.headers.get('retry-after'))
  // Timeouts, limits and trouble of the server's own pass; any other refusal is about these bytes.
  const final = status >= 400 && status < 500 && ![401, 408, 425, 429].includes(status)
  return {
    stored: false,
    status,
    code: named?.code ?? (status === 401 ? 'sign_in_required' : 'unavailable'),
    message:
      named?.message ??
      (status === 401
        ? 'Sign in again so that this picture can be sent.'
        : `The server did not take this picture (${status}).`),
    final,
    ...(seconds > 0 ? { retryAfterMs: Math.min(seconds, 3600) * 1000 } : {}),
  }
}

/** A slow line may take its time; a silent one is given up. */
function watchSilence() {
  const controller = new AbortController()
  let timer: NodeJS.Timeout
  const heard = () => {
    clearTimeout(timer)
    timer = setTimeout(() => controller.abort(new Error('silence')), silenceMs)
    timer.unref()
  }
  heard()
  return { signal: controller.signal, heard, end: () => clearTimeout(timer) }
}

function counted(bytes: Uint8Array, sent: (total: number) => void): ReadableStream<Uint8Array> {
  let at = 0
  return new ReadableStream({
    pull(controller) {
      if (at >= bytes.length) return controller.close()
      controller.enqueue(bytes.subarray(at, at + chunkBytes))
      at = Math.min(bytes.length, at + chunkBytes)
      sent(at)
    },
  })
}
