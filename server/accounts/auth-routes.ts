import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { fail, GroverError } from '../../shared/errors.ts'
import { signInFailed } from './answers.ts'
import { Anything, createAuthRoute, Email, Password } from './auth-route.ts'
import type { Ask } from './bridge.ts'
import { cleanDeviceName } from './facts.ts'
import { checkedHandle, holdHandle, isHandleFree } from './handles.ts'
import type { Parts } from './parts.ts'
import { checkPassword } from './password.ts'

const DeviceName = Type.Optional(Type.String({ maxLength: 200 }))
const Code = Type.String({ minLength: 4, maxLength: 40 })
const Challenge = Type.Optional(Type.String({ maxLength: 400 }))

/** How long a handle chosen with an address that turned out to be taken is kept from others; see sweep.ts. */
export const holdDays = 7

/**
 * better-auth's own routes under /api/auth, those that Grover has a use for; what is not listed does not exist. Each is
 * checked by schema and counted before better-auth sees it, and answers failures by our names.
 */
export function authRoutes(app: FastifyInstance, parts: Parts): void {
  const { ask, attempts, clock, config, confirmFirst, db, limits, mails, settle } = parts
  const route = createAuthRoute(app, parts)

  route.open(
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

  route.open(
    '/sign-in/email',
    {
      summary: 'Sign in with address and password: a token, or a challenge for the second factor',
      body: Type.Object({ email: Email, password: Password, deviceName: DeviceName }),
    },
    async ({ email, password, deviceName }, request) => {
      const startedAt = performance.now()
      const limit = await limits.signIn(request.ip, email)
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
        if (error instanceof GroverError && error.code === 'password_weak') throw signInFailed(confirmFirst)
        throw error
      }
    },
  )

  const verify = (kind: 'totp' | 'backup-code', summary: string) =>
    route.open(
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
        const principal = await route.principal(request)
        await attempts.take(limits.password(request.ip, principal.userId))
        const before = await db
          .selectFrom('users')
          .select('two_factor_enabled')
          .where('id', '=', principal.userId)
          .executeTakeFirstOrThrow()
        const answer = await ask(request, { path, body: { code: clean }, facts: { deviceName: principal.deviceName } })
        await attempts.giveBack(limits.password(request.ip, principal.userId))
        if (!before.two_factor_enabled)
          parts.later(mails.secondFactorChanged(await route.person(principal.userId), true))
        return answer
      },
    )

  verify('totp', 'Second factor of a sign-in (with its challenge), or confirmation of a new authenticator (signed in)')
  verify('backup-code', 'Second factor of a sign-in by a backup code')

  route.signedIn(
    '/update-user',
    {
      summary: 'Change your name',
      body: Type.Object({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
    },
    async ({ name }, request) => ask(request, { path: '/update-user', body: { name: name.trim() } }),
  )

  route.open('/sign-out', { summary: 'End this session', body: Anything }, async (_body, request) =>
    ask(request, { path: '/sign-out' }),
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
}
