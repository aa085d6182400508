import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
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
import { typeOfFile } from './file-type.ts'
import { probe, type SeenMemory } from './probe.ts'
import type { Processes } from './processes.ts'
import type { ToolFinder } from './tools.ts'

/** Takes a file in, as `Imported` says. */
export type TakeIn = (name: string, body: AsyncIterable<Uint8Array>) => Promise<Imported>

/**
 * The bytes go to a file as they come, with their sha256 on the way, so that a film of any size needs no memory. A picture is
 * then made fit to publish; a film or a recording is looked at and kept as it is. Whatever goes wrong leaves no file.
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

  async function picture(draft: string, name: string): Promise<Imported> {
    const image = await prepareImage(await readFile(draft))
    const { hash, known } = await blobs.add(image.data)
    const { type, width, height } = image
    const facts = { id: hash, kind: 'image', type, bytes: image.data.length, width, height, durationMs: 0 } as const
    return { ...facts, name: plainName(name), known }
  }

  return async (name, body) => {
    const draft = await blobs.draftPath()
    try {
      const sha256 = createHash('sha256')
      let size = 0
      // As much as `typeOfFile` will look at, in however small pieces it comes.
      let head = Buffer.alloc(0)
      let isOfPicture = false
      const looking = new Transform({
        transform(part: Uint8Array, _, done) {
          if (head.length < sniffBytes) {
            head = Buffer.concat([head, part.subarray(0, sniffBytes - head.length)])
            isOfPicture = isPicture(sniffType(head) ?? '')
          }
          size += part.length
          // A picture goes by the hash of what is made of it.
          if (!isOfPicture) sha256.update(part)
          try {
            // A picture is read into memory in the end, so no more of it comes than may.
            if (isOfPicture) refuseTooLarge({ size })
            done(null, part)
          } catch (error) {
            done(error as Error)
          }
        },
      })
      await pipeline(body, looking, createDraft(draft)).catch(asStorageFull)
      const { bytes, type } = await typeOfFile(draft)
      if (bytes === 0) fail('media_invalid', 'This file is empty. Export it again and try once more.')
      if (type && isPicture(type)) return await picture(draft, name)
      if (!type || !isPlayable(type))
        fail(
          'media_type_unsupported',
          'This is no picture, film or recording that can be used, whatever its name says.',
        )
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
}
