import * as Y from 'yjs'
import { fail } from '../../errors.ts'
import { type BodyNode, guard } from './check.ts'
import { bodyField } from './extensions.ts'
import { maxBodyLength } from './limits.ts'

const unreadable = () => fail('body_invalid', 'The text of the post is damaged and could not be read.')

/** The bytes of a body. Empty text is the empty document. */
function bodyBytes(base64: string): Uint8Array {
  if (base64 === '') return new Uint8Array([0, 0])
  if (base64.length > maxBodyLength)
    fail('body_invalid', 'The text of the post with its history is larger than 1.9 MB.')
  if (base64.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(base64)) return unreadable()
  const binary = atob(base64)
  const bytes = new Uint8Array(binary.length)
  for (let i = 0; i < binary.length; i++) bytes[i] = binary.charCodeAt(i)
  return bytes
}

/** The base64 of a Yjs document's whole state. */
export function encodeBody(ydoc: Y.Doc): string {
  const bytes = Y.encodeStateAsUpdate(ydoc)
  let binary = ''
  for (let i = 0; i < bytes.length; i += 32_768) binary += String.fromCharCode(...bytes.subarray(i, i + 32_768))
  return btoa(binary)
}

/**
 * The Yjs document of a body, to edit or to read.
 * @throws GroverError `body_invalid` when the bytes are no whole update.
 */
export function openBody(base64: string): Y.Doc {
  const ydoc = new Y.Doc()
  applyBody(ydoc, base64)
  if (ydoc.store.pendingStructs || ydoc.store.pendingDs)
    fail('body_invalid', 'A part of the text is missing: the post arrived incomplete.')
  return ydoc
}

/** Merges a body into a document; what both know already changes nothing. */
export function applyBody(ydoc: Y.Doc, base64: string, origin?: unknown): void {
  const bytes = bodyBytes(base64)
  try {
    Y.applyUpdate(ydoc, bytes, origin)
  } catch {
    unreadable()
  }
}

// A mark that may lie over itself is stored under its name and a hash of its attributes (y-tiptap's marksToAttributes).
const markName = (key: string): string => /^(.*)--[a-zA-Z0-9+/=]{8}$/.exec(key)?.[1] ?? key

const asRecord = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}

/** Reads what is in a fragment as plain data, measuring on the way down: a bomb is refused before it is built. */
function createReader() {
  const count = { nodes: 0, characters: 0, images: 0 }

  const texts = (item: Y.XmlText, depth: number): BodyNode[] =>
    item.toDelta().map((run: { insert: unknown; attributes?: Record<string, unknown> }) => {
      if (typeof run.insert !== 'string') return fail('body_invalid', 'The text has a part that is not known here.')
      guard(count, depth, run.insert.length)
      const marks = Object.entries(run.attributes ?? {}).map(([key, value]) => ({
        type: markName(key),
        attrs: asRecord(value),
      }))
      return { type: 'text', text: run.insert, ...(marks.length > 0 ? { marks } : {}) }
    })

  const read = (item: unknown, depth: number): BodyNode[] => {
    if (item instanceof Y.XmlText) return texts(item, depth)
    if (!(item instanceof Y.XmlElement) || item instanceof Y.XmlHook)
      return fail('body_invalid', 'The text has a part that is not known here.')
    guard(count, depth, 0)
    const content = item.toArray().flatMap((child) => read(child, depth + 1))
    return [{ type: item.nodeName, attrs: asRecord(item.getAttributes()), content }]
  }
  return read
}

function bodyFragment(ydoc: Y.Doc): Y.XmlFragment {
  try {
    return ydoc.getXmlFragment(bodyField)
  } catch {
    return unreadable()
  }
}

/**
 * The tree in the fragment as plain, unchecked data. It does what y-tiptap's `yXmlFragmentToProsemirrorJSON` does, but
 * measures on the way down.
 */
export const decodeBody = (ydoc: Y.Doc): BodyNode => ({ type: 'doc', content: decodeBlocks(ydoc).flat() })

/** The same, for each item at the top of the fragment by itself. */
export function decodeBlocks(ydoc: Y.Doc): BodyNode[][] {
  const read = createReader()
  return bodyFragment(ydoc)
    .toArray()
    .map((item) => read(item, 1))
}
