import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Recipe } from '../../../shared/contract/media.ts'
import { temporaryFolder } from '../../testing/folder.ts'
import { graphicsMachine, type Trouble } from '../../testing/graphics.ts'
import { ffprobe, film, realTools, studioMedia } from '../../testing/media.ts'
import { createTools } from './tools.ts'

const real = realTools().ffmpeg
const home = mkdtempSync(join(tmpdir(), 'grover-hardware-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
let heavy = ''
let tiny = ''
beforeAll(async () => {
  // In full colour, so that it cannot be copied.
  heavy = await film(home, 'heavy.mp4', { seconds: 1, args: ['-pix_fmt', 'yuv444p'] })
  tiny = await film(home, 'tiny.mp4', { seconds: 1, size: '96x64', args: ['-pix_fmt', 'yuv444p'] })
})

const web = { kind: 'web', loudness: false } as const

async function studioWith(trouble: Trouble = 'none', encoder = 'h264_nvenc') {
  const folder = temporaryFolder()
  const machine = graphicsMachine({ folder, real, trouble, encoder })
  const studio = studioMedia(folder, undefined, true)
  // biome-ignore lint/correctness/useHookAtTopLevel: no hook, the host's own name for it
  const tools = await studio.media.useTools(machine.path)
  return { ...studio, ...machine, tools }
}

test('an encoder in hardware that works is used, and what it makes is what browsers play', async () => {
  const { tools, take, make, encoded, pathOf } = await studioWith()
  expect(tools).toMatchObject({ hardware: [{ name: 'h264_nvenc', works: true }], encoder: 'h264_nvenc' })
  const { id } = await take(heavy)
  const job = await make(id, web)
  expect(job).toMatchObject({ state: 'done', fellBack: false })
  expect(encoded()).toHaveLength(1)
  const [made] = job.result && 'variants' in job.result ? job.result.variants : []
  const { streams } = await ffprobe(pathOf(made!.hash))
  expect(streams[0]).toMatchObject({ codec_name: 'h264', profile: 'High', pix_fmt: 'yuv420p', width: 320, height: 180 })
})

const picture = async () => {
  const path = join(home, 'mark.png')
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'white' } })
    .png()
    .toFile(path)
  return path
}
const recipes: [string, (mark: string) => Recipe][] = [
  ['a ladder', () => ({ kind: 'hls', loudness: false })],
  ['an exact cut', () => ({ kind: 'trim', startMs: 200, endMs: 800, exact: true })],
  ['a crop', () => ({ kind: 'crop', left: 0, top: 0, width: 0.9, height: 0.9 })],
  ['another shape', () => ({ kind: 'reframe', aspect: 1, focus: { x: 0.5, y: 0.5 } })],
  ['a watermark', (mark) => ({ kind: 'watermark', picture: mark, corner: 'top-left', width: 0.2, opacity: 1 })],
  ['drawn captions', () => ({ kind: 'burn', text: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n' })],
]
test('all that encodes pictures does so in hardware', async () => {
  const { take, make, encoded } = await studioWith()
  const { id } = await take(heavy)
  const { id: mark } = await take(await picture())
  for (const [name, recipe] of recipes) {
    const before = encoded().length
    expect(await make(id, recipe(mark)), name).toMatchObject({ state: 'done', fellBack: false })
    expect(encoded().length - before, name).toBe(1)
  }
})

test('an encoder that works on a device of its own is told which, before all else, and given the pictures there', async () => {
  const { take, make, encoded } = await studioWith('none', 'h264_vaapi')
  const { id } = await take(heavy)
  const { id: mark } = await take(await picture())
  for (const recipe of [web, { kind: 'hls', loudness: false } as const, recipes[4]![1](mark)])
    expect(await make(id, recipe)).toMatchObject({ state: 'done', fellBack: false })
  expect(encoded()).toHaveLength(3)
  for (const line of encoded())
    expect(line).toMatch(/^[^:]*pipe:1 -vaapi_device \S+ .*-i file:.*format=yuv420p,format=nv12,hwupload/)
})

test('a moving picture becomes a film in hardware, and in software where that fails', async () => {
  const path = join(home, 'moving.webp')
  const [width, height, frames] = [160, 128, 3]
  const bytes = Buffer.alloc(width * height * 3 * frames)
  for (let at = 0; at < frames; at++) bytes.fill(80 * at, width * height * 3 * at)
  await sharp(bytes, {
    raw: { width, height: height * frames, channels: 3, pageHeight: height },
  })
    .webp({ loop: 0, delay: [100, 100, 100] })
    .toFile(path)
  for (const [trouble, fellBack] of [
    ['none', false],
    ['refuses every film', true],
  ] as const) {
    const { take, make, encoded } = await studioWith(trouble)
    const { id } = await take(path)
    expect(await make(id, web)).toMatchObject({ state: 'done', fellBack, result: { variants: [{ height: 128 }] } })
    expect(encoded()).toHaveLength(1)
  }
})

test('an encoder that fails its self-test is not used', async () => {
  const { tools, take, make, encoded } = await studioWith('refuses')
  expect(tools).toMatchObject({ hardware: [{ name: 'h264_nvenc', works: false }], encoder: 'libx264' })
  const { id } = await take(heavy)
  expect(await make(id, web)).toMatchObject({ state: 'done', fellBack: false })
  expect(encoded()).toEqual([])
})

const troubles: Trouble[] = [
  'loses pictures',
  'sets key frames where it likes',
  'makes what browsers do not play',
  'makes other pictures',
]
test.each(troubles)('an encoder that %s fails its self-test', async (trouble) => {
  const { path } = graphicsMachine({ folder: temporaryFolder(), real, trouble })
  const { hardware, encoder } = await createTools({ setting: async () => path }).state()
  expect({ hardware, encoder }).toEqual({ hardware: [{ name: 'h264_nvenc', works: false }], encoder: 'libx264' })
})

test('a film at which the hardware fails is made in software, once, and the job says so', async () => {
  const { tools, take, make, encoded } = await studioWith('refuses every film')
  expect(tools.encoder).toBe('h264_nvenc')
  const { id } = await take(heavy)
  const job = await make(id, web)
  expect(job).toMatchObject({ state: 'done', fellBack: true, result: { variants: [{ id: 'mp4', height: 180 }] } })
  expect(encoded()).toHaveLength(1)
})

test('software is used where the person wishes it, also after a restart, and for what is tiny', async () => {
  const { media, take, make, encoded, folder } = await studioWith()
  const { id: small } = await take(tiny)
  expect(await make(small, web)).toMatchObject({ state: 'done' })
  expect(await media.preferHardware(false)).toMatchObject({
    prefersHardware: false,
    encoder: 'libx264',
    hardware: [{ name: 'h264_nvenc', works: true }],
  })
  const { id } = await take(heavy)
  expect(await make(id, web)).toMatchObject({ state: 'done' })
  expect(encoded()).toEqual([])
  await media.stop()
  const next = studioMedia(folder, undefined, true)
  expect(await next.media.tools()).toMatchObject({ prefersHardware: false, encoder: 'libx264' })
  expect(await next.media.preferHardware(true)).toMatchObject({ encoder: 'h264_nvenc' })
})
