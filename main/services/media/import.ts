import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { Transform, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { refuseTooLarge } from '../../../shared/contract/largest-picture.ts'
import type { Imported } from '../../../shared/contract/media.ts'
import { isPicture, isPlayable, sniffBytes, sniffType } from '../../../shared/domain/media-type.ts'
import { fail } from '../../../shared/errors.ts'
import { type Blobs, plainName } from '../blobs.ts'
import { asStorageFull } from '../files.ts'
import { prepareImage } from '../images.ts'
import { factsOf } from './facts.ts'
import { probe, type SeenMemory } from './probe.ts'
import type { Processes } from './processes.ts'
import type { ToolFinder } from './tools.ts'

/** Takes a file in, as `Imported` says. */
export type TakeIn = (name: string, body: AsyncIterable<Uint8Array>) => Promise<Imported>

/**
 * A picture comes into memory and is made fit to publish. A film or a recording goes to a file as it comes, with its sha256 on
 * the way, so that one of any size needs no memory, is looked at and kept as it is. Whatever goes wrong leaves no file.
 */
export function createTakeIn(parts: {
  blobs: Blobs
  tools: ToolFinder
  processes: Processes
  memory: SeenMemory
  createDraft?: (path: string) => Writable
}): TakeIn {
  const {
    blobs,
    tools,
    processes,
    memory,
    createDraft = (path) => createWriteStream(path, { flags: 'wx', mode: 0o600 }),
  } = parts

  async function picture(name: string, body: AsyncIterable<Uint8Array>): Promise<Imported> {
    const image = await prepareImage(await gathered(body))
    const { hash, known } = await blobs.add(image.data)
    const { type, width, height } = image
    const facts = { id: hash, kind: 'image', type, bytes: image.data.length, width, height, durationMs: 0 } as const
    return { ...facts, name: plainName(name), known }
  }

  async function recording(name: string, body: AsyncIterable<Uint8Array>): Promise<Imported> {
    const draft = await blobs.draftPath()
    try {
      const sha256 = createHash('sha256')
      const hashing = new Transform({
        transform(part: Uint8Array, _, done) {
          sha256.update(part)
          done(null, part)
        },
      })
      await pipeline(body, hashing, createDraft(draft)).catch(asStorageFull)
      const seen = await probe(draft, await tools.need(), processes.crew())
      const facts = await factsOf(draft, seen, name)
      const hash = sha256.digest('hex')
      const { known } = await blobs.adopt(draft, hash)
      memory.note(hash, seen)
      return { ...facts, id: hash, known }
    } finally {
      await rm(draft, { force: true })
    }
  }

  return async (name, body) => {
    const coming = body[Symbol.asyncIterator]()
    try {
      const head = await headOf(coming)
      const type = sniffType(head)
      if (head.length === 0) fail('media_invalid', 'This file is empty. Export it again and try once more.')
      if (!type || !(isPicture(type) || isPlayable(type)))
        fail(
          'media_type_unsupported',
          'This is no picture, film or recording that can be used, whatever its name says.',
        )
      return await (isPicture(type) ? picture : recording)(name, whole(head, coming))
    } finally {
      await coming.return?.()
    }
  }
}

/** As much of the beginning as `sniffType` wants to see, in however small pieces it comes. */
async function headOf(coming: AsyncIterator<Uint8Array>): Promise<Buffer> {
  const seen: Uint8Array[] = []
  for (let size = 0; size < sniffBytes; ) {
    const { done, value } = await coming.next()
    if (done) break
    seen.push(value)
    size += value.length
  }
  return Buffer.concat(seen)
}

async function* whole(head: Uint8Array, coming: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  yield head
  for (let part = await coming.next(); !part.done; part = await coming.next()) yield part.value
}

/** A picture, as it comes. Error: `too_large`, as soon as more has come than a picture may have. */
async function gathered(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of body) {
    parts.push(part)
    size += part.length
    refuseTooLarge({ size })
  }
  return Buffer.concat(parts, size)
}
