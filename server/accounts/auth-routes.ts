import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TObject, Type } from 'typebox'
import { fail, GroverError } from '../../shared/errors.ts'
import { signInFailed } from './answers.ts'
import type { Answer, Ask } from './bridge.ts'
import { cleanDeviceName } from './facts.ts'
import { checkedHandle, holdHandle, isHandleFree } from './handles.ts'
import type { Parts } from './parts.ts'
import { checkPassword } from './password.ts'
import type { Principal } from './principal.ts'

const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
const Password = Type.String({ maxLength: 1000 })
const DeviceName = Type.Optional(Type.String({ maxLength: 200 }))
const Code = Type.String({ minLength: 4, maxLength: 40 })
const Challenge = Type.Optional(Type.String({ maxLength: 400 }))
const Anything = Type.Object({}, { additionalProperties: true })

/** How long a handle chosen with an address that turned out to be taken is kept from others; see sweep.ts. */
export const holdDays = 7

/**
 * better-auth's own routes under /api/auth, those that Grover has a use for; what is not listed does not exist. Each is
 * checked by schema and counted before better-auth sees it, and answers failures by our names.
 */
export function authRoutes(app: FastifyInstance, parts: Parts): void {
  const { ask, attempts, authenticate, clock, config, confirmFirst, db, limits, mails, settle } = parts

  const route = <B extends TObject>(
    path: string,
    { summary, body, signedIn = false }: { summary: string; body: B; signedIn?: boolean },
    handler: (
      body: Static<B>,
      request: FastifyRequest,
      principal: (Principal & { deviceName: string }) | null,
    ) => Promise<Answer | Record<string, unknown>>,
  ) =>
    app.post(
      `/api/auth${path}`,
      {
        schema: {
          tags: ['Accounts'],
          summary,
          body,
          response: { 200: Anything },
          ...(signedIn ? { security: [{ session: [] }] } : {}),
        },
      },
      async (request, reply) => {
        const principal = signedIn ? await withDevice(await authenticate(request)) : null
        const answer = await handler(request.body as Static<B>, request, principal)
        return 'cookies' in answer ? answered(reply, answer as Answer) : answer
      },
    )

  const withDevice = async (principal: Principal) => {
    const session = await db
      .selectFrom('sessions')
      .select('device_name')
      .where('id', '=', principal.sessionId)
      .executeTakeFirst()
    return { ...principal, deviceName: session?.device_name ?? '' }
  }
  const person = (userId: string) =>
    db.selectFrom('users').select(['email', 'name']).where('id', '=', userId).executeTakeFirstOrThrow()

  route(
    '/sign-up/email',
    {
      summary: 'Sign up; the answer is the same for an address that has an account',
      body: Type.Object({
        email: Email,
        password: Password,
        name: Type.String({ minLength: 1, maxLength: 100 }),
        handle: Type.Optional(Type.String({ maxLength: 100 })),
      }),
    },
    async ({ email, password, name, handle: wanted }, request) => {
      const startedAt = performance.now()
      await attempts.take(limits.signUp(request.ip, email))
      if (config.signUp === 'closed') fail('sign_up_closed', 'This server takes no new accounts.')
      checkPassword(password, { email, name })
      // All that can be wrong with a handle is said before the address is looked at.
      const handle = wanted === undefined ? undefined : checkedHandle(wanted)
      const now = new Date(clock.now())
      if (handle !== undefined && !(await isHandleFree(db, handle, null, now)))
        fail('handle_taken', `“${handle}”, or one that looks like it, is taken.`)
      await ask(request, {
        path: '/sign-up/email',
        body: { email, password, name: name.trim() },
        anonymous: true,
        facts: { handle },
      })
      // With a taken address nothing was made; that must not show in the handle being free afterwards.
      if (handle !== undefined && confirmFirst)
        await holdHandle(db, handle, new Date(now.getTime() + holdDays * 86_400_000))
      await settle(startedAt)
      return {
        token: null,
        user: { email: email.toLowerCase(), name: name.trim(), emailVerified: false },
        verification: confirmFirst ? 'required' : 'optional',
      }
    },
  )

  route(
    '/sign-in/email',
    {
      summary: 'Sign in with address and password: a token, or a challenge for the second factor',
      body: Type.Object({ email: Email, password: Password, deviceName: DeviceName }),
    },
    async ({ email, password, deviceName }, request) => {
      const startedAt = performance.now()
      const limit = limits.signIn(request.ip, email)
      await attempts.take(limit)
      try {
        const answer = await ask(request, {
          path: '/sign-in/email',
          body: { email, password },
          anonymous: true,
          facts: { deviceName: cleanDeviceName(deviceName) },
        })
        await attempts.giveBack(limit)
        return answer
      } catch (error) {
        await settle(startedAt)
        // A password too long to be anybody's is answered as a wrong one.
        if (error instanceof GroverError && error.code === 'password_weak') throw signInFailed()
        throw error
      }
    },
  )

  const verify = (kind: 'totp' | 'backup-code', summary: string) =>
    route(
      `/two-factor/verify-${kind}`,
      { summary, body: Type.Object({ code: Code, challenge: Challenge, deviceName: DeviceName }) },
      async ({ code, challenge, deviceName }, request) => {
        await attempts.take(limits.secondFactor(request.ip))
        const clean = code.replace(kind === 'totp' ? /\D/g : /\s/g, '')
        const path = `/two-factor/verify-${kind}`
        if (challenge !== undefined || !request.headers.authorization) {
          const facts = { deviceName: cleanDeviceName(deviceName) }
          const question: Ask = { path, body: { code: clean }, facts }
          const answer = await ask(
            request,
            challenge === undefined ? question : { ...question, challenge, anonymous: true },
          )
          if (kind === 'totp') await parts.refuseRepeated(answer, clean)
          await attempts.giveBack(limits.secondFactor(request.ip))
          return answer
        }
        const principal = await withDevice(await authenticate(request))
        await attempts.take(limits.password(request.ip, principal.userId))
        const before = await db
          .selectFrom('users')
          .select('two_factor_enabled')
          .where('id', '=', principal.userId)
          .executeTakeFirstOrThrow()
        const answer = await ask(request, { path, body: { code: clean }, facts: { deviceName: principal.deviceName } })
        await attempts.giveBack(limits.password(request.ip, principal.userId))
        if (!before.two_factor_enabled) parts.later(mails.secondFactorChanged(await person(principal.userId), true))
        return answer
      },
    )

  verify('totp', 'Second factor of a sign-in (with its challenge), or confirmation of a new authenticator (signed in)')
  verify('backup-code', 'Second factor of a sign-in by a backup code')

  const passwordRoute = (path: string, summary: string, after?: (principal: Principal) => Promise<unknown>) =>
    route(
      path,
      { summary, body: Type.Object({ password: Password }), signedIn: true },
      async ({ password }, request, principal) => {
        const limit = limits.password(request.ip, principal!.userId)
        await attempts.take(limit)
        const answer = await ask(request, { path, body: { password }, facts: { deviceName: principal!.deviceName } })
        await attempts.giveBack(limit)
        if (after) parts.later(after(principal!))
        return answer
      },
    )
  passwordRoute('/two-factor/enable', 'Begin two-step sign-in: the address for the authenticator and the backup codes')
  passwordRoute('/two-factor/generate-backup-codes', 'New backup codes; the old ones stop working')
  passwordRoute('/two-factor/disable', 'Switch two-step sign-in off', async ({ userId }) =>
    mails.secondFactorChanged(await person(userId), false),
  )

  route(
    '/change-password',
    {
      summary: 'Change the password',
      body: Type.Object({
        currentPassword: Password,
        newPassword: Password,
        revokeOtherSessions: Type.Optional(Type.Boolean()),
      }),
      signedIn: true,
    },
    async ({ currentPassword, newPassword, revokeOtherSessions = true }, request, principal) => {
      const user = await person(principal!.userId)
      checkPassword(newPassword, user)
      const limit = limits.password(request.ip, principal!.userId)
      await attempts.take(limit)
      const answer = await ask(request, {
        path: '/change-password',
        body: { currentPassword, newPassword, revokeOtherSessions },
        facts: { deviceName: principal!.deviceName },
      })
      await attempts.giveBack(limit)
      parts.later(mails.passwordChanged(user))
      return answer
    },
  )

  route(
    '/update-user',
    {
      summary: 'Change your name',
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
      signedIn: true,
    },
    async ({ name }, request) => ask(request, { path: '/update-user', body: { name: name.trim() } }),
  )

  route('/sign-out', { summary: 'End this session', body: Anything }, async (_body, request) =>
    ask(request, { path: '/sign-out' }),
  )

  const letter = (path: string, summary: string) =>
    route(path, { summary, body: Type.Object({ email: Email }) }, async ({ email }, request) => {
      const startedAt = performance.now()
      await attempts.take(limits.letters(request.ip, email))
      await ask(request, { path, body: { email }, anonymous: true })
      await settle(startedAt)
      return { status: true, message: 'If this address has an account, a letter is on its way.' }
    })
  letter('/request-password-reset', 'Ask for a link to choose a new password; the same answer for every address')
  letter('/send-verification-email', 'Ask for the confirmation link again; the same answer for every address')

  route(
    '/reset-password',
    {
      summary: 'Choose a new password with the token of a mailed link; ends every session',
      body: Type.Object({ token: Type.String({ maxLength: 200 }), newPassword: Password }),
    },
    async ({ token, newPassword }, request) => {
      await attempts.take(limits.link(request.ip))
      checkPassword(newPassword, {})
      return ask(request, { path: '/reset-password', body: { token, newPassword }, anonymous: true })
    },
  )

  app.get(
    '/api/auth/verify-email',
    {
      schema: {
        tags: ['Accounts'],
        summary: 'Confirm an address with the token of a mailed link',
        querystring: Type.Object({ token: Type.String({ maxLength: 2000 }) }),
        response: { 200: Anything },
      },
    },
    async (request, reply) => {
      await attempts.take(limits.link(request.ip))
      const { token } = request.query as { token: string }
      const path = `/verify-email?token=${encodeURIComponent(token)}`
      return answered(reply, await ask(request, { method: 'GET', path, anonymous: true }))
    },
  )

  app.get(
    '/api/auth/get-session',
    { schema: { tags: ['Accounts'], summary: "The session, in better-auth's form", response: { 200: Anything } } },
    async (request, reply) => {
      const { body, cookies } = await ask(request, { method: 'GET', path: '/get-session' })
      void reply.header('cache-control', 'no-store')
      if (cookies.length > 0) void reply.header('set-cookie', cookies)
      return reply.type('application/json').serializer(JSON.stringify).send(body)
    },
  )

  route(
    '/sign-in/social',
    {
      summary: 'The address of a provider where a page of this server can send its visitor to sign in',
      body: Type.Object({
        provider: Type.String({ maxLength: 60 }),
        callbackURL: Type.Optional(Type.String({ maxLength: 500 })),
      }),
    },
    async ({ provider: id, callbackURL = '/' }, request) => {
      await attempts.take(limits.link(request.ip))
      const provider =
        config.oidc.find((candidate) => candidate.id === id) ?? fail('not_found', 'There is no such provider.')
      return ask(request, {
        path: '/sign-in/social',
        body: { provider: id, callbackURL, errorCallbackURL: '/account/problem', disableRedirect: true },
        provider,
      })
    },
  )

  app.get(
    '/api/auth/callback/:id',
    {
      schema: {
        tags: ['Accounts'],
        summary: 'Where a provider sends people back to',
        params: Type.Object({ id: Type.String({ maxLength: 60 }) }),
        response: { 302: Type.Null() },
      },
    },
    async (request, reply) => {
      const { id } = request.params as { id: string }
      const provider =
        config.oidc.find((candidate) => candidate.id === id) ?? fail('not_found', 'There is no such provider.')
      const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
      const answer = await ask(request, { method: 'GET', path: `/callback/${id}${query}`, provider })
      if (answer.cookies.length > 0) void reply.header('set-cookie', answer.cookies)
      return reply.redirect(answer.location ?? '/account/problem', 302)
    },
  )
}

/** Passes better-auth's answer on: its body, the new token where the session changed, and cookies for our own pages. */
function answered(reply: FastifyReply, answer: Answer): FastifyReply {
  void reply.header('cache-control', 'no-store')
  if (answer.cookies.length > 0) void reply.header('set-cookie', answer.cookies)
  if (answer.challenge !== null) return reply.send({ secondFactor: true, challenge: answer.challenge })
  return reply.send({ ...answer.body, ...(answer.token ? { token: answer.token } : {}) })
}
