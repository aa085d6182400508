import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, expect, test } from 'vitest'
import { ffmpeg, ffprobe, studioMedia } from '../../../testing/media.ts'

const home = mkdtempSync(join(tmpdir(), 'grover-edits-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const studio = studioMedia(home, afterAll)
// libvips remembers a file by its name, and these names are used again.
sharp.cache(false)

/** Three seconds, each of another colour, with a key frame a second; or a flat one of `source`. */
async function colours(name = 'colours.mp4'): Promise<string> {
  const one = (colour: string) => ['-f', 'lavfi', '-i', `color=${colour}:s=160x90:r=25:d=1`]
  await ffmpeg(
    home,
    ...one('red'),
    ...one('lime'),
    ...one('blue'),
    '-f',
    'lavfi',
    '-i',
    'sine=d=3',
    '-filter_complex',
    '[0][1][2]concat=n=3[v]',
    '-map',
    '[v]',
    '-map',
    '3:a',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-g',
    '25',
    '-pix_fmt',
    'yuv420p',
    '-metadata',
    'location=+52.5/',
    name,
  )
  return (await studio.take(join(home, name))).id
}

/** Mean red, green and blue of a part of the picture at that second. */
async function colourAt(
  path: string,
  seconds: number,
  part?: { left: number; top: number; width: number; height: number },
): Promise<number[]> {
  await ffmpeg(home, '-ss', String(seconds), '-i', path, '-frames:v', '1', 'at.png')
  const picture = sharp(join(home, 'at.png'))
  const { data } = await (part ? picture.extract(part) : picture)
    .removeAlpha()
    .resize(1, 1, { kernel: 'cubic', fit: 'fill' })
    .raw()
    .toBuffer({ resolveWithObject: true })
  return [...data]
}
const isRed = [
  expect.toSatisfy((v: number) => v > 200),
  expect.toSatisfy((v: number) => v < 60),
  expect.toSatisfy((v: number) => v < 60),
]
const isBlue = [isRed[1], isRed[1], isRed[0]]
const isLime = [isRed[1], isRed[0], isRed[1]]

test('cut on key frames, the film is copied; cut exactly, it begins and ends to the picture', async () => {
  const id = await colours()
  const copied = await studio.file(id, { kind: 'trim', startMs: 1000, endMs: 2000, exact: false }, 'Mitte.mp4')
  expect(copied).toMatchObject({ kind: 'video', name: 'Mitte.mp4', type: 'video/mp4', width: 160, height: 90 })
  expect(copied.durationMs).toBeGreaterThan(950)
  expect(copied.durationMs).toBeLessThan(1350)
  expect(await colourAt(copied.path, 0.1)).toEqual(isLime)
  const exact = await studio.file(id, { kind: 'trim', startMs: 1800, endMs: 2400, exact: true })
  expect(exact.durationMs).toBeGreaterThan(580)
  expect(exact.durationMs).toBeLessThan(680)
  expect(await colourAt(exact.path, 0.1)).toEqual(isLime)
  expect(await colourAt(exact.path, 0.3)).toEqual(isBlue)
  expect((await ffprobe(exact.path)).format.tags?.location).toBeUndefined()
  expect(await studio.make(id, { kind: 'trim', startMs: 2000, endMs: 2000, exact: true })).toMatchObject({
    problem: { code: 'media_unfit' },
  })
})

test.each(['mp3', 'flac', 'wav', 'ogg'])('a recording in %s is cut as it is', async (kind) => {
  await ffmpeg(home, '-f', 'lavfi', '-i', 'sine=d=2', `sound.${kind}`)
  const { id, type } = await studio.take(join(home, `sound.${kind}`))
  const made = await studio.file(id, { kind: 'trim', startMs: 500, endMs: 1500, exact: true })
  expect(made).toMatchObject({ kind: 'audio', type })
  expect(Math.abs(made.durationMs - 1000)).toBeLessThan(80)
})

/** Red on the left, blue on the right. */
async function makeHalves(): Promise<string> {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'color=red:s=160x90:d=0.4',
    '-f',
    'lavfi',
    '-i',
    'color=blue:s=160x90:d=0.4',
    '-filter_complex',
    '[0]crop=iw/2:ih[l];[1]crop=iw/2:ih[r];[l][r]hstack[v]',
    '-map',
    '[v]',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    'halves.mp4',
  )
  return (await studio.take(join(home, 'halves.mp4'))).id
}
let made: Promise<string> | undefined
const halves = () => (made ??= makeHalves())

test('cropped, only that part is left', async () => {
  const made = await studio.file(await halves(), { kind: 'crop', left: 0.5, top: 0.1, width: 0.5, height: 0.5 })
  expect(made).toMatchObject({ kind: 'video', width: 80, height: 44 })
  expect(await colourAt(made.path, 0)).toEqual(isBlue)
  const outside = await studio.make(await halves(), { kind: 'crop', left: 0.6, top: 0, width: 0.5, height: 1 })
  expect(outside.problem?.code).toBe('media_unfit')
})

test('reframed to 9:16, what matters stays in the picture', async () => {
  const id = await halves()
  const left = await studio.file(id, { kind: 'reframe', aspect: 9 / 16, focus: { x: 0.05, y: 0.5 } })
  expect(left).toMatchObject({ width: 50, height: 90 })
  expect(await colourAt(left.path, 0)).toEqual(isRed)
  const right = await studio.file(id, { kind: 'reframe', aspect: 9 / 16, focus: { x: 0.95, y: 0.5 } })
  expect(await colourAt(right.path, 0)).toEqual(isBlue)
})

async function mark(): Promise<string> {
  const path = join(home, 'mark.png')
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'white' } })
    .png()
    .toFile(path)
  return (await studio.take(path)).id
}

