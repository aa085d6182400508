import { stat } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { Blobs, StoredFile } from './blobs.ts'
import { isMissing, writeAtomic } from './files.ts'
import { mostPixels } from './images.ts'
import type { Log } from './log.ts'
import { createQueue } from './queue.ts'

/** The shorter side, in pixels: sharp in a grid, also where a pixel is two. */
const side = 360

/** `isForNow`: the whole picture in place of a small one, which could not be made. */
export type Thumb = StoredFile & { isForNow?: boolean }
export type Thumbs = { find(hash: string): Promise<Thumb | undefined> }

/**
 * Small versions of pictures, for lists: hundreds of whole ones would fill a browser's memory. Each is made when it is first
 * asked for; the folder holds nothing that could not be made again. Undefined where there is no such picture.
 */
export function createThumbs({ folder, blobs, log }: { folder: string; blobs: Pick<Blobs, 'find'>; log: Log }): Thumbs {
  const making = new Map<string, Promise<Thumb | undefined>>()
  /** One a core: more would only take longer each. */
  const queues = Array.from({ length: availableParallelism() }, createQueue)
  let turn = 0

  async function known(path: string): Promise<StoredFile | undefined> {
    try {
      return { path, bytes: (await stat(path)).size, type: 'image/webp' }
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  }

  async function make(hash: string, path: string): Promise<Thumb | undefined> {
    // Not in the queue: what comes over a slow line holds up nobody else's.
    const picture = await blobs.find(hash)
    if (!picture?.type.startsWith('image/')) return undefined
    const inTurn = queues[turn++ % queues.length]!
    return await inTurn(() => shrink(picture, path))
  }

  async function shrink(picture: StoredFile, path: string): Promise<Thumb | undefined> {
    try {
      const { default: sharp } = await import('sharp')
      const small = sharp(picture.path, { limitInputPixels: mostPixels })
        .autoOrient()
        .resize({ width: side, height: side, fit: 'outside', withoutEnlargement: true })
        .webp({ quality: 75, effort: 1 })
      await writeAtomic(path, await small.toBuffer())
      return await known(path)
    } catch (error) {
      log('A small version of a picture could not be made; the whole one is shown.', error)
      return { ...picture, isForNow: true }
    }
  }

  return {
    async find(hash) {
      const path = join(folder, hash.slice(0, 2), `${hash}.webp`)
      const found = await known(path)
      if (found) return found
      let work = making.get(hash)
      if (!work) {
        work = make(hash, path).finally(() => making.delete(hash))
        making.set(hash, work)
      }
      return await work
    },
  }
}
