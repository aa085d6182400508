import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { roles } from '../../shared/collections/access.ts'
import { fail } from '../../shared/errors.ts'
import type { Parts } from './parts.ts'
import type { Principal } from './principal.ts'

const Role = Type.Union(roles.map((role) => Type.Literal(role)))

const Session = Type.Object({
  user: Type.Object({
    id: Type.String(),
    email: Type.String(),
    name: Type.String(),
    emailVerified: Type.Boolean(),
    twoFactorEnabled: Type.Boolean(),
    hasPassword: Type.Boolean(),
  }),
  workspace: Type.Object({ id: Type.String(), handle: Type.String(), name: Type.String(), role: Role }),
  sessionId: Type.String(),
})

const Device = Type.Object({
  id: Type.String(),
  deviceName: Type.String(),
  ipAddress: Type.Union([Type.String(), Type.Null()]),
  createdAt: Type.String(),
  lastSeenAt: Type.String(),
  current: Type.Boolean(),
})

/** Who is signed in, and on which devices. Deleting a session is what ends it; the database tells all servers (0103). */
export function sessionRoutes(app: FastifyInstance, { authenticate, clock, config, confirmFirst, db }: Parts): void {
  const tags = ['Accounts']
  const security = [{ session: [] }]

  app.get(
    '/api/session',
    { schema: { tags, security, summary: 'Who is signed in', response: { 200: Session } } },
    async (request, reply) => {
      const principal = await authenticate(request)
      void reply.header('cache-control', 'no-store')
      const row = await db
        .selectFrom('users')
        .innerJoin('workspaces', (join) => join.on('workspaces.id', '=', principal.workspaceId))
        .select(({ exists, selectFrom }) => [
          'users.email',
          'users.name',
          'users.email_verified',
          'users.two_factor_enabled',
          'workspaces.handle',
          'workspaces.name as workspace_name',
          exists(
            selectFrom('sign_in_methods')
              .select('sign_in_methods.id')
              .where('sign_in_methods.user_id', '=', principal.userId)
              .where('sign_in_methods.password', 'is not', null),
          ).as('has_password'),
        ])
        .where('users.id', '=', principal.userId)
        .executeTakeFirst()
      if (!row) return fail('sign_in_required', 'This account is gone; sign in again.')
      return {
        user: {
          id: principal.userId,
          email: row.email,
          name: row.name,
          emailVerified: row.email_verified,
          twoFactorEnabled: row.two_factor_enabled,
          hasPassword: Boolean(row.has_password),
        },
        workspace: { id: principal.workspaceId, handle: row.handle, name: row.workspace_name, role: principal.role },
        sessionId: principal.sessionId,
      }
    },
  )

  const devices = async (principal: Principal) => {
    const rows = await db
      .selectFrom('sessions')
      .select(['id', 'device_name', 'ip_address', 'created_at', 'last_seen_at'])
      .where('user_id', '=', principal.userId)
      .where('expires_at', '>', new Date(clock.now()))
      .orderBy('last_seen_at', 'desc')
      .execute()
    return rows
      .map((row) => ({
        id: row.id,
        deviceName: row.device_name,
        ipAddress: row.ip_address,
        createdAt: row.created_at.toISOString(),
        lastSeenAt: row.last_seen_at.toISOString(),
        current: row.id === principal.sessionId,
      }))
      .sort((a, b) => Number(b.current) - Number(a.current))
  }
  const revoke = async (principal: Principal, id: string) => {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('id', '=', id)
      .where('user_id', '=', principal.userId)
      .executeTakeFirst()
    if (numDeletedRows === 0n) fail('not_found', 'This device is signed out already.')
  }
  const revokeOthers = async (principal: Principal) => {
    const { numDeletedRows } = await db
      .deleteFrom('sessions')
      .where('user_id', '=', principal.userId)
      .where('id', '!=', principal.sessionId)
      .executeTakeFirst()
    return Number(numDeletedRows)
  }

  app.get(
    '/api/sessions',
    {
      schema: {
        tags,
        security,
        summary: 'Your devices, this one first',
        response: { 200: Type.Object({ sessions: Type.Array(Device) }) },
      },
    },
    async (request, reply) => {
      void reply.header('cache-control', 'no-store')
      return { sessions: await devices(await authenticate(request)) }
    },
  )
  app.delete(
    '/api/sessions/:id',
    {
      schema: {
        tags,
        security,
        summary: 'Sign one device out, at once',
        params: Type.Object({ id: Type.String({ maxLength: 100 }) }),
        response: { 204: Type.Null() },
      },
    },
    async (request, reply) => {
      await revoke(await authenticate(request), (request.params as { id: string }).id)
      return reply.code(204).send(null)
    },
  )
  app.post(
    '/api/sessions/revoke-others',
    {
      schema: {
        tags,
        security,
        summary: 'Sign all other devices out, at once',
        response: { 200: Type.Object({ revoked: Type.Integer() }) },
      },
    },
    async (request) => ({ revoked: await revokeOthers(await authenticate(request)) }),
  )

  // The same under better-auth's addresses, for its clients. Its own routes name sessions by their token, which we do
  // not have: here `token` is the id, which opens nothing.
  app.get(
    '/api/auth/list-sessions',
    {
      schema: {
        tags,
        security,
        summary: 'Your devices, for better-auth clients',
        response: { 200: Type.Array(Type.Object({}, { additionalProperties: true })) },
      },
    },
    async (request) => (await devices(await authenticate(request))).map((device) => ({ ...device, token: device.id })),
  )
  const Status = Type.Object({ status: Type.Boolean() })
  app.post(
    '/api/auth/revoke-session',
    {
      schema: {
        tags,
        security,
        summary: 'Sign one device out, for better-auth clients',
        body: Type.Object({ token: Type.String({ maxLength: 100 }) }),
        response: { 200: Status },
      },
    },
    async (request) => {
      await revoke(await authenticate(request), (request.body as { token: string }).token)
      return { status: true }
    },
  )
  app.post(
    '/api/auth/revoke-other-sessions',
    {
      schema: {
        tags,
        security,
        summary: 'Sign all other devices out, for better-auth clients',
        response: { 200: Status },
      },
    },
    async (request) => {
      await revokeOthers(await authenticate(request))
      return { status: true }
    },
  )
  app.post(
    '/api/auth/revoke-sessions',
    { schema: { tags, security, summary: 'Sign every device out, this one too', response: { 200: Status } } },
    async (request) => {
      const { userId } = await authenticate(request)
      await db.deleteFrom('sessions').where('user_id', '=', userId).execute()
      return { status: true }
    },
  )

  app.get(
    '/api/providers',
    {
      schema: {
        tags,
        summary: 'What the sign-in screen can offer',
        response: {
          200: Type.Object({
            providers: Type.Array(Type.Object({ id: Type.String(), name: Type.String() })),
            signUp: Type.Union([Type.Literal('open'), Type.Literal('closed')]),
            verification: Type.Union([Type.Literal('required'), Type.Literal('optional')]),
          }),
        },
      },
    },
    async () => ({
      providers: config.oidc.map(({ id, name }) => ({ id, name })),
      signUp: config.signUp,
      verification: confirmFirst ? ('required' as const) : ('optional' as const),
    }),
  )
}
