import { createHash } from 'node:crypto'
import { createWriteStream, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { truncate } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import exifr from 'exifr'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ffmpeg, film, studioMedia } from '../../testing/media.ts'
import { createTakeIn } from './import.ts'
import { createSeenMemory } from './probe.ts'
import { createProcesses } from './processes.ts'
import { createTools } from './tools.ts'

const home = mkdtempSync(join(tmpdir(), 'grover-import-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let whole = ''
beforeAll(async () => {
  whole = await film(home, 'whole.mp4')
})

/** Files of the store and beside it, without folders. */
const stored = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())

test('a film is kept byte for byte under its sha256, with what is known of it', async () => {
  const { take, pathOf } = studioMedia()
  const taken = await take(whole, 'Sommer.mp4')
  const bytes = readFileSync(whole)
  expect(taken).toEqual({
    id: createHash('sha256').update(bytes).digest('hex'),
    kind: 'video',
    name: 'Sommer.mp4',
    type: 'video/mp4',
    bytes: bytes.length,
    width: 320,
    height: 180,
    durationMs: expect.closeTo(2000, -2),
    known: false,
  })
  expect(readFileSync(pathOf(taken.id)).equals(bytes)).toBe(true)
})

test('the same bytes again are known, whatever they are called, and lie there once', async () => {
  const { take, folder } = studioMedia()
  await take(whole, 'a.mp4')
  expect(await take(whole, 'b.mov')).toMatchObject({ known: true, name: 'b.mov' })
  expect(stored(folder)).toHaveLength(1)
})

test.each([
  ["it's “quoted”.mp4", "it's “quoted”.mp4"],
  ['100 % %d %s.mp4', '100 % %d %s.mp4'],
  ['concat:a|b.mp4', 'concat:a|b.mp4'],
  ['🎬🇩🇪.mp4', '🎬🇩🇪.mp4'],
  ['-i -y.mp4', '-i -y.mp4'],
  ['../../etc/passwd', 'passwd'],
  ['x'.repeat(4000), 'x'.repeat(255)],
  ['\ud800.mp4', '\ufffd.mp4'],
  ['', 'audio'],
])('the name %j is kept for people and reaches no program', async (name, kept) => {
  const sound = join(home, 'named.wav')
  if (!existsSync(sound)) await ffmpeg(home, '-f', 'lavfi', '-i', 'sine=d=0.2', sound)
  expect(await studioMedia().take(sound, name)).toMatchObject({ name: kept, kind: 'audio' })
})

test('sound in a container of films is a recording', async () => {
  await ffmpeg(home, '-f', 'lavfi', '-i', 'sine=d=1', '-c:a', 'aac', 'sound.mp4')
  const taken = await studioMedia().take(join(home, 'sound.mp4'))
  expect(taken).toMatchObject({ kind: 'audio', type: 'audio/mp4', width: 0, height: 0 })
})

test('a recording with a cover is a recording', async () => {
  await ffmpeg(home, '-f', 'lavfi', '-i', 'color=red:s=64x64:d=0.04', '-frames:v', '1', 'cover.png')
  const cover = ['-i', 'cover.png', '-map', '0:a', '-map', '1:v', '-disposition:v', 'attached_pic']
  await ffmpeg(home, '-f', 'lavfi', '-i', 'sine=d=1', ...cover, '-c:a', 'libmp3lame', 'covered.mp3')
  expect(await studioMedia().take(join(home, 'covered.mp3'))).toMatchObject({
    kind: 'audio',
    type: 'audio/mpeg',
    height: 0,
  })
})

test('a film that was held upright is as high as it is seen', async () => {
  await ffmpeg(home, '-i', 'whole.mp4', '-c', 'copy', '-metadata:s:v', 'rotate=90', 'turned.mp4')
  const taken = await studioMedia().take(join(home, 'turned.mp4'))
  expect([taken.width, taken.height]).toEqual([180, 320])
})

test('a picture is taken in as pictures are: upright and without its place', async () => {
  const path = join(home, 'photo.jpg')
  await sharp({ create: { width: 40, height: 20, channels: 3, background: 'red' } })
    .withExif({ IFD3: { GPSLatitude: '52/1 0/1 0/1' } })
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(path)
  const { take, pathOf } = studioMedia()
  const taken = await take(path, 'photo.jpg')
  expect(taken).toMatchObject({ kind: 'image', type: 'image/jpeg', width: 20, height: 40, durationMs: 0, known: false })
  expect(await exifr.parse(path, true)).toMatchObject({ Orientation: expect.anything() })
  expect(await exifr.parse(pathOf(taken.id), true)).toBeUndefined()
  expect((await sharp(pathOf(taken.id)).metadata()).exif).toBeUndefined()
  expect((await take(path)).known).toBe(true)
})

const refused: [string, string, () => Promise<Buffer> | Buffer][] = [
  ['nothing', 'media_invalid', () => Buffer.alloc(0)],
  ['text that is called a film', 'media_type_unsupported', () => Buffer.from('Dear diary')],
  [
    'a playlist that names another file',
    'media_type_unsupported',
    () => Buffer.from('#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n'),
  ],
  [
    'a list that names another file',
    'media_type_unsupported',
    () => Buffer.from("ffconcat version 1.0\nfile '/etc/passwd'\n"),
  ],
  [
    'an SVG',
    'media_type_unsupported',
    () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="/etc/passwd"/></svg>'),
  ],
  ['a film cut in the middle', 'media_invalid', () => readFileSync(whole).subarray(0, 20_000)],
  [
    'a film without its index',
    'media_invalid',
    () => Buffer.concat([Buffer.from('\0\0\0\x10ftypisom\0\0\0\0'), Buffer.alloc(5000)]),
  ],
  [
    'noise that begins as a film',
    'media_invalid',
    () => Buffer.concat([Buffer.from('\x1a\x45\xdf\xa3', 'latin1'), Buffer.alloc(5000, 7)]),
  ],
  ['half a picture', 'image_invalid', () => Buffer.from([0xff, 0xd8, 0xff, 0xe0, 0, 16])],
  [
    'a film under copy protection',
    'media_encrypted',
    async () => {
      const key = '00112233445566778899aabbccddeeff'
      const protection = ['-encryption_scheme', 'cenc-aes-ctr', '-encryption_key', key, '-encryption_kid', key]
      await ffmpeg(home, '-i', 'whole.mp4', '-c', 'copy', ...protection, 'protected.mp4')
      return readFileSync(join(home, 'protected.mp4'))
    },
  ],
]
test.each(refused)('%s is refused as %s, with a sentence, and leaves nothing', async (_, code, make) => {
  const { media, folder } = studioMedia()
  const body = Readable.from([await make()])
  await expect(media.takeIn('film.mp4', body)).rejects.toMatchObject({ code, message: /\.$/ })
  expect(stored(folder)).toEqual([])
})

test('a film whose end is missing behind its index is refused', async () => {
  const path = await film(home, 'front.mp4', { args: ['-movflags', '+faststart'] })
  await truncate(path, 30_000)
  await expect(studioMedia().take(path)).rejects.toMatchObject({ code: 'media_invalid' })
})

test('a picture that is too large is refused while it comes, not when all of it is here', async () => {
  const { media, folder } = studioMedia()
  const part = Buffer.alloc(1 << 20)
  let given = 0
  function* endless() {
    yield Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), part])
    for (; given < 1000; given++) yield part
  }
  await expect(media.takeIn('huge.png', Readable.from(endless()))).rejects.toMatchObject({ code: 'too_large' })
  expect(given).toBeLessThan(100)
  expect(stored(folder)).toEqual([])
})

