import type { RxCollection } from 'rxdb'
import { from, map, type Observable, switchMap } from 'rxjs'
import type { Post } from '../../../shared/collections/posts.ts'
import type { Version } from '../../../shared/collections/versions.ts'
import { thin } from '../../../shared/domain/history/thinning.ts'
import { newId } from '../../../shared/domain/id.ts'
import { sameJson } from '../../../shared/domain/merge/index.ts'
import type { StudioDatabase } from '../types.ts'
import { nextStamp } from './change.ts'
import { loadRichText } from './open-body.ts'

/** So much editing of a post makes one version. */
const stretchMs = 10 * 60_000
/** Thinning waits until nobody has written a version for so long. */
const quietMs = 5000

type Why = Version['why']
type Options = {
  db: StudioDatabase
  versions: () => Promise<RxCollection<Version>>
  /** What this device is called. */
  device: string
  now(): number
  /** By how much this device's clock is ahead of the server's, ms; null while that is not known. */
  aheadMs(): number | null
  onError(error: unknown): void
}

type Fields = Pick<Version, 'title' | 'summary' | 'slug' | 'tags' | 'visibility' | 'cover' | 'words'>

/** What of a post a version holds, beside its text. */
const versionFields = ({ title, summary, slug, tags, visibility, cover, words }: Fields): Fields => ({
  title,
  summary,
  slug,
  tags: [...tags],
  visibility,
  cover,
  words,
})

/** A title with nothing under it yet is no work to lose. */
const isEmpty = ({ words, images }: Post): boolean => words === 0 && images.length === 0

/**
 * Keeps versions of posts while they are edited on this device. A version is kept of what is about to be written over:
 * of the state that editing begins with, after every ten minutes of it, and of what it ends with. So the present state
 * needs none, and no version is written for a post that is only read.
 */
export function createRecorder({ db, versions, device, now, aheadMs, onError }: Options) {
  /** When a version of a post that is being edited was last kept. */
  const editing = new Map<string, number>()
  const toThin = new Set<string>()
  let thinTimer: ReturnType<typeof setTimeout> | undefined
  let isClosed = false
  let queue: Promise<void> = Promise.resolve()

  /** One after the other, so that each sees the one before it; what fails is said, and costs a version, never the post. */
  const inTurn = (work: () => Promise<void>): Promise<void> => {
    queue = queue.then(work).catch(onError)
    return queue
  }

  const newestOf = async (postId: string): Promise<Version | null> => {
    const found = (await versions()).find({ selector: { postId }, sort: [{ at: 'desc' }], limit: 1 })
    return ((await found.exec())[0]?.toMutableJSON() as Version | undefined) ?? null
  }

  /** `at`: when the post was this way, epoch ms. */
  async function write(post: Post, why: Why, by: string, at: number): Promise<void> {
    if (isEmpty(post)) return
    const { readBody, packBody, unpackBody } = await loadRichText()
    const { json } = readBody(post.body)
    const fields = versionFields(post)
    const newest = await newestOf(post.id)
    if (newest && sameJson(versionFields(newest), fields) && sameJson(await unpackBody(newest.body), json)) {
      // What was kept in passing has turned out to be what readers got.
      const matters = why === 'published' || (why === 'planned' && newest.why !== 'published')
      if (!matters || newest.why === why) return
      await (await (await versions()).findOne(newest.id).exec())?.incrementalPatch({ why })
      return
    }
    await (await versions()).insert({
      id: newId(now()),
      postId: post.id,
      at: nextStamp(newest?.at ?? '', at),
      device: by,
      why,
      ...fields,
      body: await packBody(json),
    })
    thinSoon(post.id)
  }

  const current = async (postId: string): Promise<Post | null> =>
    ((await db.posts.findOne(postId).exec())?.getLatest().toMutableJSON() as Post | undefined) ?? null

  const keepCurrent = (postId: string, why: Why): Promise<void> =>
    inTurn(async () => {
      const post = await current(postId)
      if (post) await write(post, why, device, why === 'edited' ? Date.parse(post.updatedAt) : now())
    })

  function changed(before: Post, after: Post): void {
    if (before.body === after.body && sameJson(versionFields(before), versionFields(after))) return
    const keptAt = editing.get(after.id)
    const isDue = keptAt === undefined || now() - keptAt >= stretchMs
    if (!isDue) return
    editing.set(after.id, now())
    // What editing begins with may be another device's work, or this one's of a day long gone: nobody knows.
    const by = keptAt === undefined ? '' : device
    void inTurn(() => write(before, 'edited', by, Date.parse(before.updatedAt)))
  }

  function thinSoon(postId: string): void {
    if (isClosed) return
    toThin.add(postId)
    clearTimeout(thinTimer)
    thinTimer = setTimeout(() => {
      const ids = [...toThin]
      toThin.clear()
      for (const id of ids) void inTurn(() => thinNow(id))
    }, quietMs)
  }

  /** By the server's clock: one device that is wrong about the day would thin everybody's history. */
  async function thinNow(postId: string): Promise<void> {
    const ahead = aheadMs()
    if (ahead === null) return
    const collection = await versions()
    const found = await collection.find({ selector: { postId }, sort: [{ at: 'asc' }] }).exec()
    for (const { id } of thin(found, now() - ahead)) {
      const version = found.find((each) => each.id === id)
      // A deleted document stays as a mark for other devices: without its words it is a small one.
      await version?.incrementalModify((data) => ({ ...data, title: '', summary: '', body: '', _deleted: true }))
    }
  }

  return {
    changed,
    /** Editing of a post has ended: what it came to is kept, by the name of the device that wrote it. */
    left(postId: string): void {
      if (editing.delete(postId)) void keepCurrent(postId, 'edited')
    },
    handedOn(postId: string, why: 'planned' | 'published'): void {
      editing.set(postId, now())
      void keepCurrent(postId, why)
    },
    conflict(mine: Post): void {
      void inTurn(() => write(mine, 'conflict', device, Date.parse(mine.updatedAt)))
    },
    /** Resolves when the present state of a post is kept, before another takes its place. */
    beforeRestore(postId: string): Promise<void> {
      editing.set(postId, now())
      return keepCurrent(postId, 'restored')
    },
    versions$: (postId: string): Observable<readonly Version[]> =>
      from(versions()).pipe(
        switchMap((collection) => collection.find({ selector: { postId }, sort: [{ at: 'desc' }] }).$),
        map((found) => found.map((each) => each.toMutableJSON() as Version)),
      ),
    /** Thins a post's versions now instead of in the next quiet moment. */
    thin: (postId: string): Promise<void> => inTurn(() => thinNow(postId)),
    /** Ends all editing; resolves when what it came to is kept. */
    async close(): Promise<void> {
      isClosed = true
      clearTimeout(thinTimer)
      for (const postId of editing.keys()) void keepCurrent(postId, 'edited')
      editing.clear()
      await queue
    },
  }
}

export type Recorder = ReturnType<typeof createRecorder>
