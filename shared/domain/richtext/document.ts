import type { Node } from '@tiptap/pm/model'
import { prosemirrorToYXmlFragment } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { fail, GroverError } from '../../errors.ts'
import { type BodyNode, checkBody } from './check.ts'
import { applyBody, decodeBody, encodeBody, openBody } from './decode.ts'
import { bodyField } from './extensions.ts'
import { isMedium, maxBodyLength } from './limits.ts'
import { countWords } from './words.ts'

export type { BodyNode } from './check.ts'
export { applyBody, encodeBody, openBody } from './decode.ts'

/** What lists, search and the wait for media need to know of a body; `images` are the ids of all its media. */
export type BodyProjection = { text: string; words: number; images: string[] }
export type ReadBody = BodyProjection & { json: BodyNode }

/** A body with nothing in it. It is the same for everyone: two devices' empty bodies merge to an empty one. */
export const emptyBody = (): string => 'AAA='

/** Plain text (a line for each block and line break), its words, and the media in order, each once. */
function project(doc: Node): BodyProjection {
  const lines: string[] = ['']
  const add = (text: string) => {
    lines[lines.length - 1] += text
  }
  const images = new Set<string>()
  doc.descendants((node) => {
    if (node.isText) add(node.text ?? '')
    else if (node.type.name === 'hardBreak') add('\n')
    else if (node.isTextblock) lines.push('')
    else if (isMedium(node.type.name)) {
      images.add(String(node.attrs.hash))
      lines.push(String(node.attrs.caption))
    } else if (node.type.name === 'embed') lines.push(String(node.attrs.title))
  })
  const text = lines.filter((line) => line !== '').join('\n')
  return { text, words: countWords(text), images: [...images] }
}

function checkedDoc(ydoc: Y.Doc): Node {
  try {
    return checkBody(decodeBody(ydoc))
  } catch (error) {
    if (error instanceof GroverError) throw error
    return fail('body_invalid', 'The text of the post is damaged and could not be read.')
  }
}

/**
 * Reads a post's body: base64 of a Yjs update → checked ProseMirror JSON with its projection.
 * @throws GroverError `body_invalid` with a sentence, for anything that is not wholly understood.
 */
export function readBody(base64: string): ReadBody {
  const ydoc = openBody(base64)
  try {
    const doc = checkedDoc(ydoc)
    return { json: doc.toJSON() as BodyNode, ...project(doc) }
  } finally {
    ydoc.destroy()
  }
}

/** The projection of a document that is being edited. */
export const projectDoc = (ydoc: Y.Doc): BodyProjection => project(checkedDoc(ydoc))

/** A body made from ProseMirror JSON (imports, samples), checked as a stranger's would be. */
export function bodyFromJson(json: BodyNode): string {
  const doc = checkBody(json)
  const ydoc = new Y.Doc()
  prosemirrorToYXmlFragment(doc, ydoc.getXmlFragment(bodyField))
  return encodeBody(ydoc)
}

/**
 * Both sides' edits in one body. Order does not matter and repeating changes nothing.
 * @throws GroverError `body_invalid` when one of them cannot be read or the whole has grown too large.
 */
export function mergeBodies(a: string, b: string): string {
  if (a === b) return a
  const ydoc = new Y.Doc()
  applyBody(ydoc, a)
  applyBody(ydoc, b)
  const merged = encodeBody(ydoc)
  ydoc.destroy()
  if (merged.length > maxBodyLength)
    fail('body_invalid', 'The text of the post with its history is larger than 1.9 MB.')
  return merged
}
