import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fail, GroverError, isErrorBody } from '../../shared/errors.ts'
import { plainPage } from './plain-page.ts'

export type OpenBrowser = (url: string) => Promise<void>

/** Signs in with the person's own browser. Resolves with the session token; errors as in the contract. */
export type SignInWithBrowser = (provider: string, signal?: AbortSignal) => Promise<{ token: string }>

const minutes = 60_000

/**
 * RFC 8252 (native apps): the browser comes back to a listener on 127.0.0.1 that lives for this one sign-in, and RFC 7636
 * (PKCE, S256): the code it brings is worth nothing without the verifier, which never leaves this process but for the server.
 */
export function createSignIn(options: {
  serverUrl: () => string
  openBrowser: OpenBrowser
  deviceName: string
  timeoutMs?: number
}): SignInWithBrowser {
  const { serverUrl, openBrowser, deviceName, timeoutMs = 5 * minutes } = options

  return async (provider, signal) => {
    const server = serverUrl()
    const verifier = randomBytes(32).toString('base64url')
    const state = randomBytes(32).toString('base64url')
    const listener = await listen(state)
    const timer = setTimeout(
      () =>
        listener.give(new GroverError('sign_in_timed_out', 'Nobody came back from the browser within five minutes.')),
      timeoutMs,
    )
    const abort = () => listener.give(signal?.reason)
    signal?.addEventListener('abort', abort, { once: true })
    try {
      if (signal?.aborted) throw signal.reason
      const address = new URL('/studio/sign-in', server)
      address.search = new URLSearchParams({
        provider,
        redirect_uri: listener.redirectUri,
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        state,
      }).toString()
      await openBrowser(address.href)
      const code = await listener.code
      return await exchange(server, { code, code_verifier: verifier, device_name: deviceName }, signal)
    } finally {
      clearTimeout(timer)
      signal?.removeEventListener('abort', abort)
      listener.close()
    }
  }
}

async function exchange(server: string, body: Record<string, string>, signal: AbortSignal | undefined) {
  let answer: unknown
  try {
    const response = await fetch(new URL('/studio/token', server), {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.any([AbortSignal.timeout(30_000), ...(signal ? [signal] : [])]),
    })
    answer = await response.json()
  } catch (error) {
    if (signal?.aborted) throw signal.reason
    fail('unavailable', 'The server could not be reached to finish signing in. Try again when it answers.', {
      cause: error instanceof Error ? error.message : String(error),
    })
  }
  if (isErrorBody(answer)) fail('sign_in_failed', answer.message)
  const token = (answer as { token?: unknown } | null)?.token
  if (typeof token !== 'string' || token === '') fail('sign_in_failed', 'The server did not accept the sign-in.')
  return { token }
}

/** Waits for the one request that carries our state. Others (a stray tab, another page's guess) are told so and change nothing. */
async function listen(state: string) {
  let settle: { resolve(code: string): void; reject(reason: unknown): void } | undefined
  const code = new Promise<string>((resolve, reject) => {
    settle = { resolve, reject }
  })
  // Whoever waits sees the failure; nobody waiting yet is no crash.
  code.catch(() => undefined)
  let done = false

  const http = createServer((request, response) => {
    const say = (status: number, title: string, text: string) => {
      const { headers, body } = plainPage(title, text)
      response.writeHead(status, { ...headers, connection: 'close' }).end(body)
    }
    const url = new URL(request.url ?? '/', redirectUri)
    if (request.headers.host !== new URL(redirectUri).host || url.pathname !== '/callback' || request.method !== 'GET')
      return say(404, 'Nothing here', 'This address only takes the answer of a sign-in.')
    if (done || !same(url.searchParams.get('state') ?? '', state))
      return say(
        400,
        'Not this sign-in',
        'This answer does not belong to the sign-in that is waiting. Start again in the studio.',
      )
    done = true
    const given = url.searchParams.get('code')
    if (given) {
      say(200, 'You are signed in', 'You can close this window and go back to Grover Studio.')
      settle?.resolve(given)
    } else {
      say(200, 'Not signed in', 'You can close this window. Grover Studio says what to do next.')
      settle?.reject(new GroverError('sign_in_failed', refusal(url.searchParams)))
    }
  })
  await new Promise<void>((resolve, reject) => http.once('error', reject).listen(0, '127.0.0.1', resolve))
  const redirectUri = `http://127.0.0.1:${(http.address() as AddressInfo).port}/callback`
  return {
    redirectUri,
    code,
    give: (reason: unknown) => settle?.reject(reason),
    close: () => void http.close(),
  }
}

const refusal = (answer: URLSearchParams) =>
  answer.get('error') === 'access_denied'
    ? 'The sign-in was refused in the browser.'
    : `The sign-in did not succeed${answer.get('error_description') ? `: ${answer.get('error_description')?.slice(0, 200)}` : '.'}`

const digest = (text: string) => createHash('sha256').update(text).digest()
const same = (a: string, b: string) => timingSafeEqual(digest(a), digest(b))
