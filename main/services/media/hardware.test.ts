import { mkdtempSync, readdirSync, readlinkSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import type { MediaJob, Recipe } from '../../../shared/contract/media.ts'
import { graphicsMachine, type Trouble } from '../../testing/graphics.ts'
import { ffprobe, film, realTools, studioMedia } from '../../testing/media.ts'
import { familyOf, until } from '../../testing/processes.ts'
import { hardwareEncoders } from './encoders.ts'
import { createProcesses } from './processes.ts'
import { passes } from './self-test.ts'

const real = realTools().ffmpeg
const home = mkdtempSync(join(tmpdir(), 'grover-hardware-'))
afterAll(() => rmSync(home, { recursive: true, force: true }))
const ownFolder = () => mkdtempSync(join(home, 'own-'))
let heavy = ''
let tiny = ''
/** Self-tests take a while, so some tests share an engine whose hardware works, or works at nothing but those. */
let working: Studio
let failing: Studio
beforeAll(async () => {
  // In full colour, so that it cannot be copied.
  const args = ['-pix_fmt', 'yuv444p']
  ;[heavy, tiny, working, failing] = await Promise.all([
    film(home, 'heavy.mp4', { seconds: 0.5, args }),
    film(home, 'tiny.mp4', { seconds: 0.5, size: '96x64', args }),
    studioWith('none', 'h264_nvenc', afterAll),
    studioWith('refuses every film', 'h264_nvenc', afterAll),
  ])
})

const web = { kind: 'web', loudness: false } as const

type Studio = Awaited<ReturnType<typeof studioWith>>
async function studioWith(
  trouble: Trouble = 'none',
  encoder = 'h264_nvenc',
  finish: Parameters<typeof studioMedia>[1] = onTestFinished,
) {
  const folder = ownFolder()
  const machine = graphicsMachine({ folder, real, trouble, encoder })
  const studio = studioMedia(folder, finish, true)
  // biome-ignore lint/correctness/useHookAtTopLevel: no hook, the host's own name for it
  const tools = await studio.media.useTools(machine.path)
  /** What `act` has it encode, a command a line. */
  const encodedBy = async (act: () => Promise<unknown>) => {
    const before = machine.encoded().length
    await act()
    return machine.encoded().slice(before)
  }
  return { ...studio, ...machine, encodedBy, tools }
}

test('an encoder in hardware that works is used, and what it makes is what browsers play', async () => {
  const { tools, take, make, encodedBy, pathOf } = working
  expect(tools).toMatchObject({ hardware: [{ name: 'h264_nvenc', works: true }], encoder: 'h264_nvenc' })
  const { id } = await take(heavy)
  let job: MediaJob | undefined
  expect(await encodedBy(async () => (job = await make(id, web)))).toHaveLength(1)
  expect(job).toMatchObject({ state: 'done', fellBack: false })
  const [made] = job?.result && 'variants' in job.result ? job.result.variants : []
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
  ['an exact cut', () => ({ kind: 'trim', startMs: 100, endMs: 400, exact: true })],
  ['a crop', () => ({ kind: 'crop', left: 0, top: 0, width: 0.9, height: 0.9 })],
  ['another shape', () => ({ kind: 'reframe', aspect: 1, focus: { x: 0.5, y: 0.5 } })],
  ['a watermark', (mark) => ({ kind: 'watermark', picture: mark, corner: 'top-left', width: 0.2, opacity: 1 })],
  ['drawn captions', () => ({ kind: 'burn', text: 'WEBVTT\n\n00:00.000 --> 00:01.000\nHello\n' })],
]
test('all that encodes pictures does so in hardware', async () => {
  const { take, make, encodedBy } = working
  const { id } = await take(heavy)
  const { id: mark } = await take(await picture())
  for (const [name, recipe] of recipes) {
    const made = async () =>
      expect(await make(id, recipe(mark)), name).toMatchObject({ state: 'done', fellBack: false })
    expect(await encodedBy(made), name).toHaveLength(1)
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
  for (const [{ take, make, encodedBy }, fellBack] of [
    [working, false],
    [failing, true],
  ] as const) {
    const { id } = await take(path)
    const result = { variants: [{ height: 128 }] }
    const made = async () => expect(await make(id, web)).toMatchObject({ state: 'done', fellBack, result })
    expect(await encodedBy(made)).toHaveLength(1)
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
/** Whether the encoder of a machine with that trouble passes. */
function selfTest(trouble: Trouble, patienceMs = 100_000) {
  const scratch = ownFolder()
  const { path } = graphicsMachine({ folder: scratch, real, trouble })
  const nvenc = hardwareEncoders.find(({ name }) => name === 'h264_nvenc')!
  const { signal } = new AbortController()
  const means = { crew: createProcesses().crew(), signal, scratch, patienceMs }
  return passes(nvenc, { ...realTools(), ffmpeg: path }, means)
}
test('an encoder without trouble passes its self-test', async () => {
  expect(await selfTest('none')).toBe(true)
})

test.each(troubles)('an encoder that %s fails its self-test', async (trouble) => {
  expect(await selfTest(trouble)).toBe(false)
})

test('a film at which the hardware fails is made in software, once, and the job says so', async () => {
  const { tools, take, make, encodedBy } = failing
  expect(tools.encoder).toBe('h264_nvenc')
  const { id } = await take(heavy)
  const result = { variants: [{ id: 'mp4', height: 180 }] }
  const made = async () => expect(await make(id, web)).toMatchObject({ state: 'done', fellBack: true, result })
  expect(await encodedBy(made)).toHaveLength(1)
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

test('an encoder that hangs, and heeds no request to end, fails its self-test in the end', async () => {
  expect(await selfTest('hangs', 500)).toBe(false)
})

test.skipIf(process.platform !== 'linux')(
  'while the hardware is tried, a job can be cancelled and the studio ended, with all it has started',
  async () => {
    const folder = ownFolder()
    graphicsMachine({ folder, real, trouble: 'hangs' })
    const { PATH } = process.env
    process.env.PATH = `${folder}:${PATH}`
    onTestFinished(() => {
      process.env.PATH = PATH
    })
    const { media, take, ended } = studioMedia(folder, onTestFinished, true)
    const { id: hash } = await take(heavy)
    const { id } = await media.jobs.start({ hash, recipe: web })
    const trial = () => familyOf(process.pid).find(({ state, command }) => state !== 'Z' && command === 'sleep 600 ')
    const { pid } = (await until(trial))!
    // Where the next studio looks for what a killed one has left.
    expect(readlinkSync(`/proc/${pid}/cwd`)).toContain(join(realpathSync(folder), 'blobs/work/'))
    await media.jobs.cancel(id)
    expect(await ended(id)).toMatchObject({ state: 'cancelled' })
    // Others may wait for what comes of it.
    expect(trial()?.pid).toBe(pid)
    await media.jobs.start({ hash, recipe: web })
    await media.stop()
    expect(trial()).toBeUndefined()
    expect(readdirSync(join(folder, 'blobs/work'))).toEqual([])
  },
)
