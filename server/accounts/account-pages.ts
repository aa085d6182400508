import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { Type } from 'typebox'
import { fail, GroverError } from '../../shared/errors.ts'
import { pageHeaders } from './html.ts'
import { isOwnOrigin } from './origin.ts'
import type { Parts } from './parts.ts'
import { checkPassword } from './password.ts'
import { confirmPage, donePage, problemPage, resetPage } from './studio-pages.ts'

/** The pages that links in mails lead to. Opening one changes nothing, since mail scanners open them too; its button does. */
export function accountPages(app: FastifyInstance, { ask, attempts, config, limits }: Parts): void {
  const show = (reply: FastifyReply, status: number, page: string) =>
    reply.code(status).headers(pageHeaders()).send(page)
  const Token = Type.Object({ token: Type.String({ minLength: 1, maxLength: 2000 }) })
  const hide = true

  const ownForm = (request: FastifyRequest) => {
    if (request.headers.origin !== undefined && !isOwnOrigin(request.headers, config.publicUrl))
      fail('not_allowed', 'This form came from another site.')
  }
  const sentence = (error: unknown): { status: number; message: string } => {
    if (error instanceof GroverError && error.status < 500) return { status: error.status, message: error.message }
    throw error
  }

  app.get('/account/reset', { schema: { hide, querystring: Token } }, async (request, reply) =>
    show(reply, 200, resetPage(request.query as { token: string })),
  )
  app.post(
    '/account/reset',
    {
      schema: {
        hide,
        body: Type.Object({ token: Type.String({ maxLength: 200 }), password: Type.String({ maxLength: 1000 }) }),
      },
    },
    async (request, reply) => {
      ownForm(request)
      const { token, password } = request.body as { token: string; password: string }
      try {
        await attempts.take(limits.link(request.ip))
        checkPassword(password, {})
        await ask(request, { path: '/reset-password', body: { token, newPassword: password }, anonymous: true })
      } catch (error) {
        const { status, message } = sentence(error)
        return show(reply, status, resetPage({ token, problem: message }))
      }
      return show(reply, 200, donePage('Password saved', 'You can sign in with it now; close this page.'))
    },
  )

  app.get('/account/confirm', { schema: { hide, querystring: Token } }, async (request, reply) =>
    show(reply, 200, confirmPage(request.query as { token: string })),
  )
  app.post('/account/confirm', { schema: { hide, body: Token } }, async (request, reply) => {
    ownForm(request)
    const { token } = request.body as { token: string }
    try {
      await attempts.take(limits.link(request.ip))
      await ask(request, { method: 'GET', path: `/verify-email?token=${encodeURIComponent(token)}`, anonymous: true })
    } catch (error) {
      const { status, message } = sentence(error)
      return show(reply, status, confirmPage({ token, problem: message }))
    }
    return show(reply, 200, donePage('Address confirmed', 'You can sign in in the studio now; close this page.'))
  })

  app.get('/account/problem', { schema: { hide } }, async (_request, reply) => show(reply, 400, problemPage()))
}
