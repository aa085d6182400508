import type { MediaFacts } from '../../../../shared/collections/media.ts'
import type { JobResult, RecipeOf } from '../../../../shared/contract/media.ts'
import { clock } from '../../../../shared/domain/captions.ts'
import { fail } from '../../../../shared/errors.ts'
import { aac, around, colours, inStep, normalised, type Size, soundFits } from '../encoding.ts'
import { factsOf } from '../facts.ts'
import { input, ownInput, stripped } from '../input.ts'
import { probe, type Seen } from '../probe.ts'
import { type Cook, unfit, type Work, writeText } from '../work.ts'
import { cuesOf } from './captions.ts'
import { cutPicture, marginOf, markPicture, markPng } from './pictures.ts'

type Video = NonNullable<Seen['video']>

const even = (value: number) => Math.max(2, Math.floor(value / 2) * 2)

/** A new original. Errors: those of `probe`. */
async function keepFilm(work: Work, name: string): Promise<MediaFacts> {
  const path = work.file(name)
  const facts = await factsOf(path, await probe(path, await work.tools(), work.crew), work.name)
  return { ...facts, id: (await work.keep(name)).hash }
}

/** The film anew with `filters` over its upright, square pixels; its sound as it is, where an MP4 can have it. */
async function refilm(
  work: Work,
  options: { filters: string[]; size?: Size; mark?: string; place?: string; from?: number; ms?: number },
): Promise<JobResult> {
  const [seen, tools] = await Promise.all([work.seen(), work.tools()])
  const { filters, mark, place, from, ms = seen.durationMs } = options
  const video = needPicture(seen)
  const whole = { width: even(video.width), height: even(video.height) }
  const { size = whole } = options
  const upright = [...normalised(video, tools), `scale=${whole.width}:${whole.height}`, 'setsar=1', ...filters]
  const isWhole = from === undefined
  await work.encode(
    ({ fine, upload }) => {
      const end = `${['format=yuv420p', ...upload].join(',')}[out]`
      return {
        inputs: [
          input(work.source.path, ...(isWhole ? [] : ['-ss', clock(from)])),
          ...(mark ? [ownInput('png_pipe', mark)] : []),
        ],
        graph: mark
          ? `[0:v:0]${upright.join(',')}[film];[film][1:v:0]overlay=${place},${end}`
          : `[0:v:0]${upright.join(',')},${end}`,
        outputs: [
          {
            target: 'edit.mp4',
            options: [
              ...['-map', '[out]', ...fine(size), ...colours(video)],
              ...(seen.audio ? ['-map', '0:a:0'] : []),
              ...(seen.audio && isWhole && soundFits(seen) ? ['-c:a', 'copy'] : [...aac(192_000), '-af', inStep]),
              ...(isWhole ? [] : ['-t', clock(ms)]),
              ...[...stripped, '-movflags', '+faststart', '-f', 'mp4'],
            ],
          },
        ],
      }
    },
    { durationMs: ms, size, share: 1 },
  )
  return { file: await keepFilm(work, 'edit.mp4') }
}

const needPicture = ({ video }: Seen): Video => video ?? unfit('There is no picture in this recording.')

/** Containers that take the streams of their own kind as they are, and what ffmpeg calls them. */
const containers: Record<string, string> = {
  'video/mp4': 'mp4',
  'video/quicktime': 'mov',
  'video/webm': 'webm',
  'video/x-matroska': 'matroska',
  'audio/mp4': 'mp4',
  'audio/mpeg': 'mp3',
  'audio/ogg': 'ogg',
  'audio/flac': 'flac',
  'audio/wav': 'wav',
  'audio/aac': 'adts',
}

