import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { type Role, roles } from '../../shared/collections/access.ts'
import { fail } from '../../shared/errors.ts'
import type { Parts } from './parts.ts'
import type { Credentials } from './principal.ts'

const given = roles.filter((role) => role !== 'owner')
const Member = Type.Object({ email: Type.String(), name: Type.String(), role: Type.String() })

/** Who works in a workspace, for its owner alone. A role that changes is told to what is live by the database (0104). */
export function memberRoutes(app: FastifyInstance, { authenticate, db }: Pick<Parts, 'authenticate' | 'db'>): void {
  const tags = ['Accounts']
  const security = [{ session: [] }]
  const owned = async (request: Credentials): Promise<string> => {
    const { workspaceId, role } = await authenticate(request)
    if (role !== 'owner') fail('not_allowed', 'Only the owner of the workspace can see and change who works in it.')
    return workspaceId
  }

  app.get(
    '/api/members',
    {
      schema: {
        tags,
        security,
        summary: 'Who works in your workspace',
        response: { 200: Type.Object({ members: Type.Array(Member) }) },
      },
    },
    async (request) => {
      const workspaceId = await owned(request)
      const members = await db
        .selectFrom('members')
        .innerJoin('users', 'users.id', 'members.user_id')
        .select(['users.email', 'users.name', 'members.role'])
        .where('members.workspace_id', '=', workspaceId)
        .orderBy('users.email')
        .execute()
      return { members }
    },
  )

  app.post(
    '/api/members/role',
    {
      schema: {
        tags,
        security,
        summary: 'Give a member of your workspace another role',
        body: Type.Object({
          email: Type.String({ maxLength: 320 }),
          role: Type.Union(given.map((role) => Type.Literal(role))),
        }),
        response: { 200: Type.Object({ email: Type.String(), role: Type.String() }) },
      },
    },
    async (request) => {
      const workspaceId = await owned(request)
      const { email, role } = request.body as { email: string; role: Role }
      const changed = await db
        .updateTable('members')
        .from('users')
        .set({ role })
        .whereRef('users.id', '=', 'members.user_id')
        .where('users.email', '=', email.trim().toLowerCase())
        .where('members.workspace_id', '=', workspaceId)
        .where('members.role', '<>', 'owner')
        .returning('users.email')
        .executeTakeFirst()
      // Of an account that is not a member nothing is said, not even that there is one.
      if (!changed) return fail('not_found', 'No member of this workspace but its owner has this address.')
      return { email: changed.email, role }
    },
  )
}
