import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import type { Kysely } from 'kysely'
import { Type } from 'typebox'
import { mayRead, mayWrite } from '../../shared/collections/access.ts'
import type { Collection } from '../../shared/collections/collection.ts'
import { fail, GroverError } from '../../shared/errors.ts'
import type { Authenticate, Principal } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'
import type { Refusal } from './check.ts'
import { type Checkpoint, checkpointAfter, readCheckpoint, readHead, readingFor, readLimit } from './checkpoint.ts'
import { findDocuments, leavingAfter, pageAfter, readHeadAndStep, withDeleted } from './documents.ts'
import type { SharedReads } from './shared-reads.ts'
import type { createStreams } from './stream.ts'

/** The studio asks for this kind of push answer: refusals by name, which the open protocol has no word for. */
const ownMediaType = 'application/vnd.grover.sync+json'
const maxPushBytes = 64_000_000
const maxPushRows = 10_000

type Parts = {
  db: Kysely<Database>
  clock: Clock
  authenticate: Authenticate
  collections: Readonly<Record<string, Collection>>
  push(
    principal: Principal,
    collection: string,
    rows: readonly unknown[],
  ): Promise<{ conflicts: string[]; refused: (Refusal & { sent: unknown })[]; lwt: number }>
  streams: ReturnType<typeof createStreams>
  shared: SharedReads
}

const Failure = Type.Object({ code: Type.String(), error: Type.Literal(true), message: Type.String() })
const failures = {
  400: Failure,
  401: Failure,
  403: Failure,
  404: Failure,
  410: Failure,
  413: Failure,
  426: Failure,
  429: Failure,
}
const tags = ['sync']
const security = [{ session: [] }]

