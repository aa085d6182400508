import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { BlobStore } from './blob-store.ts'
import { maxPixels } from './image-check.ts'

/** Widths that pictures are offered in; a fixed list, or strangers could fill the disk with sizes. */
export const widths = [320, 480, 640, 960, 1280, 1440, 1920] as const
export type Width = (typeof widths)[number]

/** Two at a time: unpacking pictures takes memory and cores that requests need. */
const concurrency = 2

/**
 * Smaller WebP copies of pictures, made when first asked for and kept in the blob store beside the original. Those who
 * ask for the same one at the same time share the work.
 */
export function createRenditions(blobs: BlobStore) {
  const underWay = new Map<string, Promise<void>>()
  const waiting: (() => void)[] = []
  let running = 0

  async function limited<T>(work: () => Promise<T>): Promise<T> {
    if (running >= concurrency) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await work()
    } finally {
      // The place is handed on, so that nobody slips in between.
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }

  async function make(original: string, key: string, width: Width): Promise<void> {
    const { default: sharp } = await import('sharp')
    const source = await buffer(await blobs.get(original))
    const small = await sharp(source, { limitInputPixels: maxPixels })
      .autoOrient()
      .resize({ width, withoutEnlargement: true })
      .webp({ quality: 80, effort: 3 })
      .toBuffer()
    await blobs.put(key, small)
  }

  return {
    /** Errors: `not_found` when the original is not there. */
    async get(original: string, width: Width): Promise<{ stream: Readable; bytes: number }> {
      const key = `${original}.${width}.webp`
      let head = await blobs.head(key)
      if (!head) {
        let work = underWay.get(key)
        if (!work) {
          work = limited(() => make(original, key, width)).finally(() => underWay.delete(key))
          underWay.set(key, work)
        }
        await work
        head = await blobs.head(key)
      }
      return { stream: await blobs.get(key), bytes: head?.bytes ?? 0 }
    },
  }
}
