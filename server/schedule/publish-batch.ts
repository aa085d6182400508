import { sql } from 'kysely'
import { type Post, posts as postsCollection } from '../../shared/collections/posts.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Clock } from '../http/app.ts'
import type { Media } from '../media/index.ts'
import { type Content, readContent } from '../posts/content.ts'
import { findPrepared } from '../posts/prepared.ts'
import type { PublicVersion } from '../posts/publish.ts'
import type { Sync, Tx } from '../sync/index.ts'
import type { Claim } from './claims.ts'
import { settle } from './decide.ts'
import type { Intake } from './intake.ts'
import { type Item, makePublic, problemOf } from './make-public.ts'
import type { Problem, Publication } from './publication.ts'
import { findClaimed } from './store.ts'

type Parts = { sync: Sync; media: Pick<Media, 'missing'>; intake: Intake; clock: Clock }

/** What publishing needs to know of a post; its text may lie ready in the database, then it is not here. */
export type Prepared = {
  /** The version of the document this was read from: an edit since then makes it void. */
  seq: number
  post: Pick<Post, 'slug' | 'updatedAt' | 'release'>
  content: PublicVersion['content'] | null
  problem: Problem | null
}

export function prepare(
  { slug, updatedAt, release, ...rest }: Post,
  seq: number,
): Prepared & { content: Content | null } {
  const post = { slug, updatedAt, release }
  try {
    return { seq, post, content: readContent({ ...rest, ...post }), problem: null }
  } catch (error) {
    if (!(error instanceof GroverError)) throw error
    return { seq, post, content: null, problem: problemOf(error) }
  }
}

/**
 * Carries out the claims of one workspace in one transaction: all their posts are public, with their revisions, log and
 * outcomes, or none is. Claims that are no longer ours (taken over, cancelled, held, deleted) are passed over.
 * Returns what became public.
 */
export function createPublishBatch({ sync, media, intake, clock }: Parts) {
  /** The posts as they are now; what was prepared is used where nothing has changed since. */
  async function readPosts(tx: Tx, workspaceId: string, ids: string[], prepared: ReadonlyMap<string, Prepared>) {
    const stored = await findPrepared(tx, workspaceId, ids)
    const known = ids.map((id) => {
      const ready = prepared.get(id)
      if (!ready) return -1
      return ready.content === null || stored.get(id) === ready.seq ? ready.seq : -1
    })
    const { rows } = await sql<{ id: string; seq: number; doc: object | null; version: number }>`
      select id, seq, case when seq = p.known then null else doc end as doc, schema_version as version
      from unnest(${ids}::text[], ${known}::bigint[]) as p(post_id, known)
      join documents on workspace_id = ${workspaceId} and collection = 'posts' and id = p.post_id
      where not deleted`.execute(tx)
    return new Map(
      rows.map(({ id, seq, doc, version }) => [
        id,
        doc ? prepare(upgrade<Post>(postsCollection, doc, version), seq) : prepared.get(id)!,
      ]),
    )
  }

  return async function publishBatch(
    workspaceId: string,
    claims: readonly Claim[],
    prepared: ReadonlyMap<string, Prepared>,
  ): Promise<Publication[]> {
    return await sync.transaction(workspaceId, async (tx) => {
      const rows = await findClaimed(tx, workspaceId, claims)
      if (rows.length === 0) return []
      const posts = await readPosts(
        tx,
        workspaceId,
        rows.map((row) => row.postId),
        prepared,
      )
      const needs = [...new Set([...posts.values()].flatMap(({ content }) => content?.images ?? []))]
      const missing = new Set(await media.missing(tx, workspaceId, needs))
      // Read after the lock was had: waiting for it may have taken long.
      const now = clock.now()
      const items: Item[] = []
      const others: Publication[] = []
      for (const row of rows) {
        const found = posts.get(row.postId)
        // A row outlives its document only if somebody reached into the database.
        if (!found) {
          others.push({ ...row, state: 'failed', problem: { code: 'not_found', message: 'The post is gone.' } })
          continue
        }
        const images = found.content?.images ?? []
        const content = {
          needs: images,
          missing: images.filter((hash) => missing.has(hash)),
          problem: found.problem,
        }
        const settled = settle(row, content, { now, paused: false }, 'due')
        if (settled.state === 'claimed' && found.content) {
          items.push({ row: settled, post: found.post, content: found.content, as: 'publish' })
        } else others.push(settled)
      }
      const done = await makePublic(tx, workspaceId, items, now)
      await intake.record(tx, workspaceId, [...done, ...others], [])
      return done.filter((row) => row.state === 'published')
    })
  }
}