/** `/sync/{collection}/{schemaVersion}/pull|push|pullStream`: the open RxDB HTTP protocol, see docs/protocol.md. */
export function syncRoutes({ db, clock, authenticate, collections, push, streams, shared }: Parts): FastifyPluginAsync {
  return async (app) => {
    // A body whose only fault is one document's `__proto__` must not fail the other documents: no parser guard, the
    // schema check refuses the unknown field.
    app.removeAllContentTypeParsers()
    app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
      let rows: unknown
      try {
        rows = JSON.parse(body as string)
      } catch {
        return done(new GroverError('body_not_json', 'The body is not JSON.'), undefined)
      }
      // The check of the schema would make a list of one out of anything else.
      if (Array.isArray(rows)) done(null, rows)
      else done(new GroverError('bad_request', 'The body must be a list of rows.'), undefined)
    })
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('x-grover-time', clock.now())
      reply.header('cache-control', 'no-store')
    })

    const principals = new WeakMap<FastifyRequest, Principal>()
    for (const collection of Object.values(collections)) {
      const base = `/sync/${collection.name}`
      const Params = Type.Object({ schemaVersion: Type.String() })
      const current = (request: FastifyRequest): void =>
        checkVersion(collection, (request.params as { schemaVersion: string }).schemaVersion)

      const Page = Type.Object({
        documents: Type.Array(collection.schema, { description: 'Each with `_deleted`.' }),
        checkpoint: Type.Object({ id: Type.String(), lwt: Type.Integer() }),
      })
      app.get(
        `${base}/:schemaVersion/pull`,
        {
          schema: {
            tags,
            security,
            summary: `Changes of ${collection.name} after a checkpoint, oldest first`,
            params: Params,
            querystring: Type.Object({
              lwt: Type.Optional(Type.String({ description: '0 for the first pull' })),
              id: Type.Optional(Type.String({ description: 'Empty for the first pull' })),
              limit: Type.Optional(Type.String({ description: 'Honoured or refused, never made smaller' })),
            }),
            response: { 200: Page, ...failures },
          },
        },
        async (request, reply) => {
          const { workspaceId, role } = await authenticate(request)
          current(request)
          const query = request.query as { lwt?: string; id?: string; limit?: string }
          const limit = readLimit(query.limit)
          const asked = readCheckpoint(query)
          const isSeen = mayRead(role, collection.name)
          // A device that goes on where it was, as nearly all do, is answered by this one look.
          const { head, first } = isSeen
            ? await shared(workspaceId, `${collection.name}/${asked.lwt}/${limit}`, () =>
                readHeadAndStep(db, workspaceId, collection, asked.lwt, limit),
              )
            : { head: await readHead(db, workspaceId, collection.name), first: undefined }
          const reading = readingFor(asked, head, isSeen)
          const echo = { id: asked.id, lwt: asked.lwt }
          if (reading.kind === 'nothing') return sendPage(reply, '', echo)
          const bounds = { after: reading.after, upTo: head.seq }
          const { json, count, last } =
            reading.kind === 'leaving'
              ? await leavingAfter(db, workspaceId, collection, reading, limit)
              : await pageAfter(
                  db,
                  workspaceId,
                  collection,
                  bounds,
                  limit,
                  reading.after === asked.lwt ? first : undefined,
                )
          // Nothing new echoes what was asked; starting over says so, even where there is nothing.
          const isNew = count > 0 || reading.after < asked.lwt
          return sendPage(reply, json, isNew ? checkpointAfter(reading, head, last, count < limit) : echo)
        },
      )

      app.post(
        `${base}/:schemaVersion/push`,
        {
          // Before the body is read: what would be refused whole is not worth its memory.
          onRequest: async (request) => {
            principals.set(request, await authenticate(request))
            current(request)
            if (collection.owner === 'server')
              fail('not_allowed', `Documents of ${collection.name} are written by the server alone.`)
          },
          bodyLimit: maxPushBytes,
          schema: {
            tags,
            security,
            summary:
              collection.owner === 'server'
                ? `Refused: ${collection.name} is written by the server`
                : `Writes documents of ${collection.name}; answers with the masters in conflict`,
            description: `With \`Accept: ${ownMediaType}\` the answer is {conflicts, refused: [{id, code, message}], lwt}.`,
            params: Params,
            body: Type.Array(Type.Unknown(), {
              maxItems: maxPushRows,
              description: 'Rows {newDocumentState, assumedMasterState?}, each with `_deleted`.',
            }),
            response: { 200: Type.Array(collection.schema), ...failures },
          },
        },
        async (request, reply) => {
          const principal = principals.get(request)!
          const rows = request.body as unknown[]
          const { conflicts, refused, lwt } = mayWrite(principal.role, collection.name)
            ? await push(principal, collection.name, rows)
            : { conflicts: [], refused: refuseAll(principal, rows), lwt: 0 }
          if (request.headers.accept?.includes(ownMediaType)) {
            const named = refused.map(({ id, code, message }) => ({ id, code, message }))
            return sendJson(
              reply,
              `{"conflicts":[${conflicts.join(',')}],"refused":${JSON.stringify(named)},"lwt":${lwt}}`,
            )
          }
          const undone = await Promise.all(refused.map((row) => rollBack(principal, row)))
          return sendJson(reply, `[${[...conflicts, ...undone].join(',')}]`)
        },
      )

      app.get(
        `${base}/:schemaVersion/pullStream`,
        {
          schema: {
            tags,
            security,
            summary: `Live changes of ${collection.name} as server-sent events {documents, checkpoint}`,
            params: Params,
            response: { 200: Type.String({ description: 'text/event-stream' }), ...failures },
          },
        },
        async (request, reply) => {
          current(request)
          await streams.serve(request, reply, collection)
        },
      )

      for (const [path, allowed] of [
        ['pull', ['GET', 'HEAD']],
        ['pullStream', ['GET', 'HEAD']],
        ['push', ['POST']],
      ] as const)
        app.route({
          method: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'].filter(
            (method) => !allowed.some((a) => a === method),
          ),
          url: `${base}/:schemaVersion/${path}`,
          schema: { hide: true },
          onRequest: async (_request, reply) => {
            reply.header('allow', allowed.join(', '))
            fail('method_not_allowed', `This address takes ${allowed[0]} alone.`)
          },
          handler: async () => {},
        })

      /** The open protocol cannot say "refused": the master, or a tombstone where there is none, makes a client go back. */
      async function rollBack(principal: Principal, { id, sent }: { id: string; sent: unknown }): Promise<string> {
        // Whether there is a master is told to those alone who may read it.
        const ids = mayRead(principal.role, collection.name) ? [id.replaceAll('\0', '')] : []
        const master = (await findDocuments(db, principal.workspaceId, collection, ids)).get(id)
        if (master) return withDeleted(JSON.stringify(master.doc), master.deleted)
        try {
          return JSON.stringify({ ...(typeof sent === 'object' ? sent : {}), _deleted: true })
        } catch {
          // Nested deeper than can be written.
          return JSON.stringify({ id, _deleted: true })
        }
      }
    }
  }
}

/** `documents`: their JSON texts with commas between them. */
const sendPage = (reply: FastifyReply, documents: string, checkpoint: Checkpoint) =>
  sendJson(reply, `{"documents":[${documents}],"checkpoint":${JSON.stringify(checkpoint)}}`)

const sendJson = (reply: FastifyReply, json: string) => reply.type('application/json; charset=utf-8').send(json)

function checkVersion(collection: Collection, asked: string): void {
  const version = /^\d{1,6}$/.test(asked) ? Number(asked) : Number.NaN
  if (version === collection.version) return
  if (version < collection.version)
    fail(
      'schema_outdated',
      'This version of the studio is too old for the server: update it. Nothing you wrote is lost.',
    )
  fail('not_found', `This server knows ${collection.name} up to version ${collection.version}.`)
}

const refuseAll = ({ role }: Principal, rows: readonly unknown[]) =>
  rows.map((row) => {
    const sent = (row as { newDocumentState?: unknown } | null)?.newDocumentState
    const id = (sent as { id?: unknown } | null | undefined)?.id
    const message = `As ${role} of this workspace you cannot change this.`
    return { id: typeof id === 'string' ? id : '', code: 'not_allowed' as const, message, sent }
  })
