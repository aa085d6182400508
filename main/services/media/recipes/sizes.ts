import { readFile } from 'node:fs/promises'
import type { Variant } from '../../../../shared/collections/media.ts'
import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { around } from '../encoding.ts'
import { type Cook, unfit, variant } from '../work.ts'

const qualities = { avif: 55, webp: 80, jpeg: 82 }

/** A picture in sizes. Widths that are larger than it is become one, its own. */
export const sizes: Cook<RecipeOf<'sizes'>> = async ({ widths, formats, aspect, focus }, work) => {
  if (!work.source.type.startsWith('image/')) return unfit('Sizes are made of pictures.')
  const { default: sharp } = await import('sharp')
  const bytes = await readFile(work.source.path)
  const { width: fullWidth, height: fullHeight } = await sharp(bytes).metadata()
  const full = { width: fullWidth, height: fullHeight }
  const part = aspect > 0 ? around(full, aspect, focus) : { ...full, left: 0, top: 0 }
  const wanted = [...new Set(widths.map((width) => Math.min(width, part.width)))].sort((a, b) => a - b)
  const variants: Variant[] = []
  for (const width of wanted)
    for (const format of formats) {
      await work.crew.whenGoing(work.signal)
      const image = sharp(bytes).extract(part).resize({ width })
      const opaque = format === 'jpeg' ? image.flatten({ background: 'white' }) : image
      const { data, info } = await opaque
        .toFormat(format, { quality: qualities[format] })
        .toBuffer({ resolveWithObject: true })
      const { hash } = await work.blobs.add(data)
      variants.push(
        variant({
          id: `image-${width}-${format}`,
          role: 'image',
          type: `image/${format}`,
          hash,
          bytes: data.length,
          width: info.width,
          height: info.height,
        }),
      )
      work.advance(1 / (wanted.length * formats.length))
    }
  return { variants }
}
