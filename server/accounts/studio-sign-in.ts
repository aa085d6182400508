import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { fail, GroverError } from '../../shared/errors.ts'
import { type Answer, readChallenge } from './bridge.ts'
import { cleanDeviceName, requestFacts } from './facts.ts'
import { pageHeaders } from './html.ts'
import { isOwnOrigin } from './origin.ts'
import type { Parts } from './parts.ts'
import { endedPage, passwordPage, secondFactorPage } from './studio-pages.ts'
import { hashToken, readCookie, sessionCookies } from './token.ts'

const flowMs = 15 * 60_000
const codeMs = 60_000
const flowCookie = 'grover.studio_sign_in'

type Flow = { id_hash: string; redirect_uri: string; state: string }

/**
 * Only this very computer may be sent the code, and only by address: a name like localhost can be pointed elsewhere
 * (RFC 8252, 7.3 and 8.3).
 */
export function loopbackRedirect(text: string): URL | null {
  if (!URL.canParse(text)) return null
  const url = new URL(text)
  const loopback = url.hostname === '127.0.0.1' || url.hostname === '[::1]'
  return url.protocol === 'http:' && loopback && url.port !== '' && !url.username && !url.password && !url.hash
    ? url
    : null
}

/**
 * Sign-in of the desktop studio in the person's own browser (RFC 8252 with PKCE, RFC 7636): the studio opens
 * /studio/sign-in, the person signs in on a page of ours or at a provider, the browser brings a one-time code back to the
 * studio's loopback address, and the studio trades it with its verifier for a session. No session stays in the browser.
 */
