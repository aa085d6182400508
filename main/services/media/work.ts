import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { Variant } from '../../../shared/collections/media.ts'
import type { JobResult, Recipe } from '../../../shared/contract/media.ts'
import { fail, GroverError } from '../../../shared/errors.ts'
import type { Blobs, StoredFile } from '../blobs.ts'
import { asStorageFull } from '../files.ts'
import { codecsOf } from './boxes.ts'
import { argumentsOf, type Command } from './command.ts'
import { type Encoder, isForHardware, software } from './encoders.ts'
import type { Size } from './encoding.ts'
import { quietly } from './input.ts'
import { probe, type Seen, type SeenMemory } from './probe.ts'
import type { Crew } from './processes.ts'
import type { Tools } from './tools.ts'

/** Of a run of ffmpeg: its `share` of the whole job, told by the time of `durationMs` that has been written. */
type Progress = { durationMs: number; share: number; input?: () => Readable }

/** What a recipe works with: the medium, a folder of its own that goes with the job, ffmpeg, and the store. */
export type Work = {
  source: StoredFile
  /** What a new original is called. */
  name: string
  blobs: Blobs
  signal: AbortSignal
  crew: Crew
  tools(): Promise<Tools>
  /** What there is to see and hear; looked at once. */
  seen(): Promise<Seen>
  /** A file in the job's folder. */
  file(name: string): string
  /** Runs ffmpeg in the job's folder. Resolves with what it said. */
  ffmpeg(command: Command, progress: Progress): Promise<string>
  /**
   * The same for what encodes pictures, the largest of `size`: with the best encoder there is, and in software where the
   * hardware fails at it.
   */
  encode(command: (encoder: Encoder) => Command, progress: Progress & { size: Size }): Promise<void>
  /** Adds to the progress of what is done without ffmpeg. */
  advance(share: number): void
  /** Puts a file of the job's folder into the store. */
  keep(name: string): Promise<{ hash: string; bytes: number }>
  keepText(text: string): Promise<{ hash: string; bytes: number }>
}

export type Cook<R extends Recipe> = (recipe: R, work: Work) => Promise<JobResult>

export function createWork(parts: {
  source: StoredFile
  hash: string
  name: string
  folder: string
  blobs: Blobs
  crew: Crew
  memory: SeenMemory
  findTools: () => Promise<Tools>
  signal: AbortSignal
  tell: (progress: number) => void
  /** Hardware failed at it, and software begins. */
  tellFellBack: () => void
}): Work {
  const { source, hash, name, folder, blobs, crew, memory, findTools, signal, tell, tellFellBack } = parts
  const file = (part: string) => join(folder, part)
  let done = 0
  let looked: Promise<Seen> | undefined
  const look = () => memory.of(hash, async () => probe(source.path, await tools(), crew, signal))
  // Looking for them, and trying the hardware, is for all jobs: one that is ended goes, and the others have it all the same.
  const tools = () => untilAborted(findTools(), signal)

  async function ffmpeg(command: Command, { durationMs, share, input }: Progress): Promise<string> {
    const { ffmpeg } = await tools()
    const { code, said } = await crew.run(ffmpeg, [...quietly, ...argumentsOf(command)], {
      signal,
      folder,
      onLine(line) {
        // Both are microseconds; older versions know the second name only.
        const [, time] = /^out_time_(?:us|ms)=(\d+)/.exec(line) ?? []
        if (time) tell(done + share * Math.min(1, Number(time) / 1000 / Math.max(1, durationMs)))
      },
      ...(input ? { input: input() } : {}),
    })
    if (code !== 0) failed(said)
    done += share
    tell(done)
    return said
  }

  return {
    source,
    name,
    blobs,
    signal,
    crew,
    file,
    tools,
    seen: () => (looked ??= look()),
    advance(share) {
      done += share
      tell(done)
    },
    ffmpeg,
    async encode(command, { size, ...progress }) {
      const encoder = isForHardware(size) ? await untilAborted((await tools()).encoder(), signal) : software
      try {
        await ffmpeg(onDevice(encoder, command(encoder)), progress)
      } catch (error) {
        if (encoder === software || signal.aborted || !isOfHardware(error)) throw error
        tellFellBack()
        await ffmpeg(command(software), progress)
      }
    },
    async keep(part) {
      await crew.whenGoing(signal)
      const path = file(part)
      const sha256 = createHash('sha256')
      await pipeline(createReadStream(path), sha256)
      const hash = sha256.digest('hex')
      const { size: bytes } = await stat(path)
      await blobs.adopt(path, hash)
      return { hash, bytes }
    },
    async keepText(text) {
      const { hash } = await blobs.add(Buffer.from(text))
      return { hash, bytes: Buffer.byteLength(text) }
    },
  }
}

/** Resolves as `promise` does; rejects as soon as the signal is aborted. */
async function untilAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: ended, reject } = Promise.withResolvers<never>()
  const end = () => reject(signal.reason)
  signal.addEventListener('abort', end, { once: true })
  if (signal.aborted) end()
  try {
    return await Promise.race([promise, ended])
  } finally {
    signal.removeEventListener('abort', end)
  }
}

/** A full disk or a damaged film would be the same in software. */
const isOfHardware = (error: unknown) =>
  error instanceof GroverError && (error.code === 'media_failed' || error.code === 'media_unsupported')

/** The device is named before everything that is read. */
const onDevice = ({ device }: Encoder, command: Command): Command => ({
  ...command,
  inputs: command.inputs.map((input, at) => (at === 0 ? { ...input, options: [...device, ...input.options] } : input)),
})

/** By its name, what ffmpeg ended with. Its own words are for the log: they are no sentence a person can act on. */
function failed(said: string): never {
  if (/No space left on device|Disk quota exceeded/.test(said))
    asStorageFull(Object.assign(new Error(said), { code: 'ENOSPC' }))
  const missing = /Unknown encoder '(\w+)'|No such filter: '(\w+)'|Unrecognized option '(\w+)/.exec(said)
  if (missing)
    fail(
      'media_unsupported',
      `The ffmpeg on this device lacks ${missing.slice(1).find(Boolean)}. Install a complete one.`,
    )
  if (/Invalid data found when processing input|moov atom not found|Error while decoding/.test(said))
    fail('media_invalid', 'This file is cut off or damaged. Export it again and try once more.')
  return fail(
    'media_failed',
    'This could not be made from the file. Try again; if it stays so, export the file anew.',
    {
      said: said.slice(-2000),
    },
  )
}

/** For a recipe that needs a picture, or sound. */
export const unfit = (sentence: string): never => fail('media_unfit', sentence)

const plain = { width: 0, height: 0, bitrate: 0, codecs: '', playlist: '', language: '', label: '' }

/** A variant from what is special about it. */
export const variant = (
  given: Pick<Variant, 'id' | 'role' | 'hash' | 'type' | 'bytes'> & Partial<Variant>,
): Variant => ({ ...plain, ...given })

/** Size, most bits a second and codecs of an MP4 that was made here. */
export async function playing(
  work: Work,
  path: string,
): Promise<Pick<Variant, 'width' | 'height' | 'bitrate' | 'codecs'>> {
  const [seen, codecs] = await Promise.all([probe(path, await work.tools(), work.crew, work.signal), codecsOf(path)])
  return { width: seen.video?.width ?? 0, height: seen.video?.height ?? 0, bitrate: seen.bitrate, codecs }
}

export const writeText = (path: string, text: string) => writeFile(path, text, { mode: 0o600 }).catch(asStorageFull)
