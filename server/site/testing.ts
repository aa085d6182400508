import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import sharp from 'sharp'
import type { Media } from '../../shared/collections/media.ts'
import type { Setting } from '../../shared/collections/settings.ts'
import { sniffType } from '../../shared/domain/media-type.ts'
import { filesOf } from '../../shared/domain/playable.ts'
import { type BodyNode, bodyFromJson, readBody } from '../../shared/domain/richtext/index.ts'
import { fail } from '../../shared/errors.ts'
import { claimHandle } from '../accounts/handles.ts'
import type { Credentials, Principal } from '../accounts/principal.ts'
import { readConfig } from '../config.ts'
import { createApp } from '../http/app.ts'
import { protect } from '../http/security.ts'
import { createDiskBlobs } from '../media/disk-blobs.ts'
import { createMedia } from '../media/index.ts'
import { uploadHeaders } from '../media/upload-headers.ts'
import { uploadsPath } from '../media/uploads.ts'
import { projectProfile } from '../posts/profiles.ts'
import { publishVersions, withdrawPosts } from '../posts/publish.ts'
import { createSync } from '../sync/index.ts'
import { testDatabase } from '../testing/database.ts'
import { createSite } from './index.ts'

export type TestPost = {
  id: string
  slug: string
  title?: string
  summary?: string
  tags?: string[]
  visibility?: 'public' | 'members' | 'paid'
  body?: BodyNode[]
  cover?: string
  revision?: number
  publishedAt?: string
  updatedAt?: string
}

export const paragraph = (text: string): BodyNode => ({ type: 'paragraph', content: [{ type: 'text', text }] })

/** The real pages on a real database and blob store; posts are published by the module that publishes them. */
export async function startTestSite({
  listen = false,
  sitemapLength,
}: {
  listen?: boolean
  sitemapLength?: number
} = {}) {
  const database = await testDatabase()
  const { db } = database
  const dataDir = await mkdtemp(join(tmpdir(), 'grover-site-'))
  const log = pino({ level: 'silent' })
  const clock = { now: () => Date.now() }
  const config = {
    ...readConfig({ GROVER_DATA_DIR: dataDir, GROVER_REQUESTS_PER_MINUTE: '1000000' }),
    publicUrl: 'https://grover.test',
  }
  const authenticate = async ({ headers }: Credentials): Promise<Principal> => {
    const workspaceId = /^Bearer ([\w-]+)$/.exec(headers.authorization ?? '')?.[1]
    if (!workspaceId) return fail('sign_in_required', 'Sign in first.')
    return { userId: 'u', sessionId: 's', workspaceId, role: 'owner' }
  }
  const sync = createSync({ db, clock, log, authenticate })
  const media = createMedia({
    db,
    blobs: createDiskBlobs(join(dataDir, 'blobs')),
    sync,
    authenticate,
    clock,
    log,
    secret: 'a secret for tests',
    quotaBytes: 1e12,
    graceMs: 7 * 86_400_000,
  })
  const site = createSite({ pool: database.pool, media, config, ...(sitemapLength ? { sitemapLength } : {}) })
  const app = createApp({ config, log })
  await protect(app as never, config)
  await app.register(media.plugin)
  await app.register(site.plugin)
  if (listen) config.publicUrl = await app.listen({ host: '127.0.0.1', port: 0 })
  else await app.ready()

  return {
    app,
    db,
    pool: database.pool,
    config,
    async get(url: string, headers: Record<string, string> = {}) {
      return app.inject({ method: 'GET', url, headers })
    },
    async addCreator(id: string, handle = id, name = id): Promise<void> {
      await db
        .insertInto('workspaces')
        .values({ id, owner_id: `owner-${id}`, handle, name, epoch: 'e', created_at: new Date() })
        .execute()
      await this.setHandle(id, handle)
    },
    async setHandle(workspaceId: string, handle: string, open = true): Promise<void> {
      await claimHandle(db as never, { handle, workspaceId, open, now: new Date() })
    },
    setProfile: (workspaceId: string, profile: Setting['profile']) => projectProfile(db, workspaceId, profile ?? null),
    async setZone(workspaceId: string, zone: string): Promise<void> {
      const doc = { id: 'calendar', calendar: { zone, weekStart: 0 }, updatedAt: '' }
      await sql`insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
        values (${workspaceId}, 'settings', 'calendar', 1, false, ${JSON.stringify(doc)}, 0, now())`.execute(db)
    },
    async publish(workspaceId: string, ...posts: TestPost[]): Promise<void> {
      await publishVersions(
        db,
        workspaceId,
        posts.map(({ id, slug, revision = 1, publishedAt = '2026-03-01T09:00:00.000Z', updatedAt, ...post }) => {
          const { json, text, words, images } = readBody(bodyFromJson({ type: 'doc', content: post.body ?? [] }))
          const cover = post.cover ?? ''
          return {
            postId: id,
            slug,
            revision,
            publishedAt: Date.parse(publishedAt),
            updatedAt: Date.parse(updatedAt ?? publishedAt),
            content: {
              title: post.title ?? `Title of ${id}`,
              summary: post.summary ?? '',
              tags: post.tags ?? [],
              visibility: post.visibility ?? 'public',
              body: json,
              text,
              words,
              cover,
              images: [...images, ...(cover ? [cover] : [])],
            },
          }
        }),
      )
    },
    withdraw: (workspaceId: string, ...ids: string[]) => withdrawPosts(db, workspaceId, ids, Date.now()),
    /** Stores a picture and returns its hash. */
    async addPicture(workspaceId: string, svgOrBytes: string | Buffer): Promise<string> {
      const bytes =
        typeof svgOrBytes === 'string'
          ? await sharp(Buffer.from(svgOrBytes)).jpeg({ quality: 82 }).toBuffer()
          : svgOrBytes
      const hash = createHash('sha256').update(bytes).digest('hex')
      const answer = await app.inject({
        method: 'POST',
        url: uploadsPath,
        headers: {
          authorization: `Bearer ${workspaceId}`,
          ...uploadHeaders({ hash, type: sniffType(bytes) ?? '', bytes: bytes.length }),
        },
        payload: bytes,
      })
      if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`)
      return hash
    },
    /** A film that the studio has prepared. */
    async addFilm(workspaceId: string, film: Media): Promise<void> {
      await sql`insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
        select ${workspaceId}, 'media', ${film.id}, coalesce(max(seq), 0) + 1, false, ${JSON.stringify(film)}::jsonb, 0,
          now()
        from documents where workspace_id = ${workspaceId}`.execute(db)
      const files = film.variants.flatMap(filesOf)
      await sql`insert into media_files (workspace_id, media_id, hash)
        select ${workspaceId}, ${film.id}, unnest(${files}::text[]) on conflict do nothing`.execute(db)
    },
    async stop(): Promise<void> {
      await app.close()
      await database.drop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}

export type TestSite = Awaited<ReturnType<typeof startTestSite>>
