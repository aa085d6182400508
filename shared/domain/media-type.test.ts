import { expect, test } from 'vitest'
import { isOfType, sniffType } from './media-type.ts'

const bytes = (text: string) => Uint8Array.from(text, (one) => one.charCodeAt(0))

const files: [string, string, string | null][] = [
  ['an MP3 without tags', '\xff\xfb\x90\x64', 'audio/mpeg'],
  ['an MP2', '\xff\xfd\x84\x04', 'audio/mpeg'],
  ['AAC in ADTS', '\xff\xf1\x50\x80', 'audio/aac'],
  ['text in UTF-16', '\xff\xfeD\0e\0a\0r\0', null],
  ['WebM', '\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm\x42\x87\x81\x04', 'video/webm'],
  [
    'Matroska whose head begins with filler',
    `\x1a\x45\xdf\xa3\x40\xf0\xec\xc8${'\0'.repeat(72)}\x42\x82\x88matroska`,
    'video/x-matroska',
  ],
  ['Matroska that does not say so', '\x1a\x45\xdf\xa3\x80\x18\x53\x80\x67', 'video/x-matroska'],
  ['Matroska with a title', '\x1a\x45\xdf\xa3\x8b\x42\x82\x88matroska\x7b\xa9\x84webm', 'video/x-matroska'],
  ['Theora', `OggS\0\x02${'\0'.repeat(20)}\x01\x2a\x80theora`, 'video/ogg'],
  ['Vorbis', `OggS\0\x02${'\0'.repeat(20)}\x01\x1e\x01vorbis`, 'audio/ogg'],
  ['AVIF', '\0\0\0\x20ftypavif\0\0\0\0avifmif1', 'image/avif'],
  ['AVIF by its second brand', '\0\0\0\x20ftypmif1\0\0\0\0mif1avif', 'image/avif'],
  ['HEIC', '\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'image/heic'],
  ['a QuickTime film', '\0\0\0\x14ftypqt  \0\0\0\0qt  ', 'video/quicktime'],
  ['a QuickTime film without brands', '\0\0\0\x08wide\0\0\x10\0mdat', 'video/quicktime'],
  ['an MP4', '\0\0\0\x18ftypisom\0\0\0\0isom', 'video/mp4'],
  ['a recording of Apple’s', '\0\0\0\x18ftypM4A \0\0\0\0M4A ', 'audio/mp4'],
  ['captions', '\xef\xbb\xbfWEBVTT\n\n', 'text/vtt'],
  ['SVG', '<svg xmlns="http://www.w3.org/2000/svg">', null],
  ['nothing', '', null],
]
test.each(files)('%s is told by its first bytes', (_, head, type) => {
  expect(sniffType(bytes(head))).toBe(type)
})

test('sound comes in containers of films, and a film in none of sound', () => {
  expect(isOfType('audio/mp4', 'video/mp4')).toBe(true)
  expect(isOfType('audio/ogg', 'video/ogg')).toBe(true)
  expect(isOfType('video/mp4', 'audio/mpeg')).toBe(false)
})