export const trim: Cook<RecipeOf<'trim'>> = async ({ startMs, endMs, exact }, work) => {
  const seen = await work.seen()
  const end = Math.min(endMs, seen.durationMs)
  if (startMs >= end) return unfit('Nothing would be left. Choose an end that lies after the beginning.')
  const container = containers[work.source.type]
  if (seen.video && (exact || !container)) return refilm(work, { filters: [], from: startMs, ms: end - startMs })
  // Sound can be cut to a fortieth of a second without being encoded anew.
  await work.ffmpeg(
    {
      inputs: [input(work.source.path, '-ss', clock(startMs))],
      outputs: [
        {
          target: 'edit',
          options: [
            ...['-t', clock(end - startMs), '-map', '0:v:0?', '-map', '0:a:0?'],
            ...(container ? ['-c', 'copy'] : aac(192_000)),
            // Its header says how long it was; written anew it says how long it is, and loses nothing.
            ...(container === 'flac' ? ['-c:a', 'flac'] : []),
            ...stripped,
            ...(container === 'mp4' ? ['-movflags', '+faststart'] : []),
            ...['-f', container ?? 'mp4'],
          ],
        },
      ],
    },
    { durationMs: end - startMs, share: 1 },
  )
  return { file: await keepFilm(work, 'edit') }
}

async function cut(work: Work, part: (whole: Size) => Size & { left: number; top: number }): Promise<JobResult> {
  if (work.source.type.startsWith('image/')) return cutPicture(work, part)
  const { width, height } = needPicture(await work.seen())
  const whole = { width: even(width), height: even(height) }
  const { left, top, ...size } = part(whole)
  const [w, h] = [Math.min(even(size.width), whole.width), Math.min(even(size.height), whole.height)]
  return refilm(work, {
    size: { width: w, height: h },
    filters: [`crop=${w}:${h}:${Math.min(left, whole.width - w)}:${Math.min(top, whole.height - h)}:exact=1`],
  })
}

export const crop: Cook<RecipeOf<'crop'>> = ({ left, top, width, height }, work) => {
  if (left + width > 1.001 || top + height > 1.001) return unfit('This part lies outside the picture.')
  return cut(work, (whole) => ({
    left: Math.round(whole.width * left),
    top: Math.round(whole.height * top),
    width: Math.round(whole.width * width),
    height: Math.round(whole.height * height),
  }))
}

export const reframe: Cook<RecipeOf<'reframe'>> = ({ aspect, focus }, work) =>
  cut(work, (whole) => around(whole, aspect, focus))

export const watermark: Cook<RecipeOf<'watermark'>> = async (recipe, work) => {
  const picture = await work.blobs.read(recipe.picture)
  if (!picture) return unfit('The picture for the corner is not on this device. Choose it again.')
  if (work.source.type.startsWith('image/')) return markPicture(work, recipe, picture.bytes)
  const { width } = needPicture(await work.seen())
  const mark = await markPng(picture.bytes, Math.round(width * recipe.width), recipe.opacity)
  const { default: sharp } = await import('sharp')
  await sharp(mark).toFile(work.file('mark.png'))
  const margin = marginOf(width)
  const [vertical, horizontal] = recipe.corner.split('-')
  const place = `${horizontal === 'left' ? margin : `W-w-${margin}`}:${vertical === 'top' ? margin : `H-h-${margin}`}`
  return refilm(work, { filters: [], mark: 'mark.png', place })
}

export const burn: Cook<RecipeOf<'burn'>> = async ({ text }, work) => {
  if (work.source.type.startsWith('image/')) return unfit('Captions are drawn into films.')
  const tools = await work.tools()
  if (!tools.has('subtitles'))
    fail('media_unsupported', 'The ffmpeg on this device cannot draw captions. Install one with libass.')
  // SRT, because older versions of ffmpeg read its markup better; a name of ours, because the filter has quoting of its own.
  const cues = cuesOf(text).map(
    ({ startMs, endMs, text }, at) =>
      `${at + 1}\n${clock(startMs).replace('.', ',')} --> ${clock(endMs).replace('.', ',')}\n${text}\n`,
  )
  await writeText(work.file('captions.srt'), cues.join('\n'))
  return refilm(work, { filters: ['subtitles=captions.srt'] })
}
