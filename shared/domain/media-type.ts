/** As much of a file's beginning as `sniffType` wants to see, in bytes. */
export const sniffBytes = 4096

/** What a file can be, told by its first bytes; a name or a header is only a claim. */
export type FileType =
  | 'image/png'
  | 'image/jpeg'
  | 'image/webp'
  | 'image/gif'
  | 'image/avif'
  | 'image/heic'
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

const containers: Readonly<Record<string, readonly string[]>> = {
  'video/mp4': ['video/mp4', 'audio/mp4'],
  'video/webm': ['video/webm', 'audio/webm'],
  'audio/ogg': ['audio/ogg', 'video/ogg'],
  'video/ogg': ['video/ogg', 'audio/ogg'],
  'audio/wav': ['audio/wav', 'audio/x-wav'],
  'audio/flac': ['audio/flac', 'audio/x-flac'],
}

/**
 * What a file is by its first bytes; null for what is neither a picture, film or recording nor one of the texts that go
 * with them. Signatures: https://mimesniff.spec.whatwg.org,
 * RFC 9639 (FLAC), RFC 3533 (Ogg), RFC 8216 (playlists), https://mp4ra.org/registered-types/brands.
 */
export function sniffType(head: Uint8Array): FileType | null {
  const ascii = (from: number, to: number) => String.fromCharCode(...head.subarray(from, Math.min(to, sniffBytes)))
  const begins = (...bytes: number[]) => bytes.every((byte, at) => head[at] === byte)
  if (begins(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return 'image/png'
  if (begins(0xff, 0xd8, 0xff)) return 'image/jpeg'
  if (/^GIF8[79]a/.test(ascii(0, 6))) return 'image/gif'
  if (/^(RIFF|RF64)$/.test(ascii(0, 4))) {
    if (ascii(8, 12) === 'WEBP') return 'image/webp'
    if (ascii(8, 12) === 'WAVE') return 'audio/wav'
    return ascii(8, 12) === 'AVI ' ? 'video/x-msvideo' : null
  }
  if (ascii(4, 8) === 'ftyp') return typeOfBrands(ascii(8, 12), ascii(8, 64))
  // Fragments of MP4, and QuickTime files from before there were brands.
  if (/^(styp|moof)$/.test(ascii(4, 8))) return 'video/mp4'
  if (/^(moov|mdat|wide|free|skip)$/.test(ascii(4, 8))) return 'video/quicktime'
  if (begins(0x1a, 0x45, 0xdf, 0xa3)) {
    // The element DocType stands anywhere in the head; without it, it is Matroska (RFC 8794, 11.2.4).
    return /B\x82.{1,8}?webm/s.test(ascii(0, 1024)) ? 'video/webm' : 'video/x-matroska'
  }
  // A video stream names itself in the first page (Theora; RFC 5334).
  if (ascii(0, 4) === 'OggS') return ascii(0, 200).includes('theora') ? 'video/ogg' : 'audio/ogg'
  if (ascii(0, 4) === 'fLaC') return 'audio/flac'
  if (ascii(0, 4) === 'FORM' && /^AIF[FC]$/.test(ascii(8, 12))) return 'audio/aiff'
  if (ascii(0, 4) === 'FLV\x01') return 'video/x-flv'
  if (begins(0x30, 0x26, 0xb2, 0x75, 0x8e, 0x66, 0xcf, 0x11)) return 'video/x-ms-wmv'
  if (begins(0, 0, 1, 0xba) || begins(0, 0, 1, 0xb3)) return 'video/mpeg'
  if (head.length > 376 && [0, 188, 376].every((at) => head[at] === 0x47)) return 'video/mp2t'
  if (ascii(0, 3) === 'ID3') return 'audio/mpeg'
  // A frame's sync word; the layer bits say MP3 (01), MP2 (10) or AAC in ADTS (00). With 11, MP1, it would be UTF-16.
  if (begins(0xff) && head.length > 1) {
    if ((head[1]! & 0xe6) === 0xe2 || (head[1]! & 0xe6) === 0xe4) return 'audio/mpeg'
    if ((head[1]! & 0xf6) === 0xf0) return 'audio/aac'
  }
  const text = ascii(0, sniffBytes).replace(/^\u00ef\u00bb\u00bf/, '')
  if (/^WEBVTT(?=$|[ \t\r\n])/.test(text)) return 'text/vtt'
  if (/^#EXTM3U(?=$|[ \t\r\n])/.test(text)) return 'application/vnd.apple.mpegurl'
  return /^\s*[[{]/.test(text) ? 'application/json' : null
}

function typeOfBrands(major: string, brands: string): FileType {
  if (/avi[fs]/.test(brands)) return 'image/avif'
  if (major === 'qt  ') return 'video/quicktime'
  if (/^M4[AB] $/.test(major)) return 'audio/mp4'
  // HEIF pictures are MP4 files too, and no browser but one shows them.
  if (/^(hei[cfmsx]|hev[cmsx]|mif1|msf1)$/.test(major)) return 'image/heic'
  return 'video/mp4'
}

/** Whether bytes of the type `found` may be called `declared`: sound alone comes in the same containers as films. */
export const isOfType = (declared: string, found: string): boolean =>
  declared === found || (containers[found]?.includes(declared) ?? false)

export const isPicture = (type: string): boolean => type.startsWith('image/')
/** A film or a recording. */
export const isPlayable = (type: string): boolean => /^(video|audio)\//.test(type)
