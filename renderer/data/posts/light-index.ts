import { getChangedDocumentsSince, type RxCollection, type RxStorageChangeEvent } from 'rxdb'
import { BehaviorSubject, Subject } from 'rxjs'
import type { Outcome } from '../../../shared/collections/outcomes.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { postState } from '../../../shared/domain/post-state.ts'
import type { LightPost, PostRow, StudioDatabase } from '../types.ts'
import type { Snapshots } from './snapshots.ts'

export type Text = Pick<Post, 'id' | 'title' | 'summary' | 'tags' | 'text'>

type Place = { id: string; lwt: number }
type Stored = { posts: LightPost[]; outcomes: Outcome[]; at: { posts: Place | null; outcomes: Place | null } }
const shape = 1
const pageSize = 500
const emitAfterMs = 16
const snapshotAfterMs = 5000
const reviewMs = 30_000

const light = ({ body, text, images, ...rest }: Post): LightPost => {
  const { _meta, _rev, _attachments, _deleted, ...post } = rest as LightPost & Record<string, unknown>
  return post as LightPost
}
const bareOutcome = (document: Outcome): Outcome => {
  const { _meta, _rev, _attachments, _deleted, ...outcome } = document as Outcome & Record<string, unknown>
  return outcome as Outcome
}

type Options = { db: StudioDatabase; snapshots: Snapshots; now(): number; onError(error: unknown): void }

/**
 * Every post of this device as a row, in memory and without its text, for lists, the calendar and counts. It is read
 * once and then follows the changes. What it knew at the last start comes from a snapshot, and only what has changed
 * since is read from the database: a studio with 10,000 posts has its list at once.
 */
export function openLightIndex({ db, snapshots, now, onError }: Options) {
  const posts = new Map<string, LightPost>()
  const outcomes = new Map<string, Outcome>()
  const rows = new Map<string, PostRow>()
  /** When each document read since the start was written: a page read before a change must not undo it. */
  const written = new Map<string, number>()
  const at: Stored['at'] = { posts: null, outcomes: null }
  const rows$ = new BehaviorSubject<readonly PostRow[]>([])
  const ready$ = new BehaviorSubject(false)
  /** A post whose words have changed, or an id that is gone. */
  const text$ = new Subject<Text | string>()
  const outcomes$ = new Subject<string>()
  let emitTimer: ReturnType<typeof setTimeout> | undefined
  let snapshotTimer: ReturnType<typeof setTimeout> | undefined
  let closed = false

  function refresh(id: string): void {
    const post = posts.get(id)
    if (!post) {
      if (rows.delete(id)) emitSoon()
      return
    }
    const outcome = outcomes.get(id) ?? null
    const next: PostRow = {
      ...post,
      state: postState(post, outcome, now()),
      path: outcome?.path ?? '',
      publishedAt: outcome?.publishedAt ?? '',
    }
    rows.set(id, next)
    emitSoon()
  }

  function emit(): void {
    clearTimeout(emitTimer)
    emitTimer = undefined
    if (!closed)
      rows$.next(
        [...rows.values()].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : a.updatedAt > b.updatedAt ? -1 : 0)),
      )
  }
  function emitSoon(): void {
    if (ready$.value) emitTimer ??= setTimeout(emit, emitAfterMs)
  }
  function snapshotSoon(): void {
    snapshotTimer ??= setTimeout(() => void saveSnapshot().catch(onError), snapshotAfterMs)
  }

  function isNewer(kind: 'post' | 'outcome', document: { id: string; _meta?: { lwt: number } }): boolean {
    const key = `${kind}|${document.id}`
    const lwt = document._meta?.lwt ?? 0
    if (lwt < (written.get(key) ?? 0)) return false
    written.set(key, lwt)
    return true
  }

  function takePost(document: Post & { _deleted?: boolean }): void {
    if (!isNewer('post', document)) return
    if (document._deleted) posts.delete(document.id)
    else posts.set(document.id, light(document))
    refresh(document.id)
  }
  function takeOutcome(document: Outcome & { _deleted?: boolean }): void {
    if (!isNewer('outcome', document)) return
    if (document._deleted) outcomes.delete(document.id)
    else outcomes.set(document.id, bareOutcome(document))
    if (posts.has(document.id)) refresh(document.id)
    outcomes$.next(document.id)
  }

  const follow = <T>(collection: RxCollection<T>, take: (document: T) => void, after?: (document: T) => void) =>
    collection.storageInstance.changeStream().subscribe((bulk) => {
      for (const event of bulk.events as RxStorageChangeEvent<T>[]) {
        take(event.documentData as T)
        after?.(event.documentData as T)
      }
      snapshotSoon()
    })
  const subscriptions = [
    follow<Post>(db.posts as never, takePost, (post) =>
      text$.next((post as { _deleted?: boolean })._deleted ? post.id : post),
    ),
    follow<Outcome>(db.outcomes as never, takeOutcome),
  ]

  /** Reads what has changed since `at`, in pages, so that the window stays alive. */
  async function catchUp(name: 'posts' | 'outcomes'): Promise<void> {
    const storage = db[name].storageInstance
    for (;;) {
      const page = await getChangedDocumentsSince(storage as never, pageSize, (at[name] ?? undefined) as never)
      if (closed || page.documents.length === 0) return
      for (const document of page.documents as unknown[])
        if (name === 'posts') takePost(document as Post)
        else takeOutcome(document as Outcome)
      at[name] = page.checkpoint as never
    }
  }

  async function saveSnapshot(): Promise<void> {
    snapshotTimer = undefined
    if (closed || !ready$.value) return
    await catchUp('posts')
    await catchUp('outcomes')
    const stored: Stored = { posts: [...posts.values()], outcomes: [...outcomes.values()], at: { ...at } }
    if (!closed) await snapshots.save({ shape, stored })
  }

  async function load(): Promise<void> {
    const saved = (await snapshots.load()) as { shape: number; stored: Stored } | null
    // Changes are found by this device's clock: one that was set back would hide them from the snapshot.
    const latest = Math.max(saved?.stored.at.posts?.lwt ?? 0, saved?.stored.at.outcomes?.lwt ?? 0)
    if (saved?.shape === shape && latest <= now()) {
      for (const outcome of saved.stored.outcomes) if (!outcomes.has(outcome.id)) outcomes.set(outcome.id, outcome)
      for (const post of saved.stored.posts)
        if (!posts.has(post.id)) {
          posts.set(post.id, post)
          refresh(post.id)
        }
      Object.assign(at, saved.stored.at)
    }
    await catchUp('outcomes')
    await catchUp('posts')
    if (closed) return
    ready$.next(true)
    emit()
    snapshotSoon()
  }
  const loaded = load().catch(onError)

  /** A plan that only this device knows becomes late as time passes. */
  const review = setInterval(() => {
    for (const [id, row] of rows)
      if (row.plan.mode === 'schedule' && row.state !== postState(row, outcomes.get(id) ?? null, now())) refresh(id)
  }, reviewMs)

  return {
    rows$,
    ready$,
    text$,
    outcomes$,
    loaded,
    outcome: (id: string): Outcome | null => outcomes.get(id) ?? null,
    /** A new array of the same rows: what was computed from them beside the rows has changed. */
    touch: () => {
      if (ready$.value) emit()
    },
    close(): void {
      closed = true
      clearTimeout(emitTimer)
      clearTimeout(snapshotTimer)
      clearInterval(review)
      for (const subscription of subscriptions) subscription.unsubscribe()
    },
  }
}

export type LightIndex = ReturnType<typeof openLightIndex>
