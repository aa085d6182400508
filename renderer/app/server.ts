import { createContext, useContext } from 'react'
import { type ErrorCode, GroverError, isErrorBody } from '../../shared/errors.ts'

/** No answer came: the network, the server's machine or the server itself is away. Nothing was changed, as far as we know. */
export class ServerUnreachable extends Error {
  constructor(cause: unknown) {
    super('The server did not answer.', { cause })
    this.name = 'ServerUnreachable'
  }
}

export type Call = {
  method?: 'GET' | 'POST' | 'DELETE'
  body?: unknown
  signal?: AbortSignal | undefined
}

export type Server = {
  url: string
  /** Errors: `GroverError` with the server's code and sentence, `ServerUnreachable`. */
  call<T>(path: string, call?: Call): Promise<T>
}

type Options = {
  url: string
  /** Asked at each call: a token is replaced now and then. */
  token?: () => string | null
  /** The server turned the session's key; the old one no longer works. */
  onToken?: (token: string) => Promise<void>
  fetch?: typeof globalThis.fetch
  timeoutMs?: number
}

/** The accounts' HTTP interface of the companion server. No cookies: the session's token is sent by hand. */
export function createServer({ url, token, onToken, fetch = globalThis.fetch, timeoutMs = 15_000 }: Options): Server {
  const call = async <T>(path: string, { method, body, signal }: Call = {}): Promise<T> => {
    const bearer = token?.()
    const limit = AbortSignal.timeout(timeoutMs)
    const answer = await fetch(url + path, {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      credentials: 'omit',
      cache: 'no-store',
      headers: {
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(bearer ? { authorization: `Bearer ${bearer}` } : {}),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    }).catch((error: unknown) => {
      if (signal?.aborted) throw error
      throw new ServerUnreachable(error)
    })
    const data = await parse(answer)
    if (!answer.ok) throw errorOf(answer, data)
    if (bearer && hasToken(data)) await onToken?.(data.token)
    return data as T
  }
  return { url, call }
}

async function parse(answer: Response): Promise<unknown> {
  const text = await answer.text().catch((error: unknown) => {
    throw new ServerUnreachable(error)
  })
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function errorOf(answer: Response, data: unknown): Error {
  if (isErrorBody(data)) {
    const wait = Number(answer.headers.get('retry-after'))
    return new GroverError(data.code, data.message, {
      ...data.details,
      ...(wait > 0 ? { retryAfterSeconds: wait } : {}),
    })
  }
  // A proxy's own page, or something that is not our server at all.
  if (answer.status >= 500) return new ServerUnreachable(new Error(`HTTP ${answer.status}`))
  return new GroverError('internal', `The server's answer made no sense (HTTP ${answer.status}).`)
}

const hasToken = (data: unknown): data is { token: string } =>
  typeof data === 'object' && data !== null && 'token' in data && typeof data.token === 'string' && data.token !== ''

export const codeOf = (error: unknown): ErrorCode | null => (error instanceof GroverError ? error.code : null)

export const ServerContext = createContext<Server | null>(null)

/** The companion server, as the signed-in person (or nobody, on the welcome screen). */
export function useServer(): Server {
  const server = useContext(ServerContext)
  if (!server) throw new Error('useServer needs the studio around it.')
  return server
}
