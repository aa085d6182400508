import { sql } from 'kysely'
import type { Post } from '../../shared/collections/posts.ts'
import type { Setting } from '../../shared/collections/settings.ts'
import { resolveLocal } from '../../shared/domain/schedule.ts'
import { checkSlug } from '../../shared/domain/slug.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Clock } from '../http/app.ts'
import type { Media } from '../media/index.ts'
import { type Content as PublicContent, readContent } from '../posts/content.ts'
import { projectProfile } from '../posts/profiles.ts'
import { restorePosts, withdrawPosts } from '../posts/publish.ts'
import { assignSlugs } from '../posts/slugs.ts'
import type { Change, Sync, Tx } from '../sync/index.ts'
import { type Content, type Decision, isReplanned, receive, remove, settle, wantsContent } from './decide.ts'
import type { Jobs } from './jobs.ts'
import { type Item, makePublic, problemOf } from './make-public.ts'
import { isPending, isPlainDraft, outcomeOf, type Publication } from './publication.ts'
import * as store from './store.ts'

type Parts = {
  sync: Sync
  media: Pick<Media, 'missing' | 'onArrived'>
  jobs: Pick<Jobs, 'enqueue'>
  clock: Clock
  /** Called within a transaction whose commit leaves something due soon. */
  soon(workspaceId: string): void
  /** A publication due within this time is looked at without waiting for its job. */
  leadMs: number
}

/** The edition of the zone data this process computes with, e.g. `2026c`. */
export const zoneData = process.versions.tz ?? 'unknown'

export type Intake = ReturnType<typeof createIntake>

/**
 * What devices and pictures bring: everything here runs inside the transaction that takes the change in, so that a post
 * the server has accepted and the promise to publish it are one commit.
 */
