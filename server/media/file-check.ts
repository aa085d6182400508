import { open, readFile, stat } from 'node:fs/promises'
import { isOfType, isPicture, isPlayable, sniffBytes, sniffType } from '../../shared/domain/media-type.ts'
import { fail } from '../../shared/errors.ts'
import { checkImage, maxImageBytes } from './image-check.ts'

/** What a file turned out to be; width and height are 0 for what is no picture. */
export type CheckedFile = { type: string; width: number; height: number }

/** The texts that go with films: a day of captions or peaks fits well. */
const maxTextBytes = 5 * 1024 * 1024
const texts = ['text/vtt', 'application/vnd.apple.mpegurl', 'application/json']
const pictures = ['image/png', 'image/jpeg', 'image/webp', 'image/gif', 'image/avif']

const unsupported = (): never =>
  fail(
    'media_type_unsupported',
    'Pictures can be PNG, JPEG, WebP, GIF or AVIF files; films and sound MP4, MOV, WebM, Matroska, AVI, MPEG, MP3, AAC, WAV, AIFF, Ogg or FLAC.',
  )

/** The most bytes a file of this type may have; films and recordings are bounded by the workspace's space alone. */
export const maxBytesOf = (type: string): number =>
  isPicture(type) ? maxImageBytes : texts.includes(type) ? maxTextBytes : Number.MAX_SAFE_INTEGER

/** Refuses, before a byte was sent, what would be refused at the end. Errors: `media_type_unsupported`, `too_large`. */
export function checkDeclared(type: string, bytes: number): void {
  if (![...pictures, ...texts].includes(type) && !isPlayable(type)) unsupported()
  const most = maxBytesOf(type)
  if (bytes > most)
    fail('too_large', `${isPicture(type) ? 'A picture' : 'A text'} can have ${most / 1024 / 1024} MB at most.`)
}

/**
 * Looks at a file that has arrived. Films and recordings are known by their signature and never decoded here.
 * Errors: `media_type_unsupported` (its bytes are of no type we take, or not of the declared one), those of `checkImage`.
 */
export async function checkFile(file: string, declared: string): Promise<CheckedFile> {
  const found = sniffType(await firstBytes(file))
  if (!found) return unsupported()
  if (!isOfType(declared, found))
    fail('media_type_unsupported', `This file was sent as ${declared}, but its content is ${found}.`)
  checkDeclared(found, (await stat(file)).size)
  if (isPicture(found)) return await checkImage(file)
  if (texts.includes(found)) await checkText(file, found)
  return { type: declared, width: 0, height: 0 }
}

async function checkText(file: string, type: string): Promise<void> {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file))
    if (type === 'application/json') JSON.parse(text)
  } catch {
    fail('media_type_unsupported', `This file begins like ${type}, but it is not whole text that can be read.`)
  }
}

async function firstBytes(file: string): Promise<Uint8Array> {
  const handle = await open(file, 'r')
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(sniffBytes), 0, sniffBytes, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await handle.close()
  }
}
