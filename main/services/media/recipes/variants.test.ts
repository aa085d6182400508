import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { Value } from 'typebox/value'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { Waveform } from '../../../../shared/contract/media.ts'
import { clock } from '../../../../shared/domain/captions.ts'
import { ffmpeg, ffprobe, film, studioMedia } from '../../../testing/media.ts'
import { rungs } from './hls.ts'
import { about } from './podcast.ts'
import { placed } from './stills.ts'

const home = mkdtempSync(join(tmpdir(), 'grover-variants-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const studio = studioMedia(home, afterAll)
let whole = ''
let episode = ''
beforeAll(async () => {
  whole = (await studio.take(await film(home, 'whole.mp4', { seconds: 5, args: ['-g', '25'] }))).id
  // A quiet second, then two loud ones.
  await ffmpeg(home, '-f', 'lavfi', '-i', "aevalsrc='if(lt(t,1),0.05,0.8)*sin(2*PI*440*t)':d=3", 'episode.wav')
  episode = (await studio.take(join(home, 'episode.wav'))).id
})

test('a ladder has a rung for each size up to the film’s own, cut by byte ranges', async () => {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'testsrc2=s=1280x720:r=10:d=5',
    '-f',
    'lavfi',
    '-i',
    'sine=d=5',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    'big.mp4',
  )
  const { id } = await studio.take(join(home, 'big.mp4'))
  const ladder = await studio.variants(id, { kind: 'hls', loudness: false })
  expect(ladder.map(({ id, width, height }) => [id, width, height])).toEqual([
    ['hls-720', 1280, 720],
    ['hls-480', 854, 480],
    ['hls-240', 426, 240],
  ])
  for (const rung of ladder) {
    expect(rung.codecs).toMatch(/^avc1\.64[0-9a-f]{4},mp4a\.40\.2$/)
    const playlist = rung.text()
    expect(playlist).toContain('#EXT-X-ENDLIST')
    expect(new Set(playlist.match(/^[^#\n].*$/gm))).toEqual(new Set(['media.mp4']))
    expect(playlist).toMatch(/#EXT-X-MAP:URI="media\.mp4",BYTERANGE="\d+@0"/)
    // The ranges lie one behind the other, up to the end of the file, and the times are those of the film.
    const ranges = [...playlist.matchAll(/BYTERANGE[:=]"?(\d+)@(\d+)/g)].map(
      ([, bytes, at]) => [Number(bytes), Number(at)] as const,
    )
    let end = 0
    for (const [bytes, at] of ranges) {
      expect(at).toBe(end)
      end += bytes
    }
    expect(end).toBe(rung.bytes)
    const seconds = [...playlist.matchAll(/#EXTINF:([\d.]+)/g)].map(([, text]) => Number(text))
    expect(seconds[0]).toBe(4)
    expect(seconds.reduce((sum, one) => sum + one, 0)).toBeCloseTo(5, 0)
    // A player finds its way through it.
    writeFileSync(join(home, 'media.mp4'), readFileSync(rung.path))
    writeFileSync(join(home, 'media.m3u8'), playlist)
    const { streams, format } = await ffprobe(join(home, 'media.m3u8'), '-allowed_extensions', 'ALL')
    expect(streams.map((stream) => stream.codec_name).sort()).toEqual(['aac', 'h264'])
    expect(Number(format.duration)).toBeCloseTo(5, 0)
  }
  expect(ladder[0]!.bitrate).toBeGreaterThan(ladder[1]!.bitrate)
})

test('rungs are never larger than the film, by its shorter side', () => {
  expect(rungs({ width: 3840, height: 2160 })).toEqual([1080, 720, 480, 240])
  expect(rungs({ width: 1080, height: 1920 })).toEqual([1080, 720, 480, 240])
  expect(rungs({ width: 1000, height: 719 })).toEqual([480, 240])
  expect(rungs({ width: 64, height: 64 })).toEqual([240])
})

test('a poster shows the moment that was asked for, also when that is the end or beyond', async () => {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'color=black:s=64x64:d=1',
    '-f',
    'lavfi',
    '-i',
    'color=white:s=64x64:d=1',
    '-filter_complex',
    '[0][1]concat=n=2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    'switch.mp4',
  )
  const { id } = await studio.take(join(home, 'switch.mp4'))
  const brightness = async (atMs: number) => {
    const [poster] = await studio.variants(id, { kind: 'poster', atMs })
    expect(poster).toMatchObject({ id: 'poster', role: 'poster', type: 'image/webp', width: 64, height: 64 })
    return (await sharp(poster!.path).stats()).channels[0]!.mean
  }
  expect(await brightness(300)).toBeLessThan(20)
  expect(await brightness(1500)).toBeGreaterThan(235)
  expect(await brightness(2000)).toBeGreaterThan(235)
  expect(await brightness(900_000)).toBeGreaterThan(235)
})

test('a sprite has a small picture for every second, and says where', async () => {
  const [sprite] = await studio.variants(whole, { kind: 'sprite' })
  expect(sprite).toMatchObject({ id: 'sprite', role: 'sprite', type: 'image/jpeg', width: 800, height: 90 })
  const cues = [...sprite!.text().matchAll(/(\S+) --> (\S+)\n#xywh=(\d+),(\d+),(\d+),(\d+)/g)].map(
    ([, ...parts]) => parts,
  )
  expect(cues[0]).toEqual(['00:00:00.000', '00:00:01.000', '0', '0', '160', '90'])
  expect(cues[4]?.slice(0, 5)).toEqual(['00:00:04.000', expect.stringMatching(/^00:00:05/), '640', '0', '160'])
  const info = await sharp(sprite!.path).metadata()
  expect([info.width, info.height]).toEqual([800, 90])
  // Each is another picture of the film, none is empty.
  const means = await Promise.all(
    cues.map(async ([, , left]) => {
      const part = sharp(sprite!.path).extract({ left: Number(left), top: 0, width: 160, height: 90 })
      return (await sharp(await part.png().toBuffer()).stats()).channels.map(({ mean }) => mean.toFixed(2)).join()
    }),
  )
  expect(new Set(means).size).toBe(5)
})

test('pictures of a sprite stand in rows of ten', () => {
  const vtt = placed({ count: 12, everyMs: 2000, durationMs: 23_500, tile: { width: 160, height: 90 } })
  expect(vtt).toContain('00:00:20.000 --> 00:00:22.000\n#xywh=0,90,160,90')
  expect(vtt).toContain('00:00:22.000 --> 00:00:23.500\n#xywh=160,90,160,90')
  expect(clock(3_723_004)).toBe('01:02:03.004')
})

test('a waveform is loud where the sound is', async () => {
  const [made] = await studio.variants(episode, { kind: 'waveform' })
  expect(made).toMatchObject({ id: 'waveform', role: 'waveform', type: 'application/json' })
  const { peaks, durationMs } = Value.Parse(Waveform, JSON.parse(made!.text()))
  expect(durationMs).toBe(3000)
  const third = peaks.length / 3
  expect(Math.max(...peaks.slice(0, third - 1))).toBeCloseTo(5, -1)
  expect(Math.min(...peaks.slice(third + 1))).toBeGreaterThan(70)
})

const srt =
  '\ufeff1\r\n00:00:01,000 --> 00:00:02,500\r\n{\\an8}<font color="red">Hello</font> <i>you</i>\r\nand & you\r\n\r\n2\r\n00:00:00,200 --> 00:00:00,900\r\nFirst\r\n'
test.each([
  ['SRT', srt],
  [
    'WebVTT',
    'WEBVTT\n\n00:00.200 --> 00:00.900\nFirst\n\n00:01.000 --> 00:02.500 line:0\n<c.red>Hello</c> <i>you</i>\nand & you\n',
  ],
  // Notes are none, whatever a cue is called; times may be short.
  [
    'odd WebVTT',
    'WEBVTT - Title\n\nNOTE nothing\n\nSTYLE\n::cue { color: red }\n\nfootnote 1\n00:00.2 --> 00:00.9\nFirst\n\n\n00:01.000 --> 00:02.5\nHello <i>you</i>\nand & you',
  ],
])('captions in %s become tidy WebVTT in order of time', async (_, text) => {
  const [made] = await studio.variants(whole, { kind: 'captions', text, language: 'en-GB', label: 'English' })
  expect(made).toMatchObject({
    id: 'captions-en-GB',
    role: 'captions',
    type: 'text/vtt',
    language: 'en-GB',
    label: 'English',
  })
  expect(made!.text()).toBe(
    'WEBVTT\n\n00:00:00.200 --> 00:00:00.900\nFirst\n\n00:00:01.000 --> 00:00:02.500\nHello <i>you</i>\nand &amp; you\n',
  )
})

test.each(['', 'Dear diary', 'WEBVTT\n\n', '1\n00:00:05,000 --> 00:00:01,000\nBackwards\n'])(
  '%j are no captions',
  async (text) => {
    const job = await studio.make(whole, { kind: 'captions', text, language: 'en', label: '' })
    expect(job).toMatchObject({ state: 'failed', problem: { code: 'captions_invalid', message: /\.$/ } })
  },
)

const chapters = [
  { startMs: 1500, title: 'Zwei; = #2\\' },
  { startMs: 0, title: 'Eins\n[CHAPTER]' },
  { startMs: 99_000, title: 'Beyond' },
]
test.each(['m4a', 'mp3'] as const)('an episode as %s has its loudness, chapters, title and cover', async (format) => {
  const cover = join(home, 'cover.png')
  await sharp({ create: { width: 60, height: 40, channels: 3, background: 'blue' } })
    .png()
    .toFile(cover)
  const { id } = await studio.take(cover)
  const [made] = await studio.variants(episode, {
    kind: 'podcast',
    format,
    title: 'Folge 1',
    artist: 'Ada',
    chapters,
    cover: id,
  })
  expect(made).toMatchObject({ id: 'podcast', role: 'podcast', type: format === 'mp3' ? 'audio/mpeg' : 'audio/mp4' })
  const seen = await ffprobe(made!.path)
  expect(seen.format.tags).toMatchObject({ title: 'Folge 1', artist: 'Ada' })
  expect(seen.chapters.map(({ start_time, tags }) => [Number(start_time), tags.title])).toEqual([
    [0, 'Eins [CHAPTER]'],
    [1.5, 'Zwei; = #2'],
  ])
  // In an MP4, chapters are a track of texts.
  expect(seen.streams.map(({ codec_name }) => codec_name)).toEqual(
    format === 'mp3' ? ['mp3', 'mjpeg'] : ['aac', 'bin_data', 'mjpeg'],
  )
  const said = await ffmpeg(home, '-i', made!.path, '-af', 'ebur128', '-f', 'null', '-')
  expect(Number(said.match(/Integrated loudness:\s+I:\s+(-?[\d.]+) LUFS/)?.[1])).toBeCloseTo(-16, 0)
})

test('what people write into titles stays text', () => {
  const text = about(
    { kind: 'podcast', format: 'mp3', title: 'a=b;c#d\\e\nf\\', artist: '', chapters: [], cover: '' },
    1000,
  )
  expect(text).toBe(';FFMETADATA1\ntitle=a\\=b\\;c\\#d\\\\e f\nartist=\n')
})

test('a picture is made in sizes, cut around what matters', async () => {
  const path = join(home, 'wide.png')
  // Red on the left, blue on the right.
  await sharp({ create: { width: 400, height: 100, channels: 3, background: 'red' } })
    .composite([{ input: { create: { width: 200, height: 100, channels: 3, background: 'blue' } }, left: 200, top: 0 }])
    .png()
    .toFile(path)
  const { id } = await studio.take(path)
  const made = await studio.variants(id, {
    kind: 'sizes',
    widths: [50, 4000],
    formats: ['avif', 'webp', 'jpeg'],
    aspect: 1,
    focus: { x: 0.9, y: 0.5 },
  })
  expect(made.map(({ id, type, width, height }) => [id, type, width, height])).toEqual([
    ['image-50-avif', 'image/avif', 50, 50],
    ['image-50-webp', 'image/webp', 50, 50],
    ['image-50-jpeg', 'image/jpeg', 50, 50],
    ['image-100-avif', 'image/avif', 100, 100],
    ['image-100-webp', 'image/webp', 100, 100],
    ['image-100-jpeg', 'image/jpeg', 100, 100],
  ])
  for (const { path, width } of made) {
    expect((await sharp(path).metadata()).width).toBe(width)
    expect((await sharp(path).stats()).channels[2]!.mean).toBeGreaterThan(230)
  }
})
