import type { Post } from '../../../shared/collections/posts.ts'
import type { Version } from '../../../shared/collections/versions.ts'
import type { BodyNode } from '../../../shared/domain/richtext/index.ts'
import { fail } from '../../../shared/errors.ts'
import type { OpenBody, PostActions, PostFields, PostHistory, StudioDatabase } from '../types.ts'
import { loadRichText } from './open-body.ts'
import type { Recorder } from './recorder.ts'

type Options = {
  db: StudioDatabase
  posts: Pick<PostActions, 'patch' | 'settle'>
  recorder: Pick<Recorder, 'beforeRestore'>
  openBody(postId: string): Promise<OpenBody>
}
type State = { json: BodyNode; fields: PostFields }

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
export function createRestore({ db, posts, recorder, openBody }: Options): PostHistory['restore'] {
  async function apply(postId: string, { json, fields }: State): Promise<void> {
    const { restoreBody } = await loadRichText()
    const body = await openBody(postId)
    try {
      restoreBody(body.doc, json)
      await body.save()
    } finally {
      await body.dispose()
    }
    await posts.patch(postId, fields)
  }

  return async (version, { keepSlug = false } = {}) => {
    const { postId } = version
    const { readBody, unpackBody } = await loadRichText()
    const wanted: State = { json: await unpackBody(version.body), fields: readable(version, keepSlug) }
    await posts.settle()
    const document = await db.posts.findOne(postId).exec()
    if (!document) fail('not_found', 'This post does not exist any more.')
    const was = document.toMutableJSON() as Post
    await recorder.beforeRestore(postId)
    await apply(postId, wanted)
    return () => apply(postId, { json: readBody(was.body).json, fields: readable(was, keepSlug) })
  }
}
