import type { Post, Visibility } from '../../shared/collections/posts.ts'
import { cleanText } from '../../shared/domain/richtext/check.ts'
import { type BodyNode, readBody } from '../../shared/domain/richtext/index.ts'
import { fail } from '../../shared/errors.ts'

/** As many as an outcome can name as missing. */
const maxImages = 200

/** What readers would get of a post as it stands, but for its text: checked, and free of what cannot be shown. */
export type ContentHead = {
  title: string
  summary: string
  tags: string[]
  visibility: Visibility
  words: number
  cover: string
  /** Every picture it shows; all have to be stored before it is published. */
  images: string[]
}

/** With the text itself. */
export type Content = ContentHead & { body: BodyNode; text: string }

/**
 * The public content of a draft, out of its Yjs body; the projection that the device sent beside it is not trusted.
 * Errors: `body_invalid`, `document_invalid` (nothing to publish, or a kind that has no public page).
 */
export function readContent(post: Post): Content {
  if (post.kind !== 'post')
    fail('document_invalid', 'Only posts can be published on the page, not stories or newsletters.')
  const body = readBody(post.body)
  const title = oneLine(post.title)
  if (title === '' && body.text.trim() === '' && body.images.length === 0 && post.cover === '') {
    fail('document_invalid', 'There is nothing in this post yet: give it a title, a text or a picture.')
  }
  // `post.images` also counts: a device may name a picture that only another version of its editor knows.
  const images = [...new Set([...body.images, ...(post.cover ? [post.cover] : []), ...post.images])]
  if (images.length > maxImages)
    fail('body_invalid', `A post can show at most ${maxImages} pictures; this one has ${images.length}. Remove some.`)
  return {
    title,
    summary: cleanText(post.summary, 1000).trim(),
    tags: [...new Set(post.tags.map(oneLine).filter((tag) => tag !== ''))],
    visibility: post.visibility,
    body: body.json,
    text: body.text,
    words: body.words,
    cover: post.cover,
    images,
  }
}

const oneLine = (text: string): string => cleanText(text, 300).replace(/\s+/g, ' ').trim()
