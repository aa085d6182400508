import type { Plan, Post } from '../../../shared/collections/posts.ts'
import { newId } from '../../../shared/domain/id.ts'
import { isPublic } from '../../../shared/domain/post-state.ts'
import { resolveLocal } from '../../../shared/domain/schedule.ts'
import { type Lack, lacksOf } from '../../../shared/domain/unfinished.ts'
import { utcFromMs } from '../../../shared/domain/units.ts'
import { fail } from '../../../shared/errors.ts'
import type { PostActions, PostFields, SettingActions, StudioDatabase } from '../types.ts'
import { changePost, checkFields, nextStamp, type OnChanged } from './change.ts'
import type { Journal } from './journal.ts'
import { loadRichText } from './open-body.ts'

type Options = {
  db: StudioDatabase
  settings: Pick<SettingActions, 'get'>
  journal: Journal
  /** Writes what is typed in texts that are open. */
  saveTexts(): Promise<void>
  onChanged: OnChanged
  /** The post as it is now was planned, or handed to readers. */
  onHandedOn(id: string, why: 'planned' | 'published'): void
  now(): number
}

const draft = (late: Plan['late']): Plan => ({ id: newId(), mode: 'draft', local: '', zone: '', at: '', late })

/** What an author can do with a post. Each is one write on this device; the server hears of it when it can. */
export function createPostActions(options: Options): PostActions {
  const { db, settings, journal, saveTexts, onChanged, onHandedOn, now } = options
  const change = (id: string, fields: (post: Post) => Partial<Post>) => changePost(db, id, now, fields, { onChanged })
  const lateRule = async () => (await settings.get('publishing')).late
  const copyOf = async (id: string): Promise<Post> => {
    const document = await db.posts.findOne(id).exec()
    if (!document) fail('not_found', 'This post does not exist any more.')
    return document.toMutableJSON() as Post
  }

  /** Patches that are not on disk yet. */
  const patching = new Set<Promise<void>>()
  const settle = async (): Promise<void> => {
    await Promise.all([saveTexts(), ...patching])
  }

  async function patch(id: string, asShown: PostFields, build?: (post: Post) => PostFields): Promise<void> {
    checkFields(asShown)
    const forget = journal.note({ postId: id, fields: asShown })
    // What is stored now may be about to change by an edit before this one.
    const isCertain = patching.size > 0
    const make = (post: Post): Partial<Post> => {
      const fields = build?.(post) ?? asShown
      if (build) checkFields(fields)
      if (fields.cover === undefined || fields.images !== undefined) return fields
      // The post waits for all its pictures, the cover among them.
      const others = post.images.filter((hash) => hash !== post.cover)
      return { ...fields, images: [...new Set([...others, ...(fields.cover ? [fields.cover] : [])])] }
    }
    await changePost(db, id, now, make, { onChanged, isCertain }).finally(forget)
  }

  async function lacks(id: string): Promise<Lack[]> {
    const { title, words, body } = await copyOf(id)
    // The post's own list of pictures has the cover in it, which is none of the text's.
    const pictures = words > 0 ? 0 : (await loadRichText()).readBody(body).images.length
    return lacksOf({ title, words, pictures })
  }

  /** Every way to readers goes through here: with what is on the screen, and only when there is something to read. */
  async function handOn(id: string, fields: (post: Post) => Partial<Post>): Promise<void> {
    await settle()
    const missing = await lacks(id)
    if (missing.length > 0)
      fail('post_unfinished', `The post has no ${missing.join(' and no ')} yet. Nothing was published.`, { missing })
    await change(id, fields)
    onHandedOn(id, 'published')
  }

  async function create(fields: PostFields = {}): Promise<string> {
    checkFields(fields)
    const stamp = utcFromMs(now())
    const post: Post = {
      id: newId(now()),
      kind: 'post',
      title: '',
      summary: '',
      slug: '',
      tags: [],
      visibility: 'public',
      body: '',
      text: '',
      words: 0,
      cover: '',
      images: [],
      plan: draft(await lateRule()),
      release: '',
      withdrawn: '',
      createdAt: stamp,
      updatedAt: stamp,
      ...fields,
    }
    await db.posts.insert(post)
    return post.id
  }

  return {
    create,
    lacks,
    settle,

    patch(...edit) {
      const patched = patch(...edit)
      patching.add(patched)
      return patched.finally(() => patching.delete(patched))
    },

    async schedule(id, { local, zone, late }) {
      const { at } = resolveLocal(local, zone)
      const rule = late ?? (await lateRule())
      const plan: Plan = { id: newId(now()), mode: 'schedule', local, zone, at, late: rule }
      await change(id, () => ({ plan }))
      onHandedOn(id, 'planned')
    },

    // "Now" is when the server hears of it, however late that is: it has no time that could be missed.
    publishNow: (id) =>
      handOn(id, () => ({
        plan: { id: newId(now()), mode: 'now', local: '', zone: '', at: utcFromMs(now()), late: 'publish' },
      })),

    cancel: (id) => change(id, ({ plan }) => ({ plan: draft(plan.late) })),
    update: (id) => handOn(id, () => ({ release: newId(now()) })),
    unpublish: (id) => change(id, () => ({ withdrawn: newId(now()) })),

    async remove(id) {
      const document = await db.posts.findOne(id).exec()
      if (!document) fail('not_found', 'This post does not exist any more.')
      const outcome = await db.outcomes.findOne(id).exec()
      // As it was in the moment of deletion: something may have been written to it a moment before.
      const post = (await document.incrementalRemove()).toMutableJSON() as Post
      return async () => {
        const updatedAt = nextStamp(post.updatedAt, now())
        const plan = planAgain(post, outcome?.toMutableJSON() ?? null)
        await bringBack({ ...post, plan, updatedAt })
      }
    },

    async duplicate(id) {
      await settle()
      const { kind, title, summary, tags, visibility, body, text, words, cover, images } = await copyOf(id)
      const name = title ? `${[...title].slice(0, 296).join('')} (2)` : ''
      return create({ kind, title: name, summary, tags, visibility, body, text, words, cover, images })
    },
  }

  /** Joins the version that is to come back with what has become of the post since. */
  async function bringBack(again: Post): Promise<void> {
    const { resolve } = db.posts.conflictHandler
    const join = async (theirs: object): Promise<Post> => {
      const [newDocumentState, realMasterState] = [again, theirs].map((each) => ({ ...each, _deleted: false }))
      const { _deleted, ...post } = await resolve({ newDocumentState, realMasterState } as never, 'undo')
      return post as Post
    }
    // A text that was still open may have been saved after the deletion, or another device has deleted another version:
    // neither is known to come from the other.
    const [left] = await db.posts.storageInstance.findDocumentsById([again.id], true)
    try {
      await db.posts.insert(left ? await join(left) : again)
    } catch (error) {
      // Another device has gone on with it, as an edit outlives a deletion.
      const alive = await db.posts.findOne(again.id).exec()
      if (!alive) throw error
      await alive.incrementalModify(async (data) => ({ ...data, ...(await join(data)) }))
    }
  }

  /**
   * The server may have heard of the deletion, and with it have forgotten the plan and taken the page down: what is
   * brought back is planned, or published, anew. Not where edits were never meant to be public yet: those stay a draft.
   */
  function planAgain(post: Post, outcome: Parameters<typeof isPublic>[0]): Plan {
    if (isPublic(outcome))
      return outcome?.publishedVersion === post.updatedAt
        ? { ...post.plan, id: newId(now()), mode: 'now', local: '', zone: '', at: utcFromMs(now()), late: 'publish' }
        : draft(post.plan.late)
    return post.plan.mode === 'draft' ? post.plan : { ...post.plan, id: newId(now()) }
  }
}
