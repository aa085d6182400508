import type { FastifyInstance } from 'fastify'
import { Type } from 'typebox'
import { canonicalHandle, handleProblem } from '../../shared/domain/handle.ts'
import { fail } from '../../shared/errors.ts'
import { type AccountsDb, changeHandle, checkedHandle, isHandleFree } from './handles.ts'
import type { Parts } from './parts.ts'

export function handleRoutes(
  app: FastifyInstance,
  { attempts, authenticate, clock, db, limits, sync, onHandleChanged }: Parts,
): void {
  app.get(
    '/api/handle/available',
    {
      schema: {
        tags: ['Accounts'],
        summary: 'Whether a handle could be yours, and why not',
        querystring: Type.Object({ handle: Type.String({ maxLength: 100 }) }),
        response: {
          200: Type.Object({
            handle: Type.String(),
            available: Type.Boolean(),
            code: Type.Optional(Type.String()),
            message: Type.Optional(Type.String()),
          }),
        },
      },
    },
    async (request) => {
      await attempts.take(limits.lookUp(request.ip))
      const { handle: input } = request.query as { handle: string }
      const problem = handleProblem(input)
      if (problem) return { handle: input, available: false, ...problem }
      const handle = canonicalHandle(input)
      // Somebody signed in may go back to a handle of their own.
      const workspaceId = request.headers.authorization ? (await authenticate(request)).workspaceId : null
      if (await isHandleFree(db, handle, workspaceId, new Date(clock.now()))) return { handle, available: true }
      const message = `“${handle}”, or one that looks like it, is taken.`
      return { handle, available: false, code: 'handle_taken', message }
    },
  )

  app.post(
    '/api/handle',
    {
      schema: {
        tags: ['Accounts'],
        security: [{ session: [] }],
        summary: 'Change your handle; addresses with the old one redirect',
        body: Type.Object({ handle: Type.String({ maxLength: 100 }) }),
        response: { 200: Type.Object({ handle: Type.String() }) },
      },
    },
    async (request) => {
      const { workspaceId, role } = await authenticate(request)
      if (role !== 'owner') fail('not_allowed', 'Only the owner of the workspace can change its handle.')
      const limit = limits.handle(workspaceId)
      await attempts.take(limit)
      try {
        const handle = checkedHandle((request.body as { handle: string }).handle)
        await sync.transaction(workspaceId, async (tx) => {
          await changeHandle(tx as unknown as AccountsDb, { handle, workspaceId, now: new Date(clock.now()) })
          await onHandleChanged(tx, workspaceId)
        })
        return { handle }
      } catch (error) {
        await attempts.giveBack(limit)
        throw error
      }
    },
  )
}
