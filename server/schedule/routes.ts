import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { type Kysely, sql } from 'kysely'
import { type Static, Type } from 'typebox'
import { mayRead } from '../../shared/collections/access.ts'
import { fail } from '../../shared/errors.ts'
import type { Authenticate } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'

const states = [
  'draft',
  'waiting',
  'scheduled',
  'claimed',
  'held',
  'late',
  'published',
  'skipped',
  'withdrawn',
  'failed',
] as const
const Instant = Type.Union([Type.String(), Type.Null()])

const Row = Type.Object({
  postId: Type.String(),
  planId: Type.String(),
  state: Type.String(),
  live: Type.Boolean(),
  slug: Type.String(),
  revision: Type.Integer(),
  attempts: Type.Integer(),
  local: Type.String(),
  zone: Type.String(),
  dueAt: Instant,
  publishedAt: Instant,
  missing: Type.Array(Type.String()),
  problem: Type.Union([Type.Null(), Type.Object({ code: Type.String(), message: Type.String() })]),
})

/** What the server means to publish, for people who look after a workspace from outside the studio. */
export function publicationRoutes({
  db,
  authenticate,
}: {
  db: Kysely<Database>
  authenticate: Authenticate
}): FastifyPluginAsyncTypebox {
  return async (app) => {
    app.get(
      '/api/publications',
      {
        schema: {
          tags: ['publishing'],
          summary: 'Plans and publications of the workspace, earliest first',
          querystring: Type.Object({
            state: Type.Optional(Type.Union(states.map((state) => Type.Literal(state)))),
            limit: Type.Integer({ minimum: 1, maximum: 1000, default: 100 }),
          }),
          response: { 200: Type.Object({ publications: Type.Array(Row) }) },
        },
      },
      async (request) => {
        const { workspaceId, role } = await authenticate(request)
        if (!mayRead(role, 'outcomes')) fail('not_allowed', `As ${role} you cannot see what is planned here.`)
        const wanted = request.query as { state?: string; limit: number }
        return { publications: await listPublications(db, workspaceId, wanted) }
      },
    )
  }
}

export async function listPublications(
  db: Kysely<Database>,
  workspaceId: string,
  { state, limit }: { state?: string; limit: number },
) {
  const wanted = state ? sql`and state = ${state}` : sql``
  const iso = (column: string) => sql.raw(`to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`)
  const { rows } = await sql<Static<typeof Row>>`
    select post_id as "postId", plan_id as "planId", state, live, slug, revision, attempts, local, zone,
      ${iso('due_at')} as "dueAt", ${iso('published_at')} as "publishedAt", missing, problem
    from publications
    where workspace_id = ${workspaceId} and channel = 'native' and not deleted ${wanted}
    order by due_at nulls last, post_id limit ${limit}`.execute(db)
  return rows
}
