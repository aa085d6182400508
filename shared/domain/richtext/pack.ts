import { fail } from '../../errors.ts'
import type { BodyNode } from './check.ts'
import { checkBody } from './check.ts'

/** The longest JSON a text within the limits can have, with room to spare. */
const mostBytes = 32_000_000

async function through(bytes: Uint8Array, stream: GenericTransformStream, most: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = []
  let length = 0
  const source = new Blob([bytes as Uint8Array<ArrayBuffer>]).stream() as ReadableStream
  for await (const part of source.pipeThrough(stream) as ReadableStream<Uint8Array>) {
    length += part.length
    if (length > most) fail('body_invalid', 'This version is larger than a text can be.')
    parts.push(part)
  }
  const whole = new Uint8Array(length)
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

/**
 * A text as it is, without how it came to be: base64 of its deflated ProseMirror JSON. Half the size of a Yjs state without
 * history, and unlike it the same for the same text.
 */
export async function packBody(json: BodyNode): Promise<string> {
  const bytes = await through(
    new TextEncoder().encode(JSON.stringify(json)),
    new CompressionStream('deflate-raw'),
    mostBytes,
  )
  let binary = ''
  for (let i = 0; i < bytes.length; i += 32_768) binary += String.fromCharCode(...bytes.subarray(i, i + 32_768))
  return btoa(binary)
}

/**
 * The text of a version, checked as a stranger's.
 * @throws GroverError `body_invalid` with a sentence, for anything that is not wholly understood.
 */
export async function unpackBody(packed: string): Promise<BodyNode> {
  let raw: BodyNode
  try {
    const bytes = Uint8Array.from(atob(packed), (letter) => letter.charCodeAt(0))
    const text = new TextDecoder().decode(await through(bytes, new DecompressionStream('deflate-raw'), mostBytes))
    raw = JSON.parse(text) as BodyNode
  } catch {
    return fail('body_invalid', 'This version is damaged and could not be read.')
  }
  return checkBody(raw).toJSON() as BodyNode
}
