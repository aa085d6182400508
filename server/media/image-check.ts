import { open } from 'node:fs/promises'
import { fail, GroverError } from '../../shared/errors.ts'
import { hasExifLocation, hasXmpLocation } from './exif-location.ts'

export const maxImageBytes = 25 * 1024 * 1024
/** Pixels of one frame: 64 megapixels take 256 MB to unpack, and no screen shows more. */
export const maxPixels = 64_000_000
/** Pixels of all frames of an animation together. */
const maxAnimationPixels = 512_000_000
const maxSide = 20_000

export type ImageType = 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif' | 'image/avif'
export type CheckedImage = { type: ImageType; width: number; height: number }

const formats: Record<ImageType, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpeg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
}

/** The type by the first bytes of the file. The name and the header it came with prove nothing. */
function sniffImage(head: Buffer): ImageType | null {
  const ascii = (from: number, to: number) => head.subarray(from, to).toString('latin1')
  if (head.subarray(0, 8).equals(Buffer.from('89504e470d0a1a0a', 'hex'))) return 'image/png'
  if (head[0] === 0xff && head[1] === 0xd8 && head[2] === 0xff) return 'image/jpeg'
  if (ascii(0, 6) === 'GIF87a' || ascii(0, 6) === 'GIF89a') return 'image/gif'
  if (ascii(0, 4) === 'RIFF' && ascii(8, 12) === 'WEBP') return 'image/webp'
  if (ascii(4, 8) === 'ftyp' && /avi[fs]/.test(ascii(8, 64))) return 'image/avif'
  return null
}

/**
 * Whether a file is a picture that may be shown to readers. The decoder sees it only if its first bytes say that it is of
 * a type we take: SVG and the decoder's dozens of other formats never reach it.
 * Errors: `media_type_unsupported`, `image_invalid` (broken, too many pixels), `image_has_location`.
 */
export async function checkImage(file: string): Promise<CheckedImage> {
  const type = sniffImage(await firstBytes(file))
  if (!type) fail('media_type_unsupported', 'Pictures can be PNG, JPEG, WebP, GIF or AVIF files.')
  // Loaded with the first picture: a start should not wait for it.
  const { default: sharp } = await import('sharp')
  try {
    // Measures come from the header alone; nothing is unpacked before they are found good.
    const meta = await sharp(file, { limitInputPixels: false }).metadata()
    if (meta.format !== formats[type]) broken()
    if (type === 'image/avif' && meta.compression !== 'av1') broken()
    const { width, height } = meta
    const frameHeight = meta.pageHeight ?? height
    checkSize(width, frameHeight, meta.pages ?? 1)
    if ((meta.exif && hasExifLocation(meta.exif)) || (meta.xmp && hasXmpLocation(meta.xmp.toString('utf8')))) {
      fail('image_has_location', 'This picture says where it was taken. Remove the location from it and send it again.')
    }
    // A broken picture is found now, when its author is there, and not by a reader.
    await sharp(file, { failOn: 'truncated', limitInputPixels: maxPixels })
      .resize(64, 64, { fit: 'inside' })
      .raw()
      .toBuffer()
    // Turned by EXIF: 5–8 lie on their side.
    const turned = (meta.orientation ?? 1) >= 5
    return { type, width: turned ? frameHeight : width, height: turned ? width : frameHeight }
  } catch (error) {
    if (error instanceof GroverError) throw error
    return broken()
  }
}

const broken = (): never => fail('image_invalid', 'This file is not a whole picture: it could not be read.')

function checkSize(width: number, height: number, frames: number): void {
  if (!(width > 0 && height > 0)) broken()
  const pixels = width * height
  if (width > maxSide || height > maxSide || pixels > maxPixels || pixels * frames > maxAnimationPixels) {
    fail(
      'image_invalid',
      `This picture has too many pixels (${width} × ${height}); ${maxPixels / 1e6} million are the most.`,
    )
  }
}

async function firstBytes(file: string): Promise<Buffer> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
