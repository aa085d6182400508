import { refuseTooLarge } from '../../shared/contract/largest-picture.ts'
import { fail } from '../../shared/errors.ts'
import { barePng, framesOf, isMovingPng } from './moving-png.ts'

export type PreparedImage = { data: Buffer; type: ImageType; width: number; height: number }
export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif'

/** Longest side of a stored picture, in pixels: sharp on a large screen, light on a phone. */
export const longestSide = 2560
/** Most pixels a picture may unfold to, all frames together. */
export const mostPixels = 120_000_000
const seconds = 30

/** The type of a stored picture by its first bytes; a name or a header is only a claim. */
export function imageType(bytes: Uint8Array): ImageType | undefined {
  const starts = (...signature: number[]) => signature.every((byte, at) => bytes[at] === byte)
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (starts(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (starts(0x47, 0x49, 0x46, 0x38)) return 'image/gif'
  if (starts(0x52, 0x49, 0x46, 0x46) && Buffer.from(bytes.subarray(8, 12)).toString('latin1') === 'WEBP')
    return 'image/webp'
  return undefined
}

/** AVIF and HEIC are boxes (ISO/IEC 14496-12) whose first is `ftyp`. */
const isAvif = (bytes: Uint8Array) =>
  /^ftyp(avif|avis|mif1|msf1)/.test(Buffer.from(bytes.subarray(4, 12)).toString('latin1'))

/**
 * Makes a picture fit to publish: upright, in sRGB, at most 2560 pixels long, decoded and written anew so that nothing but
 * pixels remains (no place, no device, no hidden payload). PNG (a moving one keeps its pictures as they are), JPEG, WebP and animated GIF keep their kind; AVIF becomes WebP.
 * Errors: `media_type_unsupported`, `too_large`, `image_invalid`.
 */
export async function prepareImage(bytes: Uint8Array, pixels = mostPixels): Promise<PreparedImage> {
  refuseTooLarge({ size: bytes.length })
  const type = imageType(bytes)
  if (!type && !isAvif(bytes))
    fail('media_type_unsupported', 'This is not a picture that can be published: use JPEG, PNG, WebP, GIF or AVIF.')
  // Loading libvips takes longer than the host may take to listen, so the first picture pays for it.
  const { default: sharp } = await import('sharp')
  const animated = type === 'image/gif' || type === 'image/webp'
  const open = () => sharp(bytes, { animated, failOn: 'error', limitInputPixels: pixels })
  try {
    const found = await open().metadata()
    // For an animation sharp counts one frame against its limit, but all of them are unfolded.
    if ((found.width ?? 0) * (found.height ?? 0) * (animated ? 1 : (found.pages ?? 1)) > pixels)
      fail('too_large', `This picture unfolds to more than ${pixels / 1e6} million pixels.`)
    if (type === 'image/png' && isMovingPng(bytes) && Math.max(found.width, found.height) <= longestSide) {
      if (found.width * found.height * framesOf(bytes) > pixels)
        fail('too_large', `This picture unfolds to more than ${pixels / 1e6} million pixels.`)
      // libvips writes no moving PNG, so this one is kept, but for what is no picture. It is read whole all the same.
      await open().timeout({ seconds }).stats()
      return { data: barePng(bytes), type, width: found.width, height: found.height }
    }
    const upright = open()
      .timeout({ seconds })
      .autoOrient()
      .resize({ width: longestSide, height: longestSide, fit: 'inside', withoutEnlargement: true })
    const { data, info } = await written(upright, type, (found.pages ?? 1) > 1).toBuffer({ resolveWithObject: true })
    const stored = imageType(data)
    if (!stored) throw new Error(`libvips wrote ${info.format}`)
    return { data, type: stored, width: info.width, height: info.pageHeight ?? info.height }
  } catch (error) {
    if (error instanceof Error && error.name === 'GroverError') throw error
    if (error instanceof Error && /pixel limit/i.test(error.message))
      fail('too_large', `This picture unfolds to more than ${pixels / 1e6} million pixels.`)
    fail('image_invalid', 'This picture is damaged and cannot be opened. Export it again and try once more.')
  }
}

function written(image: import('sharp').Sharp, type: ImageType | undefined, moving: boolean) {
  switch (type) {
    case 'image/jpeg':
      return image.jpeg({ quality: 86 })
    case 'image/png':
      return image.png()
    case 'image/gif':
      return moving ? image.gif() : image.png()
    default:
      return image.webp({ quality: 86 })
  }
}
