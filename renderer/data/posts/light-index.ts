import type { RxCollection, RxStorageChangeEvent } from 'rxdb'
import { BehaviorSubject, Subject } from 'rxjs'
import type { Outcome } from '../../../shared/collections/outcomes.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { postState } from '../../../shared/domain/post-state.ts'
import type { LightPost, PostRow, StudioDatabase } from '../types.ts'
import { type Place, readSince } from './read-since.ts'
import type { Snapshots } from './snapshots.ts'

export type Text = Pick<Post, 'id' | 'title' | 'summary' | 'tags' | 'text'>

type Stored = { posts: LightPost[]; outcomes: Outcome[]; at: { posts: Place | null; outcomes: Place | null } }
const shape = 2
const pageSize = 500
const emitAfterMs = 16
/** A snapshot costs a moment of the window, the changes since it a moment of the next start: so not for each change. */
const snapshotAfterMs = 1500
const snapshotAfterChanges = 100
/** How much of what another window wrote may still have been on its way to us when a snapshot was taken. */
const marginMs = 5000
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
  /** What has changed while a page was being read: the page may be older and must not undo it. */
  const changedMeanwhile = new Set<string>()
  const at: Stored['at'] = { posts: null, outcomes: null }
  const rows$ = new BehaviorSubject<readonly PostRow[]>([])
  const ready$ = new BehaviorSubject(false)
  /** A post whose words have changed, or an id that is gone. */
  const text$ = new Subject<Text | string>()
  const outcomes$ = new Subject<string>()
  let emitTimer: ReturnType<typeof setTimeout> | undefined
  let snapshotTimer: ReturnType<typeof setTimeout> | undefined
  let changesSinceSnapshot = 0
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
  function snapshotSoon(changes: number): void {
    changesSinceSnapshot += changes
    if (changesSinceSnapshot < snapshotAfterChanges) return
    // Once it is quiet: in the middle of a first pull it would be out of date before it was written.
    clearTimeout(snapshotTimer)
    snapshotTimer = setTimeout(() => void saveSnapshot().catch(onError), snapshotAfterMs)
  }

  function advance(name: 'posts' | 'outcomes', place: Place | undefined): void {
    const known = at[name]
    if (place && (!known || place.lwt > known.lwt || (place.lwt === known.lwt && place.id > known.id)))
      at[name] = { id: place.id, lwt: place.lwt }
  }

  function takePost(document: Post & { _deleted?: boolean }): void {
    if (document._deleted) posts.delete(document.id)
    else posts.set(document.id, light(document))
    refresh(document.id)
  }
  function takeOutcome(document: Outcome & { _deleted?: boolean }): void {
    if (document._deleted) outcomes.delete(document.id)
    else outcomes.set(document.id, bareOutcome(document))
    if (posts.has(document.id)) refresh(document.id)
    outcomes$.next(document.id)
  }

  const follow = <T>(name: 'posts' | 'outcomes', take: (document: T) => void) =>
    (db[name] as unknown as RxCollection<T>).storageInstance.changeStream().subscribe((bulk) => {
      for (const event of bulk.events as RxStorageChangeEvent<T>[]) {
        changedMeanwhile.add(`${name}|${event.documentId}`)
        take(event.documentData as T)
      }
      if (ready$.value) changedMeanwhile.clear()
      // Until everything has been read, there is more before this place than is known.
      if (ready$.value) advance(name, bulk.checkpoint as Place)
      snapshotSoon(bulk.events.length)
    })
  const subscriptions = [
    follow<Post & { _deleted?: boolean }>('posts', (post) => {
      takePost(post)
      text$.next(post._deleted ? post.id : post)
    }),
    follow<Outcome>('outcomes', takeOutcome),
  ]

  const take = (name: 'posts' | 'outcomes', documents: readonly unknown[]): void => {
    for (const document of documents as { id: string }[]) {
      if (changedMeanwhile.has(`${name}|${document.id}`)) continue
      if (name === 'posts') takePost(document as Post)
      else takeOutcome(document as Outcome)
    }
  }

  /**
   * Reads what has changed since `at`, or everything, in pages, so that the window stays alive. Resolves with how much
   * that was.
   */
  async function catchUp(name: 'posts' | 'outcomes'): Promise<number> {
    let count = 0
    for await (const page of readSince(db[name].storageInstance as never, at[name], pageSize)) {
      if (closed) break
      take(name, page.documents)
      at[name] = page.place
      count += page.documents.length
    }
    return count
  }

  async function saveSnapshot(): Promise<void> {
    if (closed || !ready$.value) return
    changesSinceSnapshot = 0
    // What another window wrote in the last moments may still be on its way to this one: the next start looks again.
    const certain = now() - marginMs
    const reached = (place: Place | null) => (place && place.lwt > certain ? { id: '', lwt: certain } : place)
    const stored: Stored = {
      posts: [...posts.values()],
      outcomes: [...outcomes.values()],
      at: { posts: reached(at.posts), outcomes: reached(at.outcomes) },
    }
    await snapshots.save({ shape, stored })
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
    const changes = (await catchUp('outcomes')) + (await catchUp('posts'))
    if (closed) return
    ready$.next(true)
    emit()
    snapshotSoon(changes)
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
