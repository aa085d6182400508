import type { Post } from '../../../../shared/collections/posts.ts'
import type { Version } from '../../../../shared/collections/versions.ts'

/** The newest version, or the one before it where that says what the post says now. */
export async function firstToShow(
  [newest, before]: readonly Pick<Version, 'id' | 'title' | 'body'>[],
  post: Pick<Post, 'title' | 'body'>,
): Promise<string | undefined> {
  if (!newest || !before || newest.title !== post.title) return newest?.id
  const { readBody, unpackBody } = await import('../../../../shared/domain/richtext/index.ts')
  try {
    const same = JSON.stringify(await unpackBody(newest.body)) === JSON.stringify(readBody(post.body).json)
    return same ? before.id : newest.id
  } catch {
    // One of the two cannot be read: whoever looks at it is told.
    return newest.id
  }
}
