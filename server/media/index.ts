import type { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { type Kysely, sql } from 'kysely'
import type { Authenticate } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Sync, Tx } from '../sync/index.ts'
import type { BlobStore, ByteRange } from './blob-store.ts'
import { deliveryRoutes } from './delivery-routes.ts'
import { findEnclosures } from './enclosures.ts'
import { checkFile } from './file-check.ts'
import { madeFor, missing, projectFiles } from './films.ts'
import { createGarbage } from './garbage.ts'
import { createLooseFiles } from './loose-files.ts'
import { findPlayable } from './playable.ts'
import { spaceOf } from './quota.ts'
import { createRenditions } from './renditions.ts'
import { mediaRoutes } from './routes.ts'
import { createSigner, signedQuery } from './sign.ts'
import { createStaging } from './staging.ts'
import { keyOf, type StoredBlob } from './stored.ts'
import { storedOutcome } from './stored-outcome.ts'
import { createUploads } from './uploads.ts'

/**
 * Told, within the transaction that changed it, which media may have become ready: a file has arrived, or a document
 * names other files.
 */
export type ArrivedListener = (tx: Tx, workspaceId: string, mediaIds: string[]) => Promise<void>

type Parts = {
  db: Kysely<Database>
  blobs: BlobStore
  sync: Sync
  authenticate: Authenticate
  clock: Clock
  log: Log
  /** Signs addresses of what is not public. */
  secret: string
  /** Bytes that a workspace may store. */
  quotaBytes: number
  /** How long what nothing refers to is kept. */
  graceMs: number
}

export type Media = ReturnType<typeof createMedia>

/**
 * Pictures, films, recordings and what is made of them: taken in only whole and harmless, kept under the hash of their
 * bytes, shown where something public uses them.
 */
export function createMedia(parts: Parts) {
  const { db, blobs, sync, authenticate, clock, log, secret, quotaBytes, graceMs } = parts
  const listeners: ArrivedListener[] = []
  const renditions = createRenditions({ blobs, isNamed: async (...file) => (await find(...file)) !== null })
  const signer = createSigner({ secret, now: clock.now })
  const stagingDir = `${blobs.incomingDir}-uploads`
  const uploads = createUploads({ db, clock, staging: createStaging(stagingDir), quotaBytes, keep })
  const loose = createLooseFiles({ db, blobs, clock, log })
  const garbage = createGarbage({ db, sync, clock, log, graceMs, uploads, loose })

  async function arrived(tx: Tx, workspaceId: string, mediaIds: string[]): Promise<void> {
    if (mediaIds.length === 0) return
    for (const listener of listeners) await listener(tx, workspaceId, mediaIds)
  }

  sync.register('media', {
    projectAll: async (tx, changes) => arrived(tx, changes[0]!.workspaceId, await projectFiles(tx, changes)),
  })

  async function find(workspaceId: string, hash: string): Promise<StoredBlob | null> {
    const { rows } = await sql<StoredBlob>`
      select hash, type, bytes, width, height from blobs
      where workspace_id = ${workspaceId} and hash = ${hash}`.execute(db)
    return rows[0] ?? null
  }

  /** Records a file whose bytes are in place; whoever waited for it hears of it in the same transaction. */
  async function record(workspaceId: string, blob: StoredBlob): Promise<void> {
    await sync.transaction(workspaceId, async (tx) => {
      if (!(await loose.record(tx, workspaceId, blob))) return
      await sync.write(tx, workspaceId, 'outcomes', [storedOutcome(blob.hash, clock.now())])
      await arrived(tx, workspaceId, [blob.hash, ...(await madeFor(tx, workspaceId, blob.hash))])
    })
  }

  /** Takes over a file that lies whole on this machine. Again is harmless. Errors: those of `checkFile`. */
  async function keep(
    workspaceId: string,
    { hash, type }: { hash: string; type: string },
    file: string,
  ): Promise<StoredBlob> {
    const checked = await checkFile(file, type)
    await loose.announce({ workspaceId, hash, type: checked.type })
    const { bytes } = await blobs.put(keyOf(workspaceId, hash), { file })
    const stored = { hash, bytes, ...checked }
    await record(workspaceId, stored)
    return stored
  }

  const service = {
    find,
    /** Recorded and really there: a disk may have lost what the database remembers. */
    async has(workspaceId: string, hash: string): Promise<StoredBlob | null> {
      const blob = await find(workspaceId, hash)
      return blob && (await blobs.head(keyOf(workspaceId, hash))) ? blob : null
    },
    /** The bytes as they were sent. Errors: `not_found`. */
    open: (workspaceId: string, hash: string, range?: ByteRange): Promise<Readable> =>
      blobs.get(keyOf(workspaceId, hash), range),
    /** An address, for `ttl` milliseconds, of a file that need not be public. */
    signMedia: (workspaceId: string, hash: string, { ttl }: { ttl: number }): string =>
      `/media/${workspaceId}/${hash}${signedQuery(signer.sign(workspaceId, hash, ttl))}`,
    async space(workspaceId: string) {
      return { ...(await spaceOf(db, workspaceId)), quotaBytes }
    },
  }

  const plugin: FastifyPluginAsync = async (app) => {
    app.addHook('onReady', async () => {
      const removed = await blobs.cleanUp()
      if (removed > 0) app.log.info({ removed }, 'removed half-written files')
    })
    await app.register(mediaRoutes({ media: service, uploads, authenticate }))
    await app.register(deliveryRoutes({ db, media: service, renditions, signer }))
  }

  return {
    plugin,
    ...service,
    missing,
    /** What readers can play of films and recordings, by id. */
    enclosures: (workspaceId: string, postIds: readonly string[]) => findEnclosures(db, workspaceId, postIds),
    playable: (workspaceId: string, ids: readonly string[]) => findPlayable(db, workspaceId, ids),
    onArrived(listener: ArrivedListener): void {
      listeners.push(listener)
    },
    /** Public address of a picture, below this server's origin. */
    pathOf: (workspaceId: string, hash: string, width?: number): string =>
      `/media/${workspaceId}/${hash}${width ? `?w=${width}` : ''}`,
    /** As `signMedia`, of the playlist of a film's ladder, whose rungs and captions are signed with it. */
    signPlaylist: (workspaceId: string, mediaId: string, { ttl }: { ttl: number }): string =>
      `/media/${workspaceId}/${mediaId}/master.m3u8${signedQuery(signer.sign(workspaceId, `${mediaId}/hls`, ttl))}`,
    ready: () => blobs.ready(),
    sweep: garbage.sweep,
    start: garbage.start,
    settle: garbage.settle,
  }
}

export type MediaService = Pick<Media, 'find' | 'has' | 'open' | 'space' | 'signMedia'>
