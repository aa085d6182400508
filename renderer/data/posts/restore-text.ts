import type * as Y from 'yjs'
import type { Post } from '../../../shared/collections/posts.ts'
import type { BodyNode } from '../../../shared/domain/richtext/index.ts'
import { GroverError } from '../../../shared/errors.ts'
import type { OpenBody, PostActions, StudioDatabase } from '../types.ts'
import { bodyFields, loadRichText } from './open-body.ts'
import type { Recorder } from './recorder.ts'

type Options = {
  db: StudioDatabase
  posts: Pick<PostActions, 'patch' | 'settle'>
  recorder: Pick<Recorder, 'beforeRestore'>
  openBody(postId: string): Promise<OpenBody>
}

/**
 * Makes a post's text say what `json` says, as an edit that is joined with everyone else's; what was there is kept as a
 * version. Resolves with the way back, which leaves what was written since in other paragraphs.
 * Errors: `not_found`, `body_invalid` when `json` cannot be read.
 */
export type RestoreText = (postId: string, json: BodyNode) => Promise<() => Promise<void>>

export function createRestoreText({ db, posts, recorder, openBody }: Options): RestoreText {
  async function edit<T>(postId: string, change: (doc: Y.Doc) => T): Promise<T> {
    const open = await openBody(postId)
    try {
      await posts.settle()
      await recorder.beforeRestore(postId)
      const changed = change(open.doc)
      await open.save()
      return changed
    } finally {
      await open.dispose()
    }
  }

  /** Where the text that is there cannot be read, there is nothing to join with. */
  async function replace(postId: string, json: BodyNode): Promise<() => Promise<void>> {
    const richText = await loadRichText()
    const post = (await db.posts.findOne(postId).exec())?.toMutableJSON() as Post
    const { body, text, words, images } = post
    await posts.patch(postId, bodyFields(richText, richText.openBody(richText.bodyFromJson(json)), post))
    return () => posts.patch(postId, { body, text, words, images })
  }

  return async (postId, json) => {
    const { restoreBody } = await loadRichText()
    try {
      const takeBack = await edit(postId, (doc) => restoreBody(doc, json))
      return () => edit(postId, takeBack)
    } catch (error) {
      if (error instanceof GroverError && error.code === 'body_invalid') return replace(postId, json)
      throw error
    }
  }
}
