import { execFile } from 'node:child_process'
import { createReadStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inject, onTestFinished } from 'vitest'
import type { MediaJob, Recipe } from '../../shared/contract/media.ts'
import { createBlobs } from '../services/blobs.ts'
import { createMedia } from '../services/media/index.ts'
import { createTools } from '../services/media/tools.ts'
import { temporaryFolder } from './folder.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    ffmpeg: { ffmpeg: string; ffprobe: string; problem: string }
  }
}

const run = promisify(execFile)

/** The ffmpeg of these tests. Tests that need none run without one. */
export function realTools(): { ffmpeg: string; ffprobe: string } {
  const { problem, ...tools } = inject('ffmpeg')
  if (problem) throw new Error(problem)
  return tools
}

/** Runs the ffmpeg of these tests in `folder`; resolves with what it said. */
export const ffmpeg = async (folder: string, ...args: string[]): Promise<string> =>
  (await run(realTools().ffmpeg, ['-hide_banner', '-nostdin', '-y', ...args], { cwd: folder })).stderr

type Probed = {
  format: { format_name: string; duration: string; tags?: Record<string, string> }
  streams: (Record<string, string | number> & { tags?: Record<string, string>; side_data_list?: unknown[] })[]
  chapters: { start_time: string; tags: { title: string } }[]
}

/** What ffprobe says of a file, unasked and unguarded. */
export const ffprobe = async (path: string, ...args: string[]): Promise<Probed> =>
  JSON.parse(
    (
      await run(realTools().ffprobe, [
        '-v',
        'error',
        '-of',
        'json',
        '-show_format',
        '-show_streams',
        '-show_chapters',
        ...args,
        path,
      ])
    ).stdout,
  )

/** A small film, 320 × 180 at 25 a second, with a tone. */
export const film = async (
  folder: string,
  name: string,
  options: { seconds?: number; size?: string; args?: string[] } = {},
) => {
  const { seconds = 2, size = '320x180', args = [] } = options
  const path = join(folder, name)
  await ffmpeg(
    folder,
    ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=25:d=${seconds}`, '-f', 'lavfi', '-i', `sine=f=440:d=${seconds}`],
    ...[
      '-c:v',
      'libx264',
      '-threads',
      '1',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
      '-c:a',
      'aac',
      '-shortest',
      ...args,
      path,
    ],
  )
  return path
}

/** Looked for once a file: it is five programs to ask. */
const found = createTools({ setting: async () => '', prefersHardware: async () => false })

/**
 * An engine on a folder of its own; `finish` stops it after the test, or after all of a file. `looks`: it looks for ffmpeg
 * itself, and tries the hardware.
 */
export function studioMedia(
  folder = temporaryFolder(),
  finish: (stop: () => Promise<void>) => void = onTestFinished,
  looks = false,
) {
  const log: string[] = []
  const blobs = createBlobs({ folder: join(folder, 'blobs'), fetchBlob: async () => undefined })
  const media = createMedia({
    folder,
    blobs,
    log: (sentence) => void log.push(sentence),
    // Others use the machine too.
    ...(looks ? { patienceMs: 100_000 } : { tools: found }),
  })
  finish(() => media.stop())
  const pathOf = (hash: string) => join(folder, 'blobs', hash.slice(0, 2), hash)

  /** The job as soon as it looks like that. */
  async function when(id: string, look: (job: MediaJob) => boolean): Promise<MediaJob> {
    const leave = new AbortController()
    try {
      for await (const { jobs } of media.jobs.watch(leave.signal)) {
        const job = jobs.find((one) => one.id === id)
        if (job && look(job)) return job
      }
    } finally {
      leave.abort()
    }
    throw new Error('The jobs are not told any more.')
  }
  const ended = (id: string) => when(id, ({ state }) => state === 'done' || state === 'failed' || state === 'cancelled')

  /** Starts a job and waits for its end. */
  async function make(hash: string, recipe: Recipe, name?: string): Promise<MediaJob> {
    const { id } = await media.jobs.start({ hash, recipe, name })
    return ended(id)
  }
  async function result(hash: string, recipe: Recipe, name?: string) {
    const { result, problem } = await make(hash, recipe, name)
    if (!result) throw new Error(`${JSON.stringify(problem)} ${log.join('\n')}`)
    return result
  }

  return {
    folder,
    blobs,
    media,
    log,
    pathOf,
    when,
    ended,
    make,
    take: (path: string, name = path) => media.takeIn(name, createReadStream(path)),
    /** The variants that a recipe made; fails with the job's problem. */
    async variants(hash: string, recipe: Recipe) {
      const made = await result(hash, recipe)
      return ('variants' in made ? made.variants : []).map((variant) => ({
        ...variant,
        path: pathOf(variant.hash),
        text: () => readFileSync(pathOf(variant.playlist || variant.hash), 'utf8'),
      }))
    },
    /** The new original that a recipe made. */
    async file(hash: string, recipe: Recipe, name?: string) {
      const made = await result(hash, recipe, name)
      if (!('file' in made)) throw new Error('It made variants.')
      return { ...made.file, path: pathOf(made.file.id) }
    },
  }
}
