import { createHash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { sql } from 'kysely'
import { pino } from 'pino'
import type { Outcome } from '../../../shared/collections/outcomes.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { newId } from '../../../shared/domain/id.ts'
import { sniffType } from '../../../shared/domain/media-type.ts'
import { localIn } from '../../../shared/domain/schedule.ts'
import type { Role } from '../../accounts/principal.ts'
import { type Connections, connect } from '../../database/database.ts'
import { createApp } from '../../http/app.ts'
import type { BlobStore } from '../../media/blob-store.ts'
import { createDiskBlobs } from '../../media/disk-blobs.ts'
import { createMedia } from '../../media/index.ts'
import { uploadHeaders } from '../../media/upload-headers.ts'
import { uploadsPath } from '../../media/uploads.ts'
import { createSync } from '../../sync/index.ts'
import { samplePost } from '../../sync/testing/wire.ts'
import { createPublishing } from '../index.ts'
import type { Timing } from '../publisher.ts'

export const workspaceId = 'ws1'
export const handle = 'ada'

type Options = {
  now?: () => number
  timing?: Partial<Timing>
  role?: Role
  dataDir?: string
  zoneData?: string
  quotaBytes?: number
  blobs?: BlobStore
}

/** Sync, media and publishing as the server composes them, on a given database; only who is signed in is made up. */
export async function startPublishing(
  connections: Pick<Connections, 'db' | 'pool'>,
  { now = Date.now, timing, role = 'owner', dataDir, quotaBytes = 1e12, blobs }: Options = {},
) {
  const { db, pool } = connections
  const folder = dataDir ?? (await mkdtemp(join(tmpdir(), 'grover-publishing-')))
  const log = pino({ level: process.env.TEST_LOG ?? 'silent' })
  const clock = { now }
  const principal = { userId: 'u1', sessionId: 's1', workspaceId, role: role as Role }
  const authenticate = async () => principal
  const sync = createSync({ db, clock, log, authenticate })
  const media = createMedia({
    db,
    blobs: blobs ?? createDiskBlobs(join(folder, 'blobs')),
    sync,
    authenticate,
    clock,
    log,
    secret: 'a secret for tests',
    quotaBytes,
    graceMs: 7 * 86_400_000,
  })
  const publishing = createPublishing({
    db,
    pool,
    sync,
    media,
    authenticate,
    clock,
    log,
    ...(timing ? { timing } : {}),
  })
  const app = createApp({ config: { trustProxy: false } as never, log })
  for (const feature of [sync, media, publishing]) await app.register(feature.plugin)
  await app.ready()

  /** What this device believes the server has, as a real one does. */
  const masters = new Map<string, object>()

  async function push(
    collection: string,
    docs: readonly { id: string; _deleted?: boolean; [field: string]: unknown }[],
  ) {
    const answer = await app.inject({
      method: 'POST',
      url: `/sync/${collection}/0/push`,
      headers: { accept: 'application/vnd.grover.sync+json' },
      payload: docs.map((doc) => ({
        newDocumentState: { _deleted: false, ...doc },
        ...(masters.has(doc.id) ? { assumedMasterState: masters.get(doc.id) } : {}),
      })),
    })
    if (answer.statusCode !== 200) throw new Error(`push answered ${answer.statusCode}: ${answer.body}`)
    const result = answer.json<{ conflicts: unknown[]; refused: { id: string; code: string; message: string }[] }>()
    const refused = new Set(result.refused.map((entry) => entry.id))
    for (const doc of docs) if (!refused.has(doc.id)) masters.set(doc.id, { _deleted: false, ...doc })
    return result
  }

  return {
    app,
    db,
    sync,
    media,
    publishing,
    principal,
    push,
    /** Pushes a version of the post; its `updatedAt` is new each time. */
    async save(post: Post, fields: Partial<Post> & { _deleted?: boolean } = {}): Promise<Post> {
      const version = { ...post, updatedAt: new Date(now()).toISOString(), ...fields }
      const { refused, conflicts } = await push('posts', [version])
      if (refused[0]) throw Object.assign(new Error(refused[0].message), refused[0])
      if (conflicts[0]) throw new Error('conflict')
      const { _deleted, ...kept } = version as Post & { _deleted?: boolean }
      return kept
    },
    async outcome(id: string): Promise<Outcome | null> {
      const { rows } = await sql<{ doc: Outcome; deleted: boolean }>`
        select doc, deleted from documents
        where workspace_id = ${workspaceId} and collection = 'outcomes' and id = ${id}`.execute(db)
      return rows[0] && !rows[0].deleted ? rows[0].doc : null
    },
    /** Stores a file of any kind, as the type its bytes say, and returns its hash. */
    async storeFile(bytes: Buffer): Promise<string> {
      const hash = createHash('sha256').update(bytes).digest('hex')
      const headers = uploadHeaders({ hash, type: sniffType(bytes) ?? '', bytes: bytes.length })
      const answer = await app.inject({ method: 'POST', url: uploadsPath, headers, payload: bytes })
      if (answer.statusCode !== 201) throw new Error(`${answer.statusCode} ${answer.body}`)
      return hash
    },
    async close() {
      await publishing.stop()
      await app.close()
      if (!dataDir) await rm(folder, { recursive: true, force: true })
    },
  }
}

export type PublishingServer = Awaited<ReturnType<typeof startPublishing>>

export async function addWorkspace({ db }: Pick<Connections, 'db'>, id = workspaceId, name = handle): Promise<void> {
  await sql`
    insert into workspaces (id, owner_id, handle, name, epoch, created_at)
    values (${id}, ${`owner-${id}`}, ${name}, ${name}, ${`epoch-${id}`}, now())`.execute(db)
}

export const scheduleAt = (ms: number, fields: Partial<Post['plan']> = {}): Post['plan'] => ({
  id: newId(),
  mode: 'schedule',
  local: localIn(new Date(ms).toISOString(), 'Europe/Berlin'),
  zone: 'Europe/Berlin',
  at: new Date(ms).toISOString(),
  late: 'ask',
  ...fields,
})
export const publishNow = (fields: Partial<Post['plan']> = {}): Post['plan'] => ({
  id: newId(),
  mode: 'now',
  local: '',
  zone: '',
  at: '',
  late: 'ask',
  ...fields,
})
export const noPlan = (): Post['plan'] => ({ id: newId(), mode: 'draft', local: '', zone: '', at: '', late: 'ask' })

export { connect, samplePost }
