import type { RxCollection, RxStorageChangeEvent } from 'rxdb'
import { BehaviorSubject } from 'rxjs'
import type { Media } from '../../../shared/collections/media.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { readSince } from '../posts/read-since.ts'
import type { StudioDatabase } from '../types.ts'

/** Every medium of this device, newest first, and which posts use it (by id of the medium). */
export type Library = {
  isReady: boolean
  media: readonly Media[]
  uses: ReadonlyMap<string, readonly string[]>
}

const pageSize = 500
/** A change is seen soon, because what is written next may build on it. */
const emitAfterMs = 60
/** Newcomers are gathered for longer: to draw each of a thousand imports would leave room for nothing else. */
const emitNewcomersAfterMs = 500
/** Of so few each is drawn at once. */
const fewMedia = 20

type Stored<T> = T & { _deleted?: boolean }

/**
 * The media of this device in memory, read once and following every change; opened by whoever first looks at it, because
 * most starts of the studio do not.
 */
export function openLibrary({ db, onError }: { db: StudioDatabase; onError(error: unknown): void }) {
  const media = new Map<string, Media>()
  const usedBy = new Map<string, readonly string[]>()
  const library$ = new BehaviorSubject<Library>({ isReady: false, media: [], uses: new Map() })
  /** What has changed while the database was being read: what was read may be older. */
  const changedMeanwhile = new Set<string>()
  let isReady = false
  let isClosed = false
  let timer: ReturnType<typeof setTimeout> | undefined
  let timerEndsAt = 0

  function takeMedium(document: Stored<Media>): void {
    const { _meta, _rev, _attachments, _deleted, ...medium } = document as Stored<Media> & Record<string, unknown>
    if (_deleted) media.delete(document.id)
    else media.set(document.id, medium as unknown as Media)
  }
  function takePost({ id, images, cover, _deleted }: Stored<Post>): void {
    const used = _deleted ? [] : [...new Set([...images, cover])].filter((each) => each !== '')
    if (used.length > 0) usedBy.set(id, used)
    else usedBy.delete(id)
  }

  function emit(): void {
    timer = undefined
    if (isClosed || !isReady) return
    const uses = new Map<string, string[]>()
    for (const [postId, ids] of usedBy) for (const id of ids) uses.set(id, [...(uses.get(id) ?? []), postId])
    const newestFirst = [...media.values()].sort((a, b) =>
      a.createdAt === b.createdAt ? (a.id < b.id ? -1 : 1) : a.createdAt < b.createdAt ? 1 : -1,
    )
    library$.next({ isReady, media: newestFirst, uses })
  }
  function emitWithin(ms: number): void {
    const endsAt = performance.now() + ms
    if (timer !== undefined && timerEndsAt <= endsAt) return
    clearTimeout(timer)
    timerEndsAt = endsAt
    timer = setTimeout(emit, ms)
  }

  const follow = <T extends { id: string }>(name: 'media' | 'posts', take: (document: Stored<T>) => void) =>
    (db[name] as unknown as RxCollection<T>).storageInstance.changeStream().subscribe(({ events }) => {
      let areNew = true
      for (const { operation, documentData } of events as RxStorageChangeEvent<T>[]) {
        if (!isReady) changedMeanwhile.add(`${name}|${documentData.id}`)
        take(documentData as Stored<T>)
        areNew &&= name === 'media' && operation === 'INSERT' && media.size > fewMedia
      }
      emitWithin(areNew ? emitNewcomersAfterMs : emitAfterMs)
    })
  const subscriptions = [follow<Media>('media', takeMedium), follow<Post>('posts', takePost)]

  async function read<T extends { id: string }>(name: 'media' | 'posts', take: (document: Stored<T>) => void) {
    for await (const { documents } of readSince(db[name].storageInstance as never, null, pageSize)) {
      if (isClosed) return
      for (const document of documents as unknown as Stored<T>[])
        if (!changedMeanwhile.has(`${name}|${document.id}`)) take(document)
    }
  }
  const load = async (): Promise<void> => {
    await read<Media>('media', takeMedium)
    await read<Post>('posts', takePost)
    isReady = true
    emit()
  }
  load().catch(onError)

  return {
    library$,
    close(): void {
      isClosed = true
      clearTimeout(timer)
      for (const subscription of subscriptions) subscription.unsubscribe()
    },
  }
}
