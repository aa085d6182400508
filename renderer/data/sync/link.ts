import { BehaviorSubject } from 'rxjs'
import { isErrorBody } from '../../../shared/errors.ts'
import type { Problem } from '../types.ts'
import { backoffMs } from './backoff.ts'

export type LinkState = {
  /** `unknown` until the first answer; `refused` and `outdated` last until the person does something. */
  reach: 'unknown' | 'up' | 'down' | 'signed-out' | 'outdated'
  problem: Problem | null
  clockSkewMs: number | null
}

export type LinkOptions = {
  serverUrl: string
  token: string
  fetch?: typeof globalThis.fetch
  now?: () => number
  random?: () => number
  /** How long a request may be without an answer, ms. */
  timeoutMs?: number
}

export type Link = ReturnType<typeof createLink>

/** The server was not, or no longer, to be reached. */
export class LineBroke extends Error {}

/** The answer to a request that reached the server and that the caller has to judge. */
export type Answer = { status: number; body: unknown }

/**
 * The one line to the server. `call` comes back with an answer however long that takes: it waits out lost networks,
 * restarts and signing in again, all callers behind the same back-off.
 */
export function createLink({
  serverUrl,
  token,
  now = Date.now,
  random = Math.random,
  timeoutMs = 60_000,
  ...rest
}: LinkOptions) {
  const fetch = rest.fetch ?? ((input, init) => globalThis.fetch(input, init))
  const state$ = new BehaviorSubject<LinkState>({ reach: 'unknown', problem: null, clockSkewMs: null })
  const stopped = new AbortController()
  let bearer = token
  let failures = 0
  let connections = 0
  let notBefore = 0
  const waiters = new Set<() => void>()
  let bestRoundTripMs = Number.POSITIVE_INFINITY

  const set = (next: Partial<LinkState>): void => {
    const state = { ...state$.value, ...next }
    if (Object.entries(next).some(([key, value]) => state$.value[key as keyof LinkState] !== value)) state$.next(state)
  }

  /** Lets every waiting call try at once. */
  function wake(): void {
    notBefore = 0
    for (const waiter of [...waiters]) waiter()
  }

  function failed(problem: Problem | null, reach: 'down' | 'up', waitMs?: number): void {
    // Calls that were under way together fail together: that is one failure.
    if (now() >= notBefore) notBefore = now() + (waitMs ?? backoffMs(++failures, random))
    set({ reach, problem })
  }

  async function turn(): Promise<void> {
    for (;;) {
      stopped.signal.throwIfAborted()
      const { reach } = state$.value
      const mustAsk = reach === 'signed-out' || reach === 'outdated'
      const waitMs = notBefore - now()
      if (!mustAsk && waitMs <= 0) return
      await new Promise<void>((resolve) => {
        // Someone who has to act wakes us; a clock that was set back must not make a wait endless.
        const timer = mustAsk ? undefined : setTimeout(() => done(), Math.min(waitMs, 60_000))
        const done = (): void => {
          clearTimeout(timer)
          waiters.delete(done)
          resolve()
        }
        waiters.add(done)
      })
    }
  }

  function measureClock(response: Response, sentAt: number): void {
    const server = Number(response.headers.get('x-grover-time'))
    const roundTripMs = now() - sentAt
    if (!server || roundTripMs > bestRoundTripMs + 1000) return
    bestRoundTripMs = Math.min(bestRoundTripMs, roundTripMs)
    set({ clockSkewMs: Math.round(sentAt + roundTripMs / 2 - server) })
  }

  async function attempt(path: string, init: RequestInit): Promise<Answer | null> {
    const sentAt = now()
    const used = bearer
    // A slow line may take its time with a large body: ten kilobytes a second are enough.
    const patienceMs = timeoutMs + (typeof init.body === 'string' ? Math.ceil(init.body.length / 10) : 0)
    const signal = AbortSignal.any([stopped.signal, AbortSignal.timeout(patienceMs)])
    let response: Response
    let body: unknown
    try {
      response = await fetch(serverUrl + path, {
        ...init,
        headers: { ...init.headers, authorization: `Bearer ${used}` },
        credentials: 'omit',
        cache: 'no-store',
        signal,
      })
      body = await response.json()
    } catch (error) {
      stopped.signal.throwIfAborted()
      // An answer that is no JSON comes from something in between, a hotel's sign-in page perhaps.
      const offline = { code: 'unavailable', message: error instanceof Error ? error.message : String(error) }
      failed(error instanceof SyntaxError ? offline : null, 'down')
      return null
    }
    measureClock(response, sentAt)
    const { status } = response
    const problem = isErrorBody(body) ? { code: body.code, message: body.message } : null
    if (response.ok || status === 413 || ['limit_out_of_range', 'checkpoint_expired'].includes(problem?.code ?? '')) {
      failures = 0
      notBefore = 0
      if (state$.value.reach !== 'up') connections++
      set({ reach: 'up', problem: null })
      return { status, body }
    }
    if (status === 401) {
      // Another call may have been answered by a session that was replaced meanwhile.
      if (used === bearer) set({ reach: 'signed-out', problem })
    } else if (status === 426) set({ reach: 'outdated', problem })
    else if (status === 429 || status === 503) {
      const seconds = Number(response.headers.get('retry-after'))
      failed(problem, status === 503 ? 'down' : 'up', seconds > 0 ? Math.min(seconds, 300) * 1000 : undefined)
    } else failed(problem ?? { code: 'internal', message: `HTTP ${status}` }, status >= 500 ? 'down' : 'up')
    return null
  }

  return {
    state$,
    wake,
    /** Resolves with a 2xx answer, or one that says to ask for or send less (413, `limit_out_of_range`), or to start over (`checkpoint_expired`), however long that takes. Rejects only when the link is closed. */
    async call(path: string, init: RequestInit = {}): Promise<Answer> {
      for (;;) {
        await turn()
        const answer = await attempt(path, init)
        if (answer) return answer
      }
    },
    /** Like `call`, but tries once, and only on the connection the caller has looked at. Errors: LineBroke. */
    async callOn(connection: number, path: string, init: RequestInit): Promise<Answer> {
      await turn()
      if (state$.value.reach !== 'up' || connection !== connections) throw new LineBroke()
      return (await attempt(path, init)) ?? Promise.reject(new LineBroke())
    },
    token: () => bearer,
    /** Which connection this is, or -1 without one: another number means a server that may not be the same as before. */
    connection: () => (state$.value.reach === 'up' ? connections : -1),
    signIn(next: string): void {
      bearer = next
      failures = 0
      if (state$.value.reach === 'signed-out') set({ reach: 'unknown', problem: null })
      wake()
    },
    signedOut(problem: Problem): void {
      set({ reach: 'signed-out', problem })
    },
    close(): void {
      stopped.abort(new DOMException('The studio is closing.', 'AbortError'))
      wake()
      state$.complete()
    },
  }
}
