import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { Anything, answered, createAuthRoute, Email, Password } from './auth-route.ts'
import type { Parts } from './parts.ts'
import { checkPassword } from './password.ts'
import type { Principal } from './principal.ts'

/** What needs the password once more, and what replaces it: links by mail. */
export function passwordRoutes(app: FastifyInstance, parts: Parts): void {
  const { ask, attempts, limits, mails, settle } = parts
  const route = createAuthRoute(app, parts)

  const passwordRoute = (path: string, summary: string, after?: (principal: Principal) => Promise<unknown>) =>
    route.signedIn(
      path,
      { summary, body: Type.Object({ password: Password }) },
      async ({ password }, request, principal) => {
        const limit = limits.password(request.ip, principal.userId)
        await attempts.take(limit)
        const answer = await ask(request, { path, body: { password }, facts: { deviceName: principal.deviceName } })
        await attempts.giveBack(limit)
        if (after) parts.later(after(principal!))
        return answer
      },
    )
  passwordRoute('/two-factor/enable', 'Begin two-step sign-in: the address for the authenticator and the backup codes')
  passwordRoute('/two-factor/generate-backup-codes', 'New backup codes; the old ones stop working')
  passwordRoute('/two-factor/disable', 'Switch two-step sign-in off', async ({ userId }) =>
    mails.secondFactorChanged(await route.person(userId), false),
  )

  route.signedIn(
    '/change-password',
    {
      summary: 'Change the password',
      body: Type.Object({
        currentPassword: Password,
        newPassword: Password,
        revokeOtherSessions: Type.Optional(Type.Boolean()),
      }),
    },
    async ({ currentPassword, newPassword, revokeOtherSessions = true }, request, principal) => {
      const user = await route.person(principal.userId)
      checkPassword(newPassword, user)
      const limit = limits.password(request.ip, principal.userId)
      await attempts.take(limit)
      const answer = await ask(request, {
        path: '/change-password',
        body: { currentPassword, newPassword, revokeOtherSessions },
        facts: { deviceName: principal.deviceName },
      })
      await attempts.giveBack(limit)
      parts.later(mails.passwordChanged(user))
      return answer
    },
  )

  const letter = (path: string, summary: string) =>
    route.open(path, { summary, body: Type.Object({ email: Email }) }, async ({ email }, request) => {
      const startedAt = performance.now()
      await attempts.take(limits.letters(request.ip, email))
      await ask(request, { path, body: { email }, anonymous: true })
      await settle(startedAt)
      return { status: true, message: 'If this address has an account, a letter is on its way.' }
    })
  letter('/request-password-reset', 'Ask for a link to choose a new password; the same answer for every address')
  letter('/send-verification-email', 'Ask for the confirmation link again; the same answer for every address')

  route.open(
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
}
