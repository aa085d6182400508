import type { Post } from '../../../shared/collections/posts.ts'
import type { Version } from '../../../shared/collections/versions.ts'
import { fail } from '../../../shared/errors.ts'
import type { PostActions, PostFields, PostHistory, StudioDatabase } from '../types.ts'
import { loadRichText } from './open-body.ts'
import type { RestoreText } from './restore-text.ts'

type Options = {
  db: StudioDatabase
  posts: Pick<PostActions, 'patch' | 'settle'>
  restoreText: RestoreText
}

const readable = (
  { title, summary, slug, tags, visibility, cover }: Version | Post,
  keepSlug: boolean,
): PostFields => ({
  title,
  summary,
  tags,
  visibility,
  cover,
  ...(keepSlug ? {} : { slug }),
})

/** Brings back a version of a post: as edits to what it is now, so that they merge with everyone else's. */
export function createRestore({ db, posts, restoreText }: Options): PostHistory['restore'] {
  return async (version, { keepSlug = false } = {}) => {
    const { postId } = version
    const { unpackBody } = await loadRichText()
    const json = await unpackBody(version.body)
    await posts.settle()
    const document = await db.posts.findOne(postId).exec()
    if (!document) fail('not_found', 'This post does not exist any more.')
    const was = document.toMutableJSON() as Post
    const takeBack = await restoreText(postId, json)
    await posts.patch(postId, readable(version, keepSlug))
    return async () => {
      await takeBack()
      await posts.patch(postId, readable(was, keepSlug))
    }
  }
}
