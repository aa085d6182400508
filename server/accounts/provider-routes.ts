import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { fail } from '../../shared/errors.ts'
import { createAuthRoute } from './auth-route.ts'
import type { Parts } from './parts.ts'

/** Sign-in by OpenID Connect, in pages of this server; the desktop's own way is studio-sign-in.ts. */
export function providerRoutes(app: FastifyInstance, parts: Parts): void {
  const { ask, attempts, config, limits } = parts
  const route = createAuthRoute(app, parts)

  route.open(
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
