import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Static, type TObject, Type } from 'typebox'
import type { Answer } from './bridge.ts'
import type { Parts } from './parts.ts'
import type { Principal } from './principal.ts'

export const Email = Type.String({ minLength: 3, maxLength: 254, pattern: '^[^\\s@]+@[^\\s@]+$' })
export const Password = Type.String({ maxLength: 1000 })
export const Anything = Type.Object({}, { additionalProperties: true })

type SignedIn = Principal & { deviceName: string }
type Outcome = Promise<Answer | Record<string, unknown>>

/** Declares POST routes under /api/auth: checked by schema, described for OpenAPI, answered as `answered` says. */
export function createAuthRoute(app: FastifyInstance, { authenticate, db }: Parts) {
  const withDevice = async (principal: Principal): Promise<SignedIn> => {
    const session = await db
      .selectFrom('sessions')
      .select('device_name')
      .where('id', '=', principal.sessionId)
      .executeTakeFirst()
    return { ...principal, deviceName: session?.device_name ?? '' }
  }
  const declare = <B extends TObject>(
    path: string,
    { summary, body }: { summary: string; body: B },
    security: { security?: { session: [] }[] },
    handler: (body: Static<B>, request: FastifyRequest) => Outcome,
  ) =>
    app.post(
      `/api/auth${path}`,
      { schema: { tags: ['Accounts'], summary, body, response: { 200: Anything }, ...security } },
      async (request, reply) => {
        const answer = await handler(request.body as Static<B>, request)
        return 'cookies' in answer ? answered(reply, answer as Answer) : answer
      },
    )

  return {
    open: <B extends TObject>(
      path: string,
      described: { summary: string; body: B },
      handler: (body: Static<B>, request: FastifyRequest) => Outcome,
    ) => declare(path, described, {}, handler),

    /** For somebody signed in. Errors: sign_in_required. */
    signedIn: <B extends TObject>(
      path: string,
      described: { summary: string; body: B },
      handler: (body: Static<B>, request: FastifyRequest, principal: SignedIn) => Outcome,
    ) =>
      declare(path, described, { security: [{ session: [] }] }, async (body, request) =>
        handler(body, request, await withDevice(await authenticate(request))),
      ),

    principal: async (request: FastifyRequest) => withDevice(await authenticate(request)),
    person: (userId: string) =>
      db.selectFrom('users').select(['email', 'name']).where('id', '=', userId).executeTakeFirstOrThrow(),
  }
}

/** Passes better-auth's answer on: its body, the new token where the session changed, and cookies for our own pages. */
export function answered(reply: FastifyReply, answer: Answer): FastifyReply {
  void reply.header('cache-control', 'no-store')
  if (answer.cookies.length > 0) void reply.header('set-cookie', answer.cookies)
  if (answer.challenge !== null) return reply.send({ secondFactor: true, challenge: answer.challenge })
  return reply.send({ ...answer.body, ...(answer.token ? { token: answer.token } : {}) })
}
