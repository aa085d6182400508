import { open } from 'node:fs/promises'
import { type ImageType, imageType } from '../images.ts'

/** What is told of a stored file by its first bytes; a name or a header is only a claim. */
export type FileType =
  | ImageType
  | 'image/avif'
  | 'video/mp4'
  | 'video/quicktime'
  | 'audio/mp4'
  | 'video/webm'
  | 'video/x-matroska'
  | 'video/ogg'
  | 'audio/ogg'
  | 'audio/flac'
  | 'audio/wav'
  | 'audio/aiff'
  | 'audio/mpeg'
  | 'audio/aac'
  | 'video/x-msvideo'
  | 'video/mp2t'
  | 'video/mpeg'
  | 'video/x-flv'
  | 'video/x-ms-wmv'
  | 'text/vtt'
  | 'application/vnd.apple.mpegurl'
  | 'application/json'

/** How much of a file `fileType` wants to see. */
const headBytes = 4096

export function fileType(head: Uint8Array): FileType | undefined {
  const image = imageType(head)
  if (image) return image
  const bytes = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, headBytes))
  const text = (from: number, to: number) => bytes.toString('latin1', from, to)
  const begins = (signature: string) => text(0, signature.length) === signature
  if (text(4, 8) === 'ftyp') {
    const brand = text(8, 12)
    if (/^(avif|avis|mif1|msf1|heic|heix)$/.test(brand)) return 'image/avif'
    if (brand === 'qt  ') return 'video/quicktime'
    return /^M4[AB] $/.test(brand) ? 'audio/mp4' : 'video/mp4'
  }
  // Old QuickTime files, and fragments, begin with another box.
  if (/^(moov|mdat|wide|free|skip|moof|styp)$/.test(text(4, 8)))
    return text(4, 8) === 'styp' || text(4, 8) === 'moof' ? 'video/mp4' : 'video/quicktime'
  if (begins('\x1a\x45\xdf\xa3')) return text(0, 64).includes('webm') ? 'video/webm' : 'video/x-matroska'
  // A video stream names itself in the first page (Theora; https://www.rfc-editor.org/rfc/rfc5334).
  if (begins('OggS')) return text(0, 200).includes('theora') ? 'video/ogg' : 'audio/ogg'
  if (begins('fLaC')) return 'audio/flac'
  if (begins('RIFF') || begins('RF64')) {
    if (text(8, 12) === 'WAVE') return 'audio/wav'
    return text(8, 12) === 'AVI ' ? 'video/x-msvideo' : undefined
  }
  if (begins('FORM') && /^AIF[FC]$/.test(text(8, 12))) return 'audio/aiff'
  if (begins('FLV\x01')) return 'video/x-flv'
  if (begins('\x30\x26\xb2\x75\x8e\x66\xcf\x11')) return 'video/x-ms-wmv'
  if (begins('\0\0\x01\xba') || begins('\0\0\x01\xb3')) return 'video/mpeg'
  if (bytes.length > 377 && [0, 188, 376].every((at) => bytes[at] === 0x47)) return 'video/mp2t'
  if (begins('ID3')) return 'audio/mpeg'
  // The sync words of MPEG audio: layer 0 is AAC's.
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xf6) === 0xf0) return 'audio/aac'
  if (bytes[0] === 0xff && ((bytes[1] ?? 0) & 0xe0) === 0xe0 && ((bytes[1] ?? 0) & 0x06) !== 0) return 'audio/mpeg'
  if (begins('WEBVTT')) return 'text/vtt'
  if (begins('#EXTM3U')) return 'application/vnd.apple.mpegurl'
  if (begins('{"durationMs":')) return 'application/json'
  return undefined
}

export const isFilmOrSound = (type: string) => type.startsWith('video/') || type.startsWith('audio/')

/** The type of the file at `path`, and its size in bytes. */
export async function typeOfFile(path: string): Promise<{ bytes: number; type: FileType | undefined }> {
  const file = await open(path, 'r')
  try {
    const head = Buffer.alloc(headBytes)
    const { bytesRead } = await file.read(head, 0, headBytes, 0)
    return { bytes: (await file.stat()).size, type: fileType(head.subarray(0, bytesRead)) }
  } finally {
    await file.close()
  }
}
