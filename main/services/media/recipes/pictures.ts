import { readFile } from 'node:fs/promises'
import type { JobResult, RecipeOf } from '../../../../shared/contract/media.ts'
import { plainName } from '../../blobs.ts'
import { imageType } from '../../images.ts'
import type { Size } from '../encoding.ts'
import type { Work } from '../work.ts'

/** Between a watermark and the edges, in pixels. */
export const marginOf = (width: number) => Math.round(width * 0.025)

/** The picture of a watermark in its width and opacity, as PNG. */
export async function markPng(bytes: Buffer, width: number, opacity: number): Promise<Buffer> {
  const { default: sharp } = await import('sharp')
  const { data, info } = await sharp(bytes)
    .resize({ width: Math.max(2, width) })
    .ensureAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true })
  for (let at = 3; at < data.length; at += 4) data[at] = Math.round(data[at]! * opacity)
  return sharp(data, { raw: { width: info.width, height: info.height, channels: 4 } })
    .png()
    .toBuffer()
}

export async function cutPicture(
  work: Work,
  part: (whole: Size) => Size & { left: number; top: number },
): Promise<JobResult> {
  const { default: sharp } = await import('sharp')
  const image = sharp(await readFile(work.source.path))
  const { width, height } = await image.metadata()
  const { left, top, ...size } = part({ width, height })
  const within = { left, top, width: Math.max(1, size.width), height: Math.max(1, size.height) }
  return keepPicture(work, image.extract(within))
}

export async function markPicture(work: Work, recipe: RecipeOf<'watermark'>, mark: Buffer): Promise<JobResult> {
  const { default: sharp } = await import('sharp')
  const image = sharp(await readFile(work.source.path))
  const { width, height } = await image.metadata()
  const png = await markPng(mark, Math.round(width * recipe.width), recipe.opacity)
  const drawn = await sharp(png).metadata()
  const margin = marginOf(width)
  const [vertical, horizontal] = recipe.corner.split('-')
  const left = horizontal === 'left' ? margin : width - drawn.width - margin
  const top = vertical === 'top' ? margin : height - drawn.height - margin
  return keepPicture(work, image.composite([{ input: png, left: Math.max(0, left), top: Math.max(0, top) }]))
}

/** A new original in the kind that the picture had. */
async function keepPicture(work: Work, image: import('sharp').Sharp): Promise<JobResult> {
  const { data, info } = await image.toBuffer({ resolveWithObject: true })
  const { hash } = await work.blobs.add(data)
  work.advance(1)
  const { width, height } = info
  return {
    file: {
      id: hash,
      kind: 'image',
      name: plainName(work.name),
      type: imageType(data) ?? work.source.type,
      bytes: data.length,
      width,
      height,
      durationMs: 0,
    },
  }
}
