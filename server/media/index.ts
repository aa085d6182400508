import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { type Kysely, sql } from 'kysely'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import { fail } from '../../shared/errors.ts'
import type { Authenticate } from '../accounts/principal.ts'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'
import type { Sync, Tx } from '../sync/index.ts'
import type { BlobStore } from './blob-store.ts'
import { checkImage, type ImageType, maxImageBytes } from './image-check.ts'
import { createRenditions, type Width } from './renditions.ts'
import { mediaRoutes } from './routes.ts'
import { stage } from './staging.ts'

export type StoredImage = { hash: string; type: ImageType; bytes: number; width: number; height: number }

/** Told of each new picture within the transaction that records it. */
export type StoredListener = (tx: Tx, workspaceId: string, hash: string) => Promise<void>

type Parts = {
  db: Kysely<Database>
  blobs: BlobStore
  sync: Sync
  authenticate: Authenticate
  clock: Clock
}

export type Media = ReturnType<typeof createMedia>

/** Pictures: taken in only whole and harmless, kept under the hash of their bytes, shown where something public uses them. */
export function createMedia({ db, blobs, sync, authenticate, clock }: Parts) {
  const listeners: StoredListener[] = []
  const renditions = createRenditions(blobs)
  const keyOf = (workspaceId: string, hash: string) => `${workspaceId}/${hash}`

  async function find(workspaceId: string, hash: string): Promise<StoredImage | null> {
    const { rows } = await sql<StoredImage>`
      select hash, type, bytes, width, height from blobs
      where workspace_id = ${workspaceId} and hash = ${hash}`.execute(db)
    return rows[0] ?? null
  }

  /** The picture, if a live public post or the profile shows it; else null, as if it did not exist. */
  async function findPublic(workspaceId: string, hash: string): Promise<StoredImage | null> {
    const { rows } = await sql<StoredImage>`
      select b.hash, b.type, b.bytes, b.width, b.height from blobs b
      where b.workspace_id = ${workspaceId} and b.hash = ${hash} and (
        exists (
          select 1 from post_media m join published_posts p using (workspace_id, post_id)
          where m.workspace_id = ${workspaceId} and m.hash = ${hash}
            and p.withdrawn_at is null and p.visibility = 'public')
        or exists (
          select 1 from profiles where workspace_id = ${workspaceId} and (avatar = ${hash} or cover = ${hash})))`.execute(
      db,
    )
    return rows[0] ?? null
  }

  const outcome = (hash: string): Outcome => ({
    id: hash,
    kind: 'media',
    state: 'stored',
    planId: '',
    release: '',
    withdrawn: '',
    receivedAt: new Date(clock.now()).toISOString(),
    receivedVersion: '',
    dueAt: '',
    publishedAt: '',
    publishedVersion: '',
    revision: 0,
    slug: '',
    path: '',
    missing: [],
    problem: null,
  })

  /** Records a picture whose bytes are in place; whoever waited for it hears of it in the same transaction. */
  async function record(workspaceId: string, image: StoredImage): Promise<void> {
    await sync.transaction(workspaceId, async (tx) => {
      const { rows } = await sql`
        insert into blobs (workspace_id, hash, type, bytes, width, height, created_at)
        values (${workspaceId}, ${image.hash}, ${image.type}, ${image.bytes}, ${image.width}, ${image.height},
          ${new Date(clock.now())})
        on conflict do nothing returning hash`.execute(tx)
      if (rows.length === 0) return
      await sync.write(tx, workspaceId, 'outcomes', [outcome(image.hash)])
      for (const listener of listeners) await listener(tx, workspaceId, image.hash)
    })
  }

  /**
   * Takes a picture in. Sending it again is harmless. Errors: `hash_mismatch` (the bytes are not those the hash names),
   * `too_large`, and those of `checkImage`.
   */
  async function store(workspaceId: string, hash: string, source: Readable | Buffer): Promise<StoredImage> {
    const stream = Buffer.isBuffer(source) ? Readable.from([source]) : source
    const staged = await stage(stream, blobs.incomingDir, maxImageBytes)
    try {
      if (staged.hash !== hash) {
        fail('hash_mismatch', 'The picture did not arrive as it was sent. Send it again.', { received: staged.hash })
      }
      const checked = await checkImage(staged.file)
      await blobs.put(keyOf(workspaceId, hash), { file: staged.file })
      const image: StoredImage = { hash, bytes: staged.bytes, ...checked }
      await record(workspaceId, image)
      return image
    } finally {
      await staged.discard()
    }
  }

  /** Which of the pictures are not stored yet, in the order asked. */
  async function missing(tx: Kysely<Database>, workspaceId: string, hashes: readonly string[]): Promise<string[]> {
    if (hashes.length === 0) return []
    const { rows } = await sql<{ hash: string }>`
      select hash from blobs where workspace_id = ${workspaceId} and hash = any(${hashes})`.execute(tx)
    const stored = new Set(rows.map((row) => row.hash))
    return hashes.filter((hash) => !stored.has(hash))
  }

  const service = {
    find,
    findPublic,
    store,
    /** Recorded and really there: a disk may have lost what the database remembers. */
    async has(workspaceId: string, hash: string): Promise<StoredImage | null> {
      const image = await find(workspaceId, hash)
      return image && (await blobs.head(keyOf(workspaceId, hash))) ? image : null
    },
    /** The bytes as they were sent. Errors: `not_found`. */
    open: (workspaceId: string, hash: string): Promise<Readable> => blobs.get(keyOf(workspaceId, hash)),
    /** A WebP copy at most `width` wide. Errors: `not_found`. */
    openSmall: (workspaceId: string, hash: string, width: Width) => renditions.get(keyOf(workspaceId, hash), width),
  }

  const plugin: FastifyPluginAsync = async (app) => {
    app.addHook('onReady', async () => {
      const removed = await blobs.cleanUp()
      if (removed > 0) app.log.info({ removed }, 'removed half-written files')
    })
    await app.register(mediaRoutes({ media: service, authenticate }))
  }

  return {
    plugin,
    ...service,
    missing,
    onStored(listener: StoredListener): void {
      listeners.push(listener)
    },
    /** Public address of a picture, below this server's origin. */
    pathOf: (workspaceId: string, hash: string, width?: number): string =>
      `/media/${workspaceId}/${hash}${width ? `?w=${width}` : ''}`,
    ready: () => blobs.ready(),
  }
}

export type MediaService = Pick<Media, 'find' | 'findPublic' | 'store' | 'has' | 'open' | 'openSmall'>
