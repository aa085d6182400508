import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { asStorageFull } from '../files.ts'
import { argumentsOf } from './command.ts'
import { type Encoder, keyFrameSeconds } from './encoders.ts'
import { webPixels, webProfiles } from './encoding.ts'
import type { Crew, Ended } from './processes.ts'

const size = { width: 320, height: 240 }
const framesPerSecond = 10
/** Beyond the second forced key frame. */
const frames = (keyFrameSeconds + 0.5) * framesPerSecond
const clip = `testsrc2=s=${size.width}x${size.height}:r=${framesPerSecond}`
/** Decibels of signal to noise; a picture that is green, torn or of another moment has less than half of it. */
const leastLikeness = 25

const quietly = ['-hide_banner', '-nostdin']

type Answer = {
  streams: { codec_name: string; profile: string; pix_fmt: string; width: number; height: number }[]
  frames: { key_frame: number; best_effort_timestamp_time: string }[]
}

/** Runs a program; undefined when it does not run, fails or takes too long. */
type Run = (program: string, args: string[]) => Promise<Ended | undefined>

/**
 * Whether an encoder makes here what recipes want of it: a short clip is encoded, and what comes out must be H.264 that
 * browsers play, with every picture, key frames where they were asked for, and look like what went in.
 * Works in a folder of its own in `scratch`, with `patienceMs` for each of three programs. Rejects when `signal` is aborted.
 * Error: `storage_full`.
 */
export async function passes(
  encoder: Encoder,
  tools: { ffmpeg: string; ffprobe: string },
  means: { crew: Crew; signal: AbortSignal; scratch: string; patienceMs: number },
): Promise<boolean> {
  const { crew, signal, scratch, patienceMs } = means
  const folder = await mkdtemp(join(scratch, 'self-test-')).catch(asStorageFull)
  const film = join(folder, 'film.mp4')
  const run: Run = async (program, args) => {
    try {
      const ended = await crew.run(program, args, { signal, folder, patienceMs })
      return ended.code === 0 ? ended : undefined
    } catch (error) {
      if (signal.aborted) throw error
      // It cannot be started, so it cannot be used.
      return undefined
    }
  }
  try {
    const encoded = await run(tools.ffmpeg, [...quietly, '-v', 'error', ...encoding(encoder, film)])
    return (
      encoded !== undefined && (await isWhole(run, tools.ffprobe, film)) && (await isAlike(run, tools.ffmpeg, film))
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const encoding = ({ device, upload, web }: Encoder, target: string) =>
  argumentsOf({
    inputs: [{ source: clip, options: [...device, '-f', 'lavfi'] }],
    outputs: [
      {
        target,
        options: [
          ...['-frames:v', String(frames), '-vf', ['format=yuv420p', ...upload].join(',')],
          ...[...web(size), '-f', 'mp4'],
        ],
      },
    ],
  })

/** Every picture is decoded for it. */
async function isWhole(run: Run, ffprobe: string, film: string): Promise<boolean> {
  const shown = 'stream=codec_name,profile,pix_fmt,width,height:frame=key_frame,best_effort_timestamp_time'
  const asked = await run(ffprobe, [
    '-v',
    'error',
    '-of',
    'json',
    '-show_frames',
    '-show_streams',
    '-show_entries',
    shown,
    film,
  ])
  if (!asked || asked.said) return false
  const { streams, frames: seen } = JSON.parse(asked.out.toString('utf8')) as Answer
  const [video] = streams
  const starts = seen.filter(({ key_frame }) => key_frame).map((frame) => Number(frame.best_effort_timestamp_time))
  return (
    video?.codec_name === 'h264' &&
    webProfiles.includes(video.profile) &&
    webPixels.includes(video.pix_fmt) &&
    video.width === size.width &&
    video.height === size.height &&
    seen.length === frames &&
    [0, keyFrameSeconds].every((start) => starts.includes(start))
  )
}

/** https://ffmpeg.org/ffmpeg-filters.html#psnr */
async function isAlike(run: Run, ffmpeg: string, film: string): Promise<boolean> {
  const compared = argumentsOf({
    inputs: [
      { source: film, options: [] },
      { source: clip, options: ['-f', 'lavfi'] },
    ],
    graph: '[0:v][1:v]psnr=shortest=1',
    outputs: [{ target: '-', options: ['-f', 'null'] }],
  })
  const { said = '' } = (await run(ffmpeg, [...quietly, '-v', 'info', ...compared])) ?? {}
  const [, likeness] = / average:(\S+)/.exec(said) ?? []
  // `inf`: not one bit differs.
  return likeness === 'inf' || Number(likeness) >= leastLikeness
}
