import type { IncomingHttpHeaders } from 'node:http'
import type { Config, OidcProvider } from '../config.ts'
import { namedFailure, signInFailed } from './answers.ts'
import { type Auth, addressHeader } from './auth.ts'
import { parseSetCookie } from './cookies.ts'
import { type RequestFacts, requestFacts } from './facts.ts'
import { isOwnOrigin, ownOrigin } from './origin.ts'
import { readCookie, sessionCookie } from './token.ts'

export type Caller = { headers: IncomingHttpHeaders; ip: string }

export type Ask = {
  method?: 'GET' | 'POST'
  /** Below /api/auth, with its query. */
  path: string
  body?: Record<string, unknown>
  provider?: OidcProvider
  /** A second-factor challenge that the caller kept; stands for better-auth's cookie. */
  challenge?: string | undefined
  /** Asks as nobody: neither token nor cookie is passed on. */
  anonymous?: boolean
  facts?: RequestFacts
}

export type Answer = {
  status: number
  body: Record<string, unknown> | null
  location: string | null
  /** For the caller's browser; empty when the caller is a page of another origin. */
  cookies: string[]
  /** The session begun or renewed by this request. */
  token: string | null
  /** Set when the password was right and a second factor is due. */
  challenge: string | null
}

const challengeCookie = 'grover.two_factor'

/**
 * Asks better-auth, as a plain client would. A page of another origin (the studio) is passed on without cookies and is
 * never given any: with a bearer token alone there is nothing that a foreign site could make a browser send along, so those
 * requests need no list of trusted origins. Requests of our own pages keep their cookies and better-auth's origin check.
 * Errors: the GroverError that better-auth's failure stands for.
 */
export function createBridge({
  config,
  auth,
  confirmFirst,
}: {
  config: Config
  auth: (provider?: OidcProvider) => Promise<Auth>
  confirmFirst: boolean
}) {
  const failure = (status: number, body: { code?: string; message?: string } | null) => {
    const error = namedFailure(status, body)
    return error.code === 'sign_in_failed' ? signInFailed(confirmFirst) : error
  }
  const secure = () => (config.publicUrl.startsWith('https:') ? '__Secure-' : '')

  return async function ask(caller: Caller, question: Ask): Promise<Answer> {
    const { headers: given } = caller
    const foreign = given.origin !== undefined && !isOwnOrigin(given, config.publicUrl)
    const headers = new Headers({ [addressHeader]: caller.ip })
    const pass = (name: string, value: string | undefined) => value !== undefined && headers.set(name, value)
    pass('user-agent', given['user-agent'])
    if (!question.anonymous) pass('authorization', given.authorization)
    if (given.origin !== undefined && !foreign) headers.set('origin', ownOrigin(config))

    const cookies: string[] = []
    if (!foreign && !question.anonymous && given.cookie) {
      cookies.push(given.cookie)
      for (const name of ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'referer'] as const)
        pass(name, given[name] as string | undefined)
    }
    if (question.challenge !== undefined) {
      if (!/^[\w%.+/=-]{1,400}$/.test(question.challenge))
        throw namedFailure(401, { code: 'INVALID_TWO_FACTOR_COOKIE' })
      cookies.push(`${secure()}${challengeCookie}=${question.challenge}`)
      // We send this cookie ourselves, so no browser was tricked into it.
      headers.set('origin', ownOrigin(config))
      headers.delete('referer')
    }
    if (cookies.length > 0) headers.set('cookie', cookies.join('; '))

    const method = question.method ?? 'POST'
    const init: RequestInit = { method, headers }
    if (method === 'POST') {
      headers.set('content-type', 'application/json')
      init.body = JSON.stringify(question.body ?? {})
    }
    const request = new Request(`${ownOrigin(config)}/api/auth${question.path}`, init)
    const { handler } = await auth(question.provider)
    const response = await requestFacts
      .run(question.facts ?? {}, () => handler(request))
      .catch(async (error: unknown) => {
        const { isAPIError } = await import('better-auth/api')
        if (!isAPIError(error)) throw error
        throw failure(error.statusCode, error.body ?? null)
      })

    const text = await response.text()
    const body = text.startsWith('{') ? (JSON.parse(text) as Record<string, unknown>) : null
    if (response.status >= 400) throw failure(response.status, body)
    const set = response.headers.getSetCookie()
    const values = parseSetCookie(set)
    return {
      status: response.status,
      body,
      location: response.headers.get('location'),
      cookies: foreign ? [] : set,
      token: values.get(`${secure()}${sessionCookie}`)?.split('.', 1)[0] || null,
      challenge: body?.twoFactorRedirect === true ? (values.get(`${secure()}${challengeCookie}`, 'raw') ?? null) : null,
    }
  }
}

export type Bridge = ReturnType<typeof createBridge>

/** The challenge that one of our own pages left in the browser. */
export const readChallenge = (headers: IncomingHttpHeaders): string | undefined =>
  readCookie(headers.cookie, challengeCookie, `__Secure-${challengeCookie}`)
