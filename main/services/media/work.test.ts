import { existsSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../../testing/folder.ts'
import { realTools } from '../../testing/media.ts'
import { createBlobs } from '../blobs.ts'
import type { Command } from './command.ts'
import { type Encoder, software } from './encoders.ts'
import { createSeenMemory, type Seen } from './probe.ts'
import { createProcesses } from './processes.ts'
import { sizes } from './recipes/sizes.ts'
import { createWork } from './work.ts'

function work(path = '') {
  const folder = temporaryFolder()
  const told: number[] = []
  const hardware: Encoder = { ...software, name: 'h264_hardware' }
  let fellBack = 0
  const crew = createProcesses().crew()
  const made = createWork({
    source: { path, bytes: 0, type: path ? 'image/png' : 'video/mp4' },
    hash: '',
    name: '',
    folder,
    blobs: createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined }),
    crew,
    memory: createSeenMemory(),
    findTools: async () => ({ ...realTools(), has: () => true, encoder: async () => hardware }),
    signal: new AbortController().signal,
    tell: (progress) => told.push(progress),
    tellFellBack: () => fellBack++,
  })
  return { ...made, folder, told, fellBack: () => fellBack }
}
/** Two seconds of red, written as `options` say. */
const colour = (options: string[], target = '-') => ({
  inputs: [{ source: 'color=red:s=64x64:d=2:r=25', options: ['-f', 'lavfi'] }],
  outputs: [{ target, options }],
})

test('progress follows the time that has been written, within the share of the step', async () => {
  const { ffmpeg, advance, told } = work()
  advance(0.5)
  await ffmpeg(colour(['-f', 'null']), { durationMs: 4000, share: 0.4 })
  expect(told[0]).toBe(0.5)
  expect(told.at(-2)).toBeCloseTo(0.5 + 0.4 / 2, 1)
  expect(told.at(-1)).toBeCloseTo(0.9)
})

const failures: [string, Command, string][] = [
  ['an encoder that the build lacks', colour(['-c:v', 'libnothing', '-f', 'null']), 'media_unsupported'],
  ['a filter that the build lacks', colour(['-vf', 'nothing', '-f', 'null']), 'media_unsupported'],
  [
    'a file that is damaged',
    { inputs: [{ source: 'noise', options: ['-f', 'mp4'] }], outputs: [{ target: '-', options: ['-f', 'null'] }] },
    'media_failed',
  ],
  ['an option that the build does not know', colour(['-nonsense', 'x', '-f', 'null']), 'media_unsupported'],
  [
    'anything else',
    colour(['-vf', 'crop=63:63:exact=1', '-pix_fmt', 'yuv420p', '-c:v', 'libx264', '-f', 'null']),
    'media_failed',
  ],
]
test.each(failures)('%s is told by its name, with a sentence', async (_, command, code) => {
  await expect(work().ffmpeg(command, { durationMs: 1, share: 1 })).rejects.toMatchObject({ code, message: /\.$/ })
})

test('held, what starts no program waits too', async () => {
  const path = join(temporaryFolder(), 'picture.png')
  await sharp({ create: { width: 40, height: 40, channels: 3, background: 'red' } }).toFile(path)
  const held = work(path)
  held.crew.hold()
  const kind = 'sizes'
  const focus = { x: 0.5, y: 0.5 }
  const made = sizes({ kind, widths: [20, 40], formats: ['webp'], aspect: 0, focus }, held)
  let isMade = false
  void made.then(() => (isMade = true))
  // Many times as long as it takes on this machine, now.
  for (let time = 0; time < 5; time++)
    await sizes({ kind, widths: [20, 40], formats: ['webp'], aspect: 0, focus }, work(path))
  expect({ told: held.told, isMade }).toEqual({ told: [], isMade: false })
  held.crew.goOn()
  expect(await made).toMatchObject({ variants: [{ width: 20 }, { width: 40 }] })
})

test.skipIf(!existsSync('/dev/full'))('a disk that fills up while ffmpeg writes is told as that', async () => {
  const { ffmpeg, folder } = work()
  symlinkSync('/dev/full', join(folder, 'out.mp4'))
  await expect(ffmpeg(colour(['-f', 'mp4'], 'out.mp4'), { durationMs: 1, share: 1 })).rejects.toMatchObject({
    code: 'storage_full',
  })
})

const large = { durationMs: 1, share: 1, size: { width: 320, height: 240 } }
/** By hardware that the build lacks; in software it is made. */
const without: Command = colour(['-c:v', 'h264_hardware', '-f', 'null'])
test('what the hardware fails at is made in software, and that is told', async () => {
  const { encode, fellBack } = work()
  const asked: string[] = []
  await encode(({ name }) => {
    asked.push(name)
    return name === software.name ? colour(['-f', 'null']) : without
  }, large)
  expect({ asked, fellBack: fellBack() }).toEqual({ asked: ['h264_hardware', software.name], fellBack: 1 })
})

const others: [string, string, string, Command][] = [
  [
    'a damaged film',
    'media_invalid',
    'in.mp4',
    { inputs: [{ source: 'in.mp4', options: ['-f', 'mp4'] }], outputs: [{ target: '-', options: ['-f', 'null'] }] },
  ],
  ['a full disk', 'storage_full', 'out.mp4', colour(['-f', 'mp4', '-y'], 'out.mp4')],
]
test.skipIf(!existsSync('/dev/full')).each(others)(
  '%s is not blamed on the hardware, nor tried again in software',
  async (_, code, file, command) => {
    const { encode, fellBack, folder } = work()
    if (code === 'storage_full') symlinkSync('/dev/full', join(folder, file))
    else writeFileSync(join(folder, file), 'no film at all')
    const asked: string[] = []
    const made = encode(({ name }) => {
      asked.push(name)
      return command
    }, large)
    await expect(made).rejects.toMatchObject({ code })
    expect({ asked, fellBack: fellBack() }).toEqual({ asked: ['h264_hardware'], fellBack: 0 })
  },
)

test('what was seen of a file is remembered by its hash, and of many the oldest is looked at again', async () => {
  const memory = createSeenMemory()
  let looks = 0
  const look = async () => ({ ...({} as Seen), durationMs: ++looks })
  expect(await memory.of('a', look)).toEqual(await memory.of('a', look))
  expect(looks).toBe(1)
  expect(await memory.of('b', look)).not.toEqual(await memory.of('a', look))
  await expect(memory.of('c', () => Promise.reject(new Error('busy')))).rejects.toThrow('busy')
  expect(await memory.of('c', look)).toEqual({ durationMs: 3 })
  for (let i = 0; i < 1000; i++) memory.note(String(i), {} as Seen)
  await memory.of('a', look)
  expect(looks).toBe(4)
})