test('a watermark stands in its corner, as wide and as strong as asked', async () => {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'color=black:s=160x90:d=1',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    'black.mp4',
  )
  const { id } = await studio.take(join(home, 'black.mp4'))
  const picture = await mark()
  const made = await studio.file(id, { kind: 'watermark', picture, corner: 'bottom-right', width: 0.2, opacity: 0.5 })
  const [red] = await colourAt(made.path, 0.8, { left: 128, top: 58, width: 24, height: 24 })
  expect(red).toBeGreaterThan(100)
  expect(red).toBeLessThan(155)
  for (const place of [
    { left: 0, top: 0 },
    { left: 90, top: 60 },
    { left: 130, top: 20 },
  ])
    expect((await colourAt(made.path, 0.8, { ...place, width: 24, height: 24 }))[0]).toBeLessThan(20)
})

test('captions are drawn while they are due', async () => {
  await ffmpeg(
    home,
    '-f',
    'lavfi',
    '-i',
    'color=black:s=320x180:d=2',
    '-c:v',
    'libx264',
    '-preset',
    'ultrafast',
    '-pix_fmt',
    'yuv420p',
    'dark.mp4',
  )
  const { id } = await studio.take(join(home, 'dark.mp4'))
  const made = await studio.file(id, {
    kind: 'burn',
    text: 'WEBVTT\n\n00:01.000 --> 00:02.000\nHELLO HELLO HELLO HELLO\n',
  })
  const brightest = async (seconds: number) => {
    await ffmpeg(home, '-ss', String(seconds), '-i', made.path, '-frames:v', '1', 'drawn.png')
    return (await sharp(join(home, 'drawn.png')).stats()).channels[0]!.max
  }
  expect(await brightest(0.5)).toBeLessThan(30)
  expect(await brightest(1.5)).toBeGreaterThan(200)
})

test('pictures are cut and marked too', async () => {
  const path = join(home, 'two.png')
  await sharp({ create: { width: 200, height: 100, channels: 3, background: 'red' } })
    .composite([{ input: { create: { width: 100, height: 100, channels: 3, background: 'blue' } }, left: 100, top: 0 }])
    .png()
    .toFile(path)
  const { id } = await studio.take(path)
  const cut = await studio.file(id, { kind: 'reframe', aspect: 1, focus: { x: 1, y: 0.5 } }, 'Blau.png')
  expect(cut).toMatchObject({
    kind: 'image',
    name: 'Blau.png',
    type: 'image/png',
    width: 100,
    height: 100,
    durationMs: 0,
  })
  expect((await sharp(cut.path).stats()).channels.map(({ mean }) => Math.round(mean)).slice(0, 3)).toEqual([0, 0, 255])
  const marked = await studio.file(id, {
    kind: 'watermark',
    picture: await mark(),
    corner: 'top-left',
    width: 0.1,
    opacity: 1,
  })
  const corner = sharp(marked.path).extract({ left: 8, top: 8, width: 10, height: 10 }).removeAlpha()
  expect([...new Set(await corner.raw().toBuffer())]).toEqual([255])
})
