import type { Readable } from 'node:stream'
import type { FastifyRequest } from 'fastify'
import { type Kysely, sql } from 'kysely'
import { fail, GroverError } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'
import { checkDeclared } from './file-check.ts'
import { sizeText, spaceOf } from './quota.ts'
import type { Staging } from './staging.ts'
import type { StoredBlob } from './stored.ts'
import { createUploadRows, type UploadRow } from './upload-rows.ts'

export const uploadsPath = '/api/uploads'
/** What is unfinished for so long is given up, and its sender begins anew. */
export const unfinishedForMs = 7 * 86_400_000
/** Several devices may send one file, and an answer may be lost; but what is counted once must not fill the disk. */
const othersOfOneFile = 2
const idleMs = 60_000

type Parts = {
  db: Kysely<Database>
  clock: Clock
  staging: Staging
  quotaBytes: number
  /** Checks a file that has come whole, and takes it over into the blobs. */
  keep(workspaceId: string, declared: { hash: string; type: string }, file: string): Promise<StoredBlob>
}

export type Uploads = ReturnType<typeof createUploads>

/**
 * Resumable uploads by the tus protocol. Each declares its sha256 and type (`Upload-Metadata: sha256 …,type …`) and its
 * length; it belongs to its workspace, and when all has come it is checked and becomes a blob before the last request is
 * answered.
 */