test('a picture that is too large is refused while it comes, in however small pieces it begins', async () => {
  const { media, folder } = studioMedia()
  const part = Buffer.alloc(1 << 20)
  let given = 0
  function* endless() {
    yield Buffer.from('89504e47', 'hex')
    yield Buffer.from('0d0a1a0a', 'hex')
    for (; given < 200; given++) yield part
  }
  await expect(media.takeIn('huge.png', Readable.from(endless()))).rejects.toMatchObject({ code: 'too_large' })
  expect(given).toBeLessThan(100)
  expect(stored(folder)).toEqual([])
})

test('whoever leaves while sending leaves nothing', async () => {
  const { media, folder } = studioMedia()
  async function* half() {
    yield readFileSync(whole).subarray(0, 1000)
    throw Object.assign(new Error('gone'), { code: 'ERR_STREAM_PREMATURE_CLOSE' })
  }
  await expect(media.takeIn('a', half())).rejects.toThrow('gone')
  expect(stored(folder)).toEqual([])
})

test.skipIf(!existsSync('/dev/full'))('a full disk is told as that, and leaves nothing', async () => {
  const { blobs, folder } = studioMedia()
  const tools = createTools({ setting: async () => '' })
  const takeIn = createTakeIn({
    memory: createSeenMemory(),
    blobs,
    tools,
    processes: createProcesses(),
    createDraft: () => createWriteStream('/dev/full'),
  })
  await expect(takeIn('a.mp4', Readable.from([readFileSync(whole)]))).rejects.toMatchObject({ code: 'storage_full' })
  expect(stored(folder)).toEqual([])
})

test('a file larger than memory has room for passes through', async () => {
  const { media } = studioMedia()
  const part = Buffer.alloc(1 << 20, 1)
  function* long() {
    yield Buffer.from('\0\0\0\x08mdat')
    for (let at = 0; at < 150; at++) yield part
  }
  const before = process.memoryUsage().arrayBuffers
  let most = 0
  const watch = setInterval(() => (most = Math.max(most, process.memoryUsage().arrayBuffers - before)), 5)
  await expect(media.takeIn('a', Readable.from(long()))).rejects.toMatchObject({ code: 'media_invalid' })
  clearInterval(watch)
  expect(most).toBeLessThan(60 << 20)
})

test('what is left of a studio that was killed is gone at the next start', async () => {
  const { folder, blobs } = studioMedia()
  const draft = await blobs.draftPath()
  writeFileSync(draft, 'half')
  const next = studioMedia(folder)
  await next.blobs.draftPath()
  expect(existsSync(draft)).toBe(false)
})