export function createIntake({ sync, media, jobs, clock, soon, leadMs }: Parts) {
  async function isPaused(tx: Tx, workspaceId: string): Promise<boolean> {
    const { rows } = await sql<{ paused: boolean | null }>`
      select (doc -> 'publishing' ->> 'paused')::boolean as paused from documents
      where workspace_id = ${workspaceId} and collection = 'settings' and id = 'publishing' and not deleted`.execute(tx)
    return rows[0]?.paused ?? false
  }

  /** Writes rows, tells devices, and makes sure that what is scheduled will be looked at in time. */
  async function record(tx: Tx, workspaceId: string, rows: readonly Publication[], enqueue: readonly Publication[]) {
    if (rows.length === 0) return
    await store.savePublications(tx, workspaceId, rows)
    const handle = rows.some((row) => row.live) ? await store.handleOf(tx, workspaceId) : ''
    await sync.write(
      tx,
      workspaceId,
      'outcomes',
      rows.map((row) => ({ ...outcomeOf(row, handle), _deleted: row.deleted })),
    )
    const horizon = clock.now() + leadMs
    if (rows.some((row) => row.state === 'scheduled' && (row.dueAt ?? 0) <= horizon)) soon(workspaceId)
    await jobs.enqueue(
      tx,
      enqueue.map((row) => ({ workspaceId, dueAt: row.dueAt ?? clock.now() })),
    )
  }

  /** Tells devices where their public posts are, after the handle has changed. */
  async function readdress(tx: Tx, workspaceId: string): Promise<void> {
    const handle = await store.handleOf(tx, workspaceId)
    const rows = await store.findLive(tx, workspaceId)
    await sync.write(
      tx,
      workspaceId,
      'outcomes',
      rows.map((row) => outcomeOf(row, handle)),
    )
  }

  /** What publishing each post would take. Most pushes are of drafts and never get here. */
  async function examine(tx: Tx, workspaceId: string, posts: readonly Post[], known: Map<string, Publication>) {
    const read = new Map<string, { content: PublicContent | null; error: GroverError | null }>()
    for (const post of posts) read.set(post.id, attempt(post))
    const needs = [...read.values()].flatMap(({ content }) => content?.images ?? [])
    const missing = new Set(await media.missing(tx, workspaceId, [...new Set(needs)]))
    const chosen = posts.filter((post) => post.slug !== '')
    const slugs =
      chosen.length === 0
        ? new Map<string, string | GroverError>()
        : await assignSlugs(
            tx,
            workspaceId,
            chosen.map((post) => ({
              postId: post.id,
              chosen: post.slug,
              title: post.title,
              current: known.get(post.id)?.slug ?? '',
            })),
          )
    const facts = new Map<string, Content & { content: PublicContent | null }>()
    for (const [id, { content, error }] of read) {
      const slug = slugs.get(id)
      const wrong = error ?? (slug instanceof GroverError ? slug : null)
      const images = content?.images ?? []
      facts.set(id, {
        content,
        needs: images,
        missing: images.filter((hash) => missing.has(hash)),
        problem: wrong ? problemOf(wrong) : null,
      })
    }
    return facts
  }

  async function takePosts(tx: Tx, changes: readonly Change[]): Promise<void> {
    const { workspaceId, now } = changes[0]!
    // The same post twice in one push: only the last version counts, as nobody can see the one before.
    const latest = [...new Map(changes.map((change) => [change.doc.id, change])).values()]
    const known = await store.findPublications(
      tx,
      workspaceId,
      latest.map((change) => change.doc.id),
    )
    const posts = latest.filter((change) => !change.deleted).map((change) => change.doc as Post)
    // Most pushes are of drafts, and a pause says nothing of them.
    const isPlanned = known.size > 0 || posts.some((post) => post.plan.mode !== 'draft')
    const paused = isPlanned && (await isPaused(tx, workspaceId))
    const examined = posts.filter((post) => wantsContent(known.get(post.id) ?? null, post))
    const facts = await examine(tx, workspaceId, examined, known)
    const done = await store.publishedPlans(
      tx,
      workspaceId,
      posts
        .filter((post) => (known.get(post.id)?.revision ?? 0) > 0)
        .map((post) => ({ postId: post.id, planId: post.plan.id })),
    )

    const decisions: Decision[] = []
    const updates: Item[] = []
    for (const { doc, deleted } of latest) {
      const row = known.get(doc.id) ?? null
      const post = doc as Post
      if (deleted) {
        if (row) decisions.push(remove(row))
        continue
      }
      const fact = facts.get(post.id) ?? null
      const dueAt = isReplanned(row, post.plan) ? dueOf(post, now) : (row?.dueAt ?? null)
      const decision = receive(
        row,
        post,
        { content: fact, dueAt, zoneData, planDone: done.has(post.id) },
        { now, paused },
      )
      // Of a plain draft there is nothing to tell: that the server has it, the answer to the push has said.
      if (!row && isPlainDraft(decision.row)) continue
      decisions.push(decision)
      if (decision.effects.release) updates.push({ row: decision.row, post, content: fact!.content!, as: 'update' })
    }
    if (decisions.length > 0) await carryOut(tx, workspaceId, decisions, updates, now)
  }

  async function carryOut(tx: Tx, workspaceId: string, decisions: Decision[], updates: readonly Item[], now: number) {
    const ids = (wanted: (decision: Decision) => boolean) =>
      decisions.filter(wanted).map((decision) => decision.row.postId)
    const withdrawn = ids((decision) => decision.effects.withdraw)
    const restored = ids((decision) => decision.effects.restore)
    await withdrawPosts(tx, workspaceId, withdrawn, now)
    await restorePosts(tx, workspaceId, restored)
    await store.appendLog(
      tx,
      workspaceId,
      decisions.flatMap(({ row, effects }) =>
        effects.withdraw || effects.restore
          ? [
              {
                postId: row.postId,
                action: effects.withdraw ? ('withdraw' as const) : ('restore' as const),
                planId: row.planId,
                revision: row.revision,
                dueAt: null,
                at: now,
              },
            ]
          : [],
      ),
    )
    const updated = new Map((await makePublic(tx, workspaceId, updates, now)).map((row) => [row.postId, row]))
    const rows = decisions.map(({ row }) => updated.get(row.postId) ?? row)
    await record(
      tx,
      workspaceId,
      rows,
      decisions.filter(({ effects }) => effects.enqueue).map(({ row }) => row),
    )
  }

  /** Looks again at rows for a reason that lies outside their posts; their content is as it was examined. */
  async function settleAll(
    tx: Tx,
    workspaceId: string,
    rows: readonly Publication[],
    reason: Parameters<typeof settle>[3],
    paused: boolean,
  ): Promise<void> {
    if (rows.length === 0) return
    const needs = [...new Set(rows.flatMap((row) => row.needs))]
    const missing = new Set(await media.missing(tx, workspaceId, needs))
    const now = clock.now()
    const settled = rows.map((row) =>
      settle(
        row,
        { needs: row.needs, missing: row.needs.filter((hash) => missing.has(hash)), problem: row.problem },
        { now, paused },
        reason,
      ),
    )
    await record(
      tx,
      workspaceId,
      settled,
      settled.filter((row, i) => row.state === 'scheduled' && rows[i]!.state !== 'scheduled'),
    )
  }

  /** Media may be ready now: plans that waited for them go on, updates that waited for them are shown. */
  async function takeMedia(tx: Tx, workspaceId: string, mediaIds: readonly string[]): Promise<void> {
    const rows = await store.findMissing(tx, workspaceId, mediaIds)
    if (rows.length === 0) return
    const missing = new Set(await media.missing(tx, workspaceId, [...new Set(rows.flatMap((row) => row.missing))]))
    const now = clock.now()
    const waiting = rows.filter((row) => row.pendingRelease !== '')
    const docs = await sync.read(
      tx,
      workspaceId,
      'posts',
      waiting.filter((row) => !row.missing.some((one) => missing.has(one))).map((row) => row.postId),
    )
    const updates: Item[] = []
    const rest: Publication[] = []
    for (const row of waiting) {
      const post = docs.get(row.postId) as Post | undefined
      const { content } = post ? attempt(post) : { content: null }
      const still = { ...row, missing: row.missing.filter((one) => missing.has(one)) }
      if (post && content) updates.push({ row: { ...still, pendingRelease: '' }, post, content, as: 'update' })
      else rest.push(still)
    }
    const updated = await makePublic(tx, workspaceId, updates, now)
    await record(tx, workspaceId, [...updated, ...rest], [])
    const fresh = new Map(updated.concat(rest).map((row) => [row.postId, row]))
    const pending = rows.map((row) => fresh.get(row.postId) ?? row).filter(isPending)
    await settleAll(tx, workspaceId, pending, 'arrived', await isPaused(tx, workspaceId))
  }

  async function takeSetting(tx: Tx, { workspaceId, doc, deleted }: Change): Promise<void> {
    const setting = doc as Setting
    if (setting.id === 'profile') await projectProfile(tx, workspaceId, deleted ? null : (setting.profile ?? null))
    if (setting.id !== 'publishing') return
    const paused = !deleted && (setting.publishing?.paused ?? false)
    const states = paused ? (['scheduled', 'claimed', 'waiting'] as const) : (['held'] as const)
    const rows = await store.findInStates(tx, workspaceId, states)
    await settleAll(tx, workspaceId, rows, paused ? 'edited' : 'resumed', paused)
  }

  return {
    /** Call once, before the server listens. */
    register(): void {
      sync.register('posts', {
        validate: (doc) => {
          const { slug } = doc as Post
          if (slug !== '') checkSlug(slug)
        },
        projectAll: takePosts,
      })
      sync.register('settings', { project: takeSetting })
      media.onArrived(takeMedia)
    },
    settleAll,
    record,
    readdress,
    isPaused,
  }
}

function attempt(post: Post): { content: PublicContent | null; error: GroverError | null } {
  try {
    return { content: readContent(post), error: null }
  } catch (error) {
    if (error instanceof GroverError) return { content: null, error }
    throw error
  }
}

/**
 * When the plan is due, by this server's clock and zone data; the device's own reading of its local time is not used.
 * Errors: the `schedule_…` ones, which refuse the document.
 */
function dueOf({ plan }: Post, now: number): number | null {
  switch (plan.mode) {
    case 'draft':
      return null
    case 'now':
      return now
    case 'schedule':
      return Date.parse(resolveLocal(plan.local, plan.zone).at)
  }
}