export function createUploads({ db, clock, staging, quotaBytes, keep }: Parts) {
  const rows = createUploadRows({ db, clock })
  const finishing = new Map<string, Promise<StoredBlob | null>>()
  /** Whose request it is, and why it failed: the library's hooks know only the request. */
  const asking = new WeakMap<object, { workspaceId: string; failure?: GroverError }>()
  const of = (request: object) => {
    const found = asking.get(request)
    if (!found) throw new Error('This request did not come through `handle`.')
    return found
  }

  let loaded: ReturnType<typeof load> | undefined
  // With the first upload: a start should not wait for it.
  const load = async () => {
    const { createTusServer } = await import('./tus-store.ts')
    return createTusServer(
      uploadsPath,
      { rows, staging, clock },
      {
        async onUploadCreate(request, { id, size, metadata }) {
          await admit({ id, workspaceId: of(request).workspaceId, bytes: size ?? 0, metadata: metadata ?? {} })
          return {}
        },
        async onUploadFinish(_request, { id }) {
          const stored = await finish(id)
          return stored ? { headers: { 'content-type': 'application/json' }, body: JSON.stringify(stored) } : {}
        },
        onResponseError(request, error) {
          if (error instanceof GroverError) of(request).failure = error
          else if ((error as NodeJS.ErrnoException).code === 'ENOSPC')
            of(request).failure = new GroverError(
              'storage_full',
              'The server’s disk is full. Ask who runs it to make room.',
            )
          else if (error instanceof Error && !('status_code' in error)) throw error
          return undefined
        },
      },
    )
  }

  /** Errors: `bad_request`, `quota_exceeded`, those of `checkDeclared`. */
  async function admit(asked: {
    id: string
    workspaceId: string
    bytes: number
    metadata: Record<string, string | null>
  }): Promise<void> {
    const { id, workspaceId, bytes, metadata } = asked
    const { sha256: hash, type } = metadata
    if (!hash || !/^[0-9a-f]{64}$/.test(hash) || !type || !/^[\w.+/-]{1,100}$/.test(type))
      fail('bad_request', 'An upload needs its sha256 (lower-case hex) and its type in Upload-Metadata.')
    checkDeclared(type, bytes)
    const givenUp = await db.transaction().execute(async (tx) => {
      // Two that are announced at once must not both take the last of the space.
      await sql`select 1 from workspaces where id = ${workspaceId} for update`.execute(tx)
      const known = await sql<{ bytes: number }>`
        select bytes::float8 as bytes from blobs where workspace_id = ${workspaceId} and hash = ${hash}`.execute(tx)
      const { usedBytes, incomingBytes } = await spaceOf(tx, workspaceId, hash)
      const taken = usedBytes + incomingBytes
      if (known.rows[0]?.bytes !== bytes && taken + bytes > quotaBytes)
        fail(
          'quota_exceeded',
          `There is no room for this file: ${sizeText(taken)} of ${sizeText(quotaBytes)} are taken. Delete something from the library, or ask who runs the server for more.`,
          { taken, quotaBytes },
        )
      await sql`
        insert into uploads (id, workspace_id, hash, type, bytes, touched_at)
        values (${id}, ${workspaceId}, ${hash}, ${type}, ${bytes}, ${new Date(clock.now())})`.execute(tx)
      return await rows.crowdedOut(
        tx,
        { id, workspaceId, hash },
        // Those being taken in are whole, and a large file takes its time into a bucket.
        { most: othersOfOneFile, since: clock.now() - idleMs, busy: [...finishing.keys()] },
      )
    })
    for (const other of givenUp) await staging.discard(other)
  }

  /** Takes a whole upload in, once, however often it is asked for at the same time. Null: that was done before. */
  function finish(id: string): Promise<StoredBlob | null> {
    let work = finishing.get(id)
    if (!work) {
      work = takeIn(id).finally(() => finishing.delete(id))
      finishing.set(id, work)
    }
    return work
  }

  async function takeIn(id: string): Promise<StoredBlob | null> {
    const row = await rows.touch(id)
    if (!row) return fail('not_found', 'There is no such upload.')
    if (row.finished) return null
    try {
      if ((await staging.hash(id)) !== row.hash)
        fail('hash_mismatch', 'The file did not arrive as it was sent. Send it again.')
      const stored = await keep(row.workspaceId, row, staging.pathOf(id))
      await rows.finish(id)
      await staging.discard(id)
      return stored
    } catch (error) {
      // Sending more cannot mend it; anything else may pass, and the file stays for another try.
      if (error instanceof GroverError && error.status < 500) await rows.remove(id)
      else throw error
      await staging.discard(id)
      throw error
    }
  }

  /** Whether all has come of an upload that was not taken in yet, because the server or the connection broke off. */
  const isWhole = async (row: UploadRow) => !row.finished && (await staging.size(row.id)) === row.bytes

  return {
    /** Answers one request of the protocol. Errors: named ones, for every status that is not 2xx. */
    async handle(workspaceId: string, request: FastifyRequest): Promise<Response> {
      const { id } = request.params as { id?: string }
      const row = id === undefined ? null : await rows.find(id)
      if (id !== undefined && row?.workspaceId !== workspaceId) fail('not_found', 'There is no such upload.')
      if (row && request.method === 'HEAD' && (await isWhole(row))) await finish(row.id)

      const asked = Object.assign(
        // With the id that was checked, whatever else the address says.
        new Request(new URL(row ? `${uploadsPath}/${row.id}` : uploadsPath, 'http://server'), {
          method: request.method,
          headers: request.headers as Record<string, string>,
          ...(request.method === 'PATCH' || request.method === 'POST'
            ? { body: streamOf(request.raw), duplex: 'half' as const }
            : {}),
        }),
        // By this the library hears of a sender that is gone.
        { runtime: { node: { req: request.raw } } },
      )
      asking.set(asked, { workspaceId })
      loaded ??= load()
      const answer = await (await loaded).handleWeb(asked)
      if (answer.status < 400) return answer
      throw of(asked).failure ?? refusal(answer.status, await answer.text())
    },

    /** Removes what its sender has given up, and forgets what arrived. */
    async sweep(): Promise<void> {
      const since = clock.now() - unfinishedForMs
      for (const { id } of await rows.untouchedSince(since)) {
        await rows.remove(id)
        await staging.discard(id)
      }
      // What a crash or the end of a workspace left: a file without a row. Its age alone says nothing, for servers may share
      // the folder, and an upload that waits for its sender belongs to one of them.
      const old = (await staging.list()).filter(({ writtenAt }) => writtenAt < since).map(({ id }) => id)
      const known = await rows.known(old)
      for (const id of old) if (!known.has(id)) await staging.discard(id)
    },
  }
}

/** As `Readable.toWeb`, without its copy of each chunk, which is half of what receiving costs. */
function streamOf(source: Readable): ReadableStream<Uint8Array> {
  const chunks = source.iterator({ destroyOnReturn: false }) as AsyncIterator<Buffer>
  return new ReadableStream(
    {
      async pull(controller) {
        const { value, done } = await chunks.next()
        if (done) controller.close()
        else controller.enqueue(value)
      },
      async cancel() {
        await chunks.return?.()
      },
    },
    { highWaterMark: 0 },
  )
}

/** The protocol's own refusals, under our names. */
function refusal(status: number, text: string): GroverError {
  switch (status) {
    case 404:
    case 410:
      return new GroverError('not_found', 'There is no such upload any more. Begin it again.')
    case 409:
      return new GroverError('conflict', 'Ask with HEAD how much has arrived, and go on from there.')
    case 413:
      return new GroverError('too_large', 'This is more than the upload was announced with.')
    default:
      return status >= 500
        ? new GroverError('unavailable', 'The upload was interrupted. Go on with it.')
        : new GroverError('bad_request', `This is not as the tus protocol has it: ${text.trim().slice(0, 100)}.`)
  }
}
