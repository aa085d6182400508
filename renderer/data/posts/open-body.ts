import type * as Y from 'yjs'
import type { Post } from '../../../shared/collections/posts.ts'
import { fail, GroverError } from '../../../shared/errors.ts'
import type { OpenBody, StudioDatabase } from '../types.ts'
import { changePost, type OnChanged } from './change.ts'
import type { Journal } from './journal.ts'

const saveAfterMs = 400
/** Someone who never pauses is saved too. */
const saveAtLatestMs = 3000
/** How soon a write that failed is tried again: a disk that is full now may have room later. */
const tryAgainMs = 5000
/** Marks changes that came from the database: they are not ours to write back. */
const stored = Symbol('stored')

type Options = {
  db: StudioDatabase
  journal: Journal
  now(): number
  onChanged: OnChanged
  /** The last editor of this text in this window has been left. */
  onLeft(postId: string): void
  onError(error: unknown): void
}

/** Loaded with the first text that is opened: the rules of rich text are most of an editor. */
export const loadRichText = () => import('../../../shared/domain/richtext/index.ts')
type RichText = Awaited<ReturnType<typeof loadRichText>>

/**
 * The fields of a post that follow its text; the cover is a picture the post waits for like any other. A text that the
 * server will not take is written all the same, with what lists showed before: the server says what is wrong with it.
 */
export function bodyFields(richText: RichText, doc: Y.Doc, { cover, text, words, images }: Post): Partial<Post> {
  const body = richText.encodeBody(doc)
  try {
    const read = richText.projectDoc(doc)
    return {
      body,
      text: read.text,
      words: read.words,
      images: [...new Set([...read.images, ...(cover ? [cover] : [])])],
    }
  } catch (error) {
    if (!(error instanceof GroverError)) throw error
    return { body, text, words, images }
  }
}

async function openOne(postId: string, { db, journal, now, onChanged, onError }: Options) {
  const richText = await loadRichText()
  const document = await db.posts.findOne(postId).exec()
  if (!document) fail('not_found', 'This post does not exist any more.')
  const doc = richText.openBody(document.body)
  let seen = document.body
  /** Edits that no write has taken up yet, and writes that are not on disk yet. */
  let unsaved = false
  let writes = 0
  let firstUnsavedAt = 0
  let timer: ReturnType<typeof setTimeout> | undefined
  let queue: Promise<void> = Promise.resolve()
  let forget: () => void = () => {}

  function take(body: string): void {
    if (body === seen) return
    seen = body
    richText.applyBody(doc, body, stored)
  }

  async function write(): Promise<void> {
    if (!unsaved) return
    unsaved = false
    firstUnsavedAt = 0
    try {
      const fields = (post: Post): Partial<Post> => {
        // Both sides' edits, those that came in meanwhile too: joined in the same step that writes them.
        take(post.body)
        const next = bodyFields(richText, doc, post)
        seen = next.body as string
        return next
      }
      await changePost(db, postId, now, fields, { isCertain: true, onChanged })
    } catch (error) {
      unsaved = true
      note()
      clearTimeout(timer)
      timer = setTimeout(() => void save().catch(onError), tryAgainMs)
      throw error
    }
    if (!unsaved) forget()
  }

  /** Takes down what is not in the database, at once and where a closing page cannot lose it. */
  function note(): void {
    const forgetLast = forget
    forget = journal.note({ postId, update: richText.encodeBody(doc) })
    forgetLast()
  }

  function save(): Promise<void> {
    clearTimeout(timer)
    writes++
    const run = queue.then(write).finally(() => {
      writes--
    })
    queue = run.catch(() => {})
    return run
  }

  function onUpdate(_update: Uint8Array, origin: unknown): void {
    if (origin === stored) return
    unsaved = true
    firstUnsavedAt ||= now()
    clearTimeout(timer)
    const patienceMs = Math.max(0, Math.min(saveAfterMs, firstUnsavedAt + saveAtLatestMs - now()))
    timer = setTimeout(() => void save().catch(onError), patienceMs)
  }

  /** A page that is closing gets no further turn. */
  function takeDown(): void {
    if (!unsaved && writes === 0) return
    note()
    void save().catch(onError)
  }
  const onVisibility = (): void => {
    if (globalThis.document?.visibilityState === 'hidden') takeDown()
  }

  doc.on('update', onUpdate)
  globalThis.window?.addEventListener('pagehide', takeDown)
  globalThis.document?.addEventListener('visibilitychange', onVisibility)
  const subscription = document.$.subscribe((next) => {
    try {
      take(next.body)
    } catch (error) {
      onError(error)
    }
  })

  return {
    doc,
    save,
    /** Only for a text that is saved: what is not would be lost. */
    close(): void {
      clearTimeout(timer)
      globalThis.window?.removeEventListener('pagehide', takeDown)
      globalThis.document?.removeEventListener('visibilitychange', onVisibility)
      subscription.unsubscribe()
      doc.off('update', onUpdate)
      doc.destroy()
    },
  }
}

type Open = Awaited<ReturnType<typeof openOne>>

/** Opens posts' texts for editing; a post opened twice in a window is one document. */
export function createBodies(options: Options) {
  const open = new Map<string, { users: number; body: Promise<Open> }>()
  return {
    /** Errors: `not_found`, `body_invalid`. */
    async openBody(postId: string): Promise<OpenBody> {
      const entry = open.get(postId) ?? { users: 0, body: openOne(postId, options) }
      open.set(postId, entry)
      entry.users++
      const body = await entry.body.catch((error) => {
        open.delete(postId)
        throw error
      })
      let isDisposed = false
      return {
        doc: body.doc,
        save: body.save,
        async dispose() {
          if (isDisposed) return
          isDisposed = true
          entry.users--
          // A text that cannot be saved stays open, and goes on trying.
          await body.save()
          if (entry.users > 0 || open.get(postId) !== entry) return
          open.delete(postId)
          body.close()
          options.onLeft(postId)
        },
      }
    },
    /** Writes everything that is open. */
    async saveAll(): Promise<void> {
      await Promise.all([...open.values()].map(async ({ body }) => (await body).save()))
    },
  }
}
