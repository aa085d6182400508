import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { Sharp } from 'sharp'
import { fail } from '../../shared/errors.ts'
import type { BlobStore } from './blob-store.ts'
import { maxPixels } from './image-check.ts'
import { keyOf } from './stored.ts'

/** Widths that pictures are offered in; a fixed list, or strangers could fill the disk with sizes. */
export const widths = [320, 480, 640, 960, 1280, 1440, 1920] as const
export type Width = (typeof widths)[number]

/** What a picture may be asked for as; WebP unless a browser says otherwise. */
export const formats = ['avif', 'webp', 'jpeg'] as const
export type Format = (typeof formats)[number]

/** By what a browser says it can show. Source: RFC 9110, 12.5.1; weights but 0 are not weighed. */
export function formatFor(accept: string | undefined): Format {
  const types = (accept ?? '*/*')
    .toLowerCase()
    .split(',')
    .map((part) => part.trim())
  const takes = (type: string) => types.some((part) => part.split(';')[0] === type && !/;\s*q=0(\.0*)?$/.test(part))
  if (takes('image/avif')) return 'avif'
  return takes('image/webp') || takes('image/*') || takes('*/*') ? 'webp' : 'jpeg'
}

export const keyOfSmall = (original: string, width: Width, format: Format): string => `${original}.${width}.${format}`

/** Two at a time: unpacking pictures takes memory and cores that requests need. */
const concurrency = 2

type Parts = {
  blobs: BlobStore
  /** Whether the original is one of the workspace's files still. */
  isNamed(workspaceId: string, hash: string): Promise<boolean>
}
type Picture = { workspaceId: string; hash: string }

/**
 * Smaller copies of pictures, made when first asked for and kept in the blob store beside the original. Those who
 * ask for the same one at the same time share the work.
 */
export function createRenditions({ blobs, isNamed }: Parts) {
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

  async function make({ workspaceId, hash }: Picture, key: string, width: Width, format: Format): Promise<void> {
    const { default: sharp } = await import('sharp')
    const source = await buffer(await blobs.get(keyOf(workspaceId, hash)))
    const small = sharp(source, { limitInputPixels: maxPixels })
      .autoOrient()
      .resize({ width, withoutEnlargement: true })
    await blobs.put(key, await encoded(small, format).toBuffer())
    // Asked when the copy is there: if the row goes after this, the copy is removed with the original (loose-files.ts).
    if (!(await isNamed(workspaceId, hash))) await blobs.delete(key)
  }

  return {
    /** Errors: `not_found` when the original is not there. */
    async get(picture: Picture, width: Width, format: Format): Promise<{ bytes: number; open(): Promise<Readable> }> {
      const key = keyOfSmall(keyOf(picture.workspaceId, picture.hash), width, format)
      let head = await blobs.head(key)
      if (!head) {
        let work = underWay.get(key)
        if (!work) {
          work = limited(() => make(picture, key, width, format)).finally(() => underWay.delete(key))
          underWay.set(key, work)
        }
        await work
        head = await blobs.head(key)
      }
      if (!head) return fail('not_found', 'There is no such file.')
      return { bytes: head.bytes, open: () => blobs.get(key) }
    },
  }
}

function encoded(image: Sharp, format: Format): Sharp {
  switch (format) {
    case 'avif':
      return image.avif({ quality: 55, effort: 2 })
    case 'webp':
      return image.webp({ quality: 80, effort: 3 })
    case 'jpeg':
      return image.flatten({ background: '#fff' }).jpeg({ quality: 80, mozjpeg: true })
  }
}
