import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe, film, studioMedia } from '../../../testing/media.ts'

const home = mkdtempSync(join(tmpdir(), 'grover-web-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const studio = studioMedia(home, afterAll)

/** Takes the file in and makes its MP4 for the web. */
async function web(path: string, loudness = false) {
  const { id } = await studio.take(path)
  const [made] = await studio.variants(id, { kind: 'web', loudness })
  const { streams, format } = await ffprobe(made!.path)
  const [video] = streams.filter((stream) => stream.codec_type === 'video')
  const [audio] = streams.filter((stream) => stream.codec_type === 'audio')
  return { made: made!, video, audio, format, streams, bytes: readFileSync(made!.path) }
}

/** The digest of the compressed pictures, whatever they are wrapped in. */
async function pictures(path: string): Promise<string> {
  await ffmpeg(home, '-i', path, '-map', '0:v', '-c', 'copy', '-f', 'h264', 'pictures.h264')
  return createHash('sha256')
    .update(readFileSync(join(home, 'pictures.h264')))
    .digest('hex')
}

const place = [
  '-metadata',
  'location=+52.5200+013.4050/',
  '-metadata',
  'artist=Ada',
  '-metadata',
  'creation_time=2026-01-02T03:04:05Z',
]

test('what fits every browser is copied, with its index in front and without place, name and time', async () => {
  const path = await film(home, 'fits.mov', { args: [...place, '-f', 'mov'] })
  expect(readFileSync(path).includes('+52.5200')).toBe(true)
  const { made, video, audio, format, bytes } = await web(path)
  expect(await pictures(made.path)).toBe(await pictures(path))
  expect([video?.codec_name, audio?.codec_name]).toEqual(['h264', 'aac'])
  for (const trace of ['+52.5200', 'Ada', '2026-01-02']) expect(bytes.includes(trace)).toBe(false)
  expect(format.tags?.creation_time).toBeUndefined()
  expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'))
  expect(made).toMatchObject({
    id: 'mp4',
    role: 'mp4',
    type: 'video/mp4',
    width: 320,
    height: 180,
    bytes: bytes.length,
  })
  expect(made.codecs).toMatch(/^avc1\.[0-9a-f]{6},mp4a\.40\.2$/)
  expect(made.bitrate).toBeGreaterThan(50_000)
})

test('key frames too far apart to jump between are made anew', async () => {
  const path = await film(home, 'far.mp4', {
    seconds: 11,
    size: '64x64',
    args: ['-r', '5', '-g', '1000', '-keyint_min', '1000'],
  })
  const { made } = await web(path)
  expect(await pictures(made.path)).not.toBe(await pictures(path))
  const { packets } = (await ffprobe(
    made.path,
    '-select_streams',
    'v',
    '-show_entries',
    'packet=pts_time,flags',
  )) as unknown as {
    packets: { pts_time: string; flags: string }[]
  }
  expect(
    packets.filter(({ flags }) => flags.startsWith('K')).map(({ pts_time }) => Math.round(Number(pts_time))),
  ).toEqual([0, 4, 8])
})

const encoded: [string, string[], Record<string, unknown>][] = [
  ['ten bits', ['-pix_fmt', 'yuv420p10le', '-profile:v', 'high10'], { pix_fmt: 'yuv420p', width: 320 }],
  ['full colour', ['-pix_fmt', 'yuv444p'], { pix_fmt: 'yuv420p' }],
  ['odd sides', ['-vf', 'scale=241:135,setsar=1', '-pix_fmt', 'yuv444p'], { width: 242, height: 136 }],
  ['wide pixels', ['-vf', 'scale=160:180,setsar=2'], { width: 320, height: 180, sample_aspect_ratio: '1:1' }],
  ['100 pictures a second', ['-r', '100'], { avg_frame_rate: '60/1' }],
]
test.each(encoded)('%s become what every browser plays', async (name, args, expected) => {
  const path = await film(home, `${name}.mp4`, { seconds: 1, args })
  expect((await web(path)).video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', ...expected })
})

test('a film held upright is turned, not left to the player', async () => {
  await film(home, 'lying.mp4', { seconds: 1 })
  await ffmpeg(home, '-i', 'lying.mp4', '-c', 'copy', '-metadata:s:v', 'rotate=90', 'upright.mp4')
  const { video } = await web(join(home, 'upright.mp4'))
  expect(video).toMatchObject({ width: 180, height: 320 })
  expect(video?.side_data_list).toBeUndefined()
})

test('a rate that changes becomes steady, and nothing is lost of the time', async () => {
  await film(home, 'steady.mp4', { seconds: 3, args: ['-an'] })
  await ffmpeg(
    home,
    '-i',
    'steady.mp4',
    '-vf',
    "select='lt(n,25)+not(mod(n,9))',setpts=PTS",
    '-vsync',
    'vfr',
    'vfr.mkv',
  )
  // VP9, so that it cannot be copied.
  await ffmpeg(
    home,
    '-i',
    'vfr.mkv',
    '-vsync',
    'vfr',
    '-c:v',
    'libvpx-vp9',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    'vfr.webm',
  )
  const { video, format } = await web(join(home, 'vfr.webm'))
  expect(video?.avg_frame_rate).toBe(video?.r_frame_rate)
  expect(Number(format.duration)).toBeCloseTo(3, 0)
})

test('HDR is brought to ordinary screens', async () => {
  const hdr = [
    '-pix_fmt',
    'yuv420p10le',
    '-color_primaries',
    'bt2020',
    '-color_trc',
    'smpte2084',
    '-colorspace',
    'bt2020nc',
  ]
  const path = await film(home, 'hdr.mp4', {
    seconds: 1,
    args: ['-vf', 'setparams=colorspace=bt2020nc:color_primaries=bt2020:color_trc=smpte2084', ...hdr],
  })
  const { video } = await web(path)
  expect(video).toMatchObject({ pix_fmt: 'yuv420p', color_transfer: 'bt709', color_space: 'bt709' })
})

test('five speakers become two; a film without sound has none', async () => {
  const five = await film(home, 'five.mp4', { seconds: 1, args: ['-ac', '6'] })
  expect((await web(five)).audio).toMatchObject({ codec_name: 'aac', channels: 2 })
  const silent = await film(home, 'silent.mp4', { seconds: 1, args: ['-an'] })
  const { audio, made } = await web(silent)
  expect(audio).toBeUndefined()
  expect(made.codecs).toMatch(/^avc1\.[0-9a-f]{6}$/)
})

test('a film of more than 4 GB is read from where its pictures lie', async () => {
  const fragments = ['-movflags', 'frag_keyframe+empty_moov+default_base_moof']
  const small = readFileSync(await film(home, 'fragments.mp4', { seconds: 1, args: fragments }))
  const start = small.indexOf('moof') - 4
  // Where its fragments lie is told from the box they are in, but for an index at the end, which it can do without.
  const end = small.indexOf('mfra') - 4
  const gap = 4.5 * 2 ** 30
  const free = Buffer.from('\0\0\0\x01free\0\0\0\0\0\0\0\0', 'latin1')
  free.writeBigUInt64BE(BigInt(gap), 8)
  // Nothing is written in between, so it takes no room; it is put into the store, which import would fill with all of it.
  const hash = 'a'.repeat(64)
  mkdirSync(join(home, 'blobs', 'aa'), { recursive: true })
  const file = await open(studio.pathOf(hash), 'w')
  await file.write(small.subarray(0, start))
  await file.write(free)
  await file.write(small.subarray(start, end), 0, end - start, start + gap)
  await file.close()
  expect((await stat(studio.pathOf(hash))).size).toBeGreaterThan(2 ** 32)
  const [made] = await studio.variants(hash, { kind: 'web', loudness: false })
  expect(made).toMatchObject({ width: 320, height: 180 })
  expect(Number((await ffprobe(made!.path)).format.duration)).toBeCloseTo(1, 1)
})

test('data that a camera adds does not come along', async () => {
  await film(home, 'plain.mp4', { seconds: 1 })
  // A track of time codes, as cameras write it.
  await ffmpeg(home, '-i', 'plain.mp4', '-c', 'copy', '-timecode', '01:00:00:00', 'coded.mov')
  expect((await ffprobe(join(home, 'coded.mov'))).streams).toHaveLength(3)
  expect((await web(join(home, 'coded.mov'))).streams).toHaveLength(2)
})

test('sound is brought to −16 LUFS while the picture is copied', async () => {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=64x64:d=3',
    '-f',
    'lavfi',
    '-i',
    'anoisesrc=d=3:c=pink:a=0.02',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    '-c:a',
    'aac',
    'quiet.mp4',
  )
  const { made } = await web(join(home, 'quiet.mp4'), true)
  const said = await ffmpeg(home, '-i', made.path, '-af', 'ebur128', '-f', 'null', '-')
  expect(Number(said.match(/I:\s+(-?[\d.]+) LUFS\s+Threshold[\s\S]*$/)?.[1])).toBeCloseTo(-16, 0)
  expect(await pictures(made.path)).toBe(await pictures(join(home, 'quiet.mp4')))
})

test('silence stays silence', async () => {
  const path = await film(home, 'hush.mp4', { seconds: 1, args: ['-af', 'volume=0'] })
  expect((await web(path, true)).audio).toMatchObject({ codec_name: 'aac' })
})

const animation = (format: 'gif' | 'webp') => {
  const [width, height, frames] = [31, 21, 4]
  const data = Buffer.alloc(width * height * frames * 3)
  for (let at = 0; at < frames; at++) data.fill(60 * at, width * height * 3 * at, width * height * 3 * (at + 1))
  return sharp(data, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
    [format]({ loop: 0, delay: [100, 400, 100, 400] })
    .toFile(join(home, `moving.${format}`))
}
test.each(['gif', 'webp'] as const)('a moving %s becomes a film that lasts as long', async (format) => {
  await animation(format)
  const { made, video, audio, format: container } = await web(join(home, `moving.${format}`))
  expect(video).toMatchObject({ codec_name: 'h264', pix_fmt: 'yuv420p', width: 32, height: 22 })
  expect(audio).toBeUndefined()
  expect(Number(container.duration)).toBeCloseTo(1, 1)
  // The second picture is there from 0.1 to 0.5 s.
  await ffmpeg(home, '-ss', '0.3', '-i', made.path, '-frames:v', '1', 'second.png')
  const { channels } = await sharp(join(home, 'second.png')).stats()
  expect(channels[0]?.mean).toBeCloseTo(60, -1)
})

/** Four pictures of noise, of which the third cannot be read; how many there are can. */
async function brokenAnimation(format: 'gif' | 'webp'): Promise<Buffer> {
  const [width, height, frames] = [40, 30, 4]
  const noise = Buffer.from(Array.from({ length: width * height * frames * 3 }, (_, at) => (at * at * 31) % 251))
  const image = sharp(noise, { raw: { width, height: height * frames, channels: 3, pageHeight: height } })
  const bytes = await (format === 'gif' ? image.gif() : image.webp({ lossless: true })).toBuffer()
  const beginning = format === 'gif' ? /\x2c\0\0\0\0/g : /ANMF/g
  const third = [...bytes.toString('latin1').matchAll(beginning)][2]!.index
  // Behind its own head.
  return bytes.fill(0xff, third + 60, third + 300)
}
test.each(['gif', 'webp'] as const)(
  'a moving %s with a broken picture is told as that, and ends nothing else',
  async (format) => {
    // It did not come by import, which looks at every picture, but from an archive or the server.
    const { hash } = await studio.blobs.add(await brokenAnimation(format))
    expect(await studio.make(hash, { kind: 'web', loudness: false })).toMatchObject({
      state: 'failed',
      problem: { code: 'media_invalid', message: /\.$/ },
    })
  },
)

test('a moving PNG goes on moving without what it says of its maker, and becomes a film', async () => {
  const path = join(home, 'moving.png')
  await ffmpeg(home, '-f', 'lavfi', '-i', 'color=red:s=31x21:r=10:d=0.5,format=rgb24', '-f', 'apng', 'made.png')
  const bare = readFileSync(join(home, 'made.png'))
  // A text chunk behind the header; its checksum may be any, for nobody reads it.
  const text = Buffer.from('\0\0\0\x0atEXtAuthor\0Ada\0\0\0\0', 'latin1')
  writeFileSync(path, Buffer.concat([bare.subarray(0, 33), text, bare.subarray(33)]))
  const { id, type } = await studio.take(path)
  expect(type).toBe('image/png')
  expect(readFileSync(studio.pathOf(id)).includes('Author')).toBe(false)
  const { video, format } = await web(path)
  expect(video).toMatchObject({ codec_name: 'h264', width: 32, height: 22 })
  expect(Number(format.duration)).toBeGreaterThan(0.38)
})

test('a picture that stands still makes no film', async () => {
  await ffmpeg(home, '-f', 'lavfi', '-i', 'color=red:s=64x64', '-frames:v', '1', 'still.png')
  const { id } = await studio.take(join(home, 'still.png'))
  expect(await studio.make(id, { kind: 'web', loudness: false })).toMatchObject({ problem: { code: 'media_unfit' } })
})

test('what has no picture is told so', async () => {
  await ffmpeg(home, '-f', 'lavfi', '-i', 'sine=d=0.3', 'tone.wav')
  const { id } = await studio.take(join(home, 'tone.wav'))
  for (const kind of ['web', 'hls'] as const)
    expect(await studio.make(id, { kind, loudness: false })).toMatchObject({
      state: 'failed',
      problem: { code: 'media_unfit' },
    })
})