export function studioSignIn(app: FastifyInstance, parts: Parts): void {
  const { ask, attempts, auth, clock, config, db, limits, settle } = parts
  const tags = ['Accounts']
  const hidden = { hide: true }

  const show = (reply: FastifyReply, status: number, page: string, flow?: { redirect_uri: string }) => {
    const target = flow && new URL(flow.redirect_uri)
    // A browser holds a form to form-action through its redirects; an IPv6 address cannot be named there.
    const targets = target?.hostname.startsWith('[') ? null : (target?.origin ?? '')
    return reply.code(status).headers(pageHeaders(targets)).send(page)
  }
  const back = (flow: { redirect_uri: string; state: string }, answer: Record<string, string>): string => {
    const url = new URL(flow.redirect_uri)
    for (const [name, value] of Object.entries({ ...answer, state: flow.state })) url.searchParams.set(name, value)
    return url.href
  }
  const cookie = (value: string, maxAge: number) =>
    `${flowCookie}=${value}; Path=/studio; HttpOnly; SameSite=Lax; Max-Age=${maxAge}${config.publicUrl.startsWith('https:') ? '; Secure' : ''}`

  const currentFlow = async (request: FastifyRequest): Promise<Flow | undefined> => {
    const id = readCookie(request.headers.cookie, flowCookie)
    if (!id) return undefined
    return await db
      .selectFrom('studio_sign_ins')
      .select(['id_hash', 'redirect_uri', 'state'])
      .where('id_hash', '=', hashToken(id))
      .where('code_hash', 'is', null)
      .where('expires_at', '>', new Date(clock.now()))
      .executeTakeFirst()
  }

  /** Ends the browser's part: the session that proved who it is goes, a code for the studio takes its place. */
  const finish = async (reply: FastifyReply, flow: Flow, sessionToken: string) => {
    const code = randomBytes(32).toString('base64url')
    const done = await db.transaction().execute(async (tx) => {
      const session = await tx
        .deleteFrom('sessions')
        .where('token_hash', '=', hashToken(sessionToken))
        .returning('user_id')
        .executeTakeFirst()
      if (!session) return false
      await tx
        .updateTable('studio_sign_ins')
        .set({ code_hash: hashToken(code), user_id: session.user_id, expires_at: new Date(clock.now() + codeMs) })
        .where('id_hash', '=', flow.id_hash)
        .where('code_hash', 'is', null)
        .execute()
      return true
    })
    const location = back(flow, done ? { code } : { error: 'server_error' })
    return reply
      .headers({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' })
      .header('set-cookie', [cookie('', 0), ...sessionCookieGone(config.publicUrl)])
      .redirect(location, 303)
  }

  app.get(
    '/studio/sign-in',
    {
      schema: {
        tags,
        summary: 'Sign the desktop studio in, in a browser',
        querystring: Type.Object({
          provider: Type.Optional(Type.String({ maxLength: 60 })),
          redirect_uri: Type.String({ maxLength: 300 }),
          code_challenge: Type.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
          code_challenge_method: Type.Literal('S256'),
          state: Type.String({ minLength: 8, maxLength: 200 }),
        }),
      },
    },
    async (request, reply) => {
      const query = request.query as Record<'provider' | 'redirect_uri' | 'code_challenge' | 'state', string>
      await attempts.take(limits.exchange(request.ip))
      const redirect = loopbackRedirect(query.redirect_uri)
      // Never redirected to, so told here: the address may not be the studio's.
      if (!redirect) return fail('bad_request', 'The studio gave an address that is not on this computer.')
      const { provider: providerId = 'password' } = query
      const provider = config.oidc.find(({ id }) => id === providerId)
      if (!provider && providerId !== 'password') return fail('not_found', 'This server knows no such provider.')

      const id = randomBytes(32).toString('base64url')
      const flow = { id_hash: hashToken(id), redirect_uri: redirect.href, state: query.state }
      await db
        .insertInto('studio_sign_ins')
        .values({
          ...flow,
          code_challenge: query.code_challenge,
          code_hash: null,
          user_id: null,
          expires_at: new Date(clock.now() + flowMs),
        })
        .execute()
      const cookies = [cookie(id, flowMs / 1000)]
      if (!provider) {
        void reply.header('set-cookie', cookies)
        return show(reply, 200, passwordPage({ cancel: back(flow, { error: 'access_denied' }) }), flow)
      }
      const answer = await ask(request, {
        path: '/sign-in/social',
        body: { provider: provider.id, callbackURL: '/studio/continue', errorCallbackURL: '/studio/continue' },
        provider,
        anonymous: true,
      })
      const location = String(answer.body?.url ?? '')
      return reply.header('set-cookie', [...cookies, ...answer.cookies]).redirect(location, 302)
    },
  )

  /** A form of ours, posted by a page of ours, in a sign-in that is under way. */
  const ownForm = async (request: FastifyRequest): Promise<Flow> => {
    if (request.headers.origin !== undefined && !isOwnOrigin(request.headers, config.publicUrl))
      fail('not_allowed', 'This form came from another site.')
    return (
      (await currentFlow(request)) ?? fail('link_expired', 'This sign-in took too long; start again in the studio.')
    )
  }
  const Form = (fields: string[]) =>
    Type.Object(Object.fromEntries(fields.map((field) => [field, Type.Optional(Type.String({ maxLength: 1000 }))])))
  const problemOf = (error: unknown): { status: number; message: string } => {
    if (error instanceof GroverError && error.status < 500) return { status: error.status, message: error.message }
    throw error
  }

  app.post('/studio/sign-in', { schema: { ...hidden, body: Form(['email', 'password']) } }, async (request, reply) => {
    const startedAt = performance.now()
    const flow = await ownForm(request)
    const cancel = back(flow, { error: 'access_denied' })
    const { email = '', password = '' } = request.body as { email?: string; password?: string }
    let answer: Answer
    try {
      const limit = await limits.signIn(request.ip, email)
      await attempts.take(limit)
      answer = await ask(request, { path: '/sign-in/email', body: { email: email.trim(), password }, anonymous: true })
      await attempts.giveBack(limit)
    } catch (error) {
      const { status, message } = problemOf(error)
      await settle(startedAt)
      return show(reply, status, passwordPage({ cancel, email, problem: message }), flow)
    }
    if (answer.token) return await finish(reply, flow, answer.token)
    void reply.header('set-cookie', answer.cookies)
    return show(reply, 200, secondFactorPage({ cancel }), flow)
  })

  app.post('/studio/second-factor', { schema: { ...hidden, body: Form(['code']) } }, async (request, reply) => {
    const flow = await ownForm(request)
    const { code = '' } = request.body as { code?: string }
    const digits = code.replace(/[\s-]/g, '')
    try {
      await attempts.take(limits.secondFactor(request.ip))
      const challenge =
        readChallenge(request.headers) ?? fail('second_factor_failed', 'This sign-in took too long; start again.')
      const totp = /^\d{6}$/.test(digits)
      const answer = await ask(request, {
        path: totp ? '/two-factor/verify-totp' : '/two-factor/verify-backup-code',
        body: { code: totp ? digits : code.trim() },
        challenge,
        anonymous: true,
      })
      if (totp) await parts.refuseRepeated(answer, digits)
      await attempts.giveBack(limits.secondFactor(request.ip))
      return await finish(reply, flow, answer.token ?? '')
    } catch (error) {
      const { status, message } = problemOf(error)
      return show(
        reply,
        status,
        secondFactorPage({ cancel: back(flow, { error: 'access_denied' }), problem: message }),
        flow,
      )
    }
  })

  app.get('/studio/continue', { schema: hidden }, async (request, reply) => {
    const flow = await currentFlow(request)
    if (!flow) return show(reply, 400, endedPage())
    const { error } = request.query as { error?: string }
    const token = readCookie(request.headers.cookie, ...sessionCookies)?.split(/[.%]/, 1)[0]
    if (error !== undefined || !token) {
      const reason = error === 'access_denied' ? 'access_denied' : 'server_error'
      const location = back(flow, { error: reason, ...(error ? { error_description: error.slice(0, 100) } : {}) })
      return reply.header('set-cookie', cookie('', 0)).redirect(location, 302)
    }
    return await finish(reply, flow, token)
  })

  app.post(
    '/studio/token',
    {
      schema: {
        tags,
        summary: "Trade a sign-in's one-time code for a session",
        body: Type.Object({
          code: Type.String({ maxLength: 200 }),
          code_verifier: Type.String({ pattern: '^[A-Za-z0-9._~-]{43,128}$' }),
          device_name: Type.Optional(Type.String({ maxLength: 200 })),
        }),
        response: { 200: Type.Object({ token: Type.String() }) },
      },
    },
    async (request, reply) => {
      await attempts.take(limits.exchange(request.ip))
      const { code, code_verifier, device_name } = request.body as Record<'code' | 'code_verifier', string> & {
        device_name?: string
      }
      // Deleted by reading it: a code works once, also when the verifier is wrong.
      const row = await db
        .deleteFrom('studio_sign_ins')
        .where('code_hash', '=', hashToken(code))
        .returning(['user_id', 'code_challenge', 'expires_at'])
        .executeTakeFirst()
      const challenge = createHash('sha256').update(code_verifier).digest()
      const known = Buffer.from(row?.code_challenge ?? '', 'base64url')
      const good = known.length === challenge.length && timingSafeEqual(known, challenge)
      if (!row?.user_id || !good || row.expires_at.getTime() <= clock.now())
        return fail('sign_in_failed', 'This sign-in has been used or took too long; start again in the studio.')
      const userId = row.user_id
      const { internalAdapter } = await (await auth()).$context
      const session = await requestFacts.run({ deviceName: cleanDeviceName(device_name) }, () =>
        internalAdapter.createSession(userId, false, {
          ipAddress: request.ip,
          userAgent: request.headers['user-agent'] ?? '',
        }),
      )
      void reply.header('cache-control', 'no-store')
      return { token: session.token }
    },
  )
}

const sessionCookieGone = (publicUrl: string): string[] =>
  sessionCookies
    .filter((name) => name.startsWith('__Secure-') === publicUrl.startsWith('https:'))
    .map(
      (name) => `${name}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0${name.startsWith('__Secure-') ? '; Secure' : ''}`,
    )
