import { readdir } from 'node:fs/promises'
import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { clock } from '../../../../shared/domain/captions.ts'
import { fitted, normalised, type Size, sized } from '../encoding.ts'
import { input } from '../input.ts'
import { type Cook, unfit, variant } from '../work.ts'

const seconds = (ms: number) => (ms / 1000).toFixed(3)

/** One picture of the film. ffmpeg seeks in the file before it decodes, so that the end is as near as the beginning. */
export const poster: Cook<RecipeOf<'poster'>> = async ({ atMs }, work) => {
  const [{ video, durationMs }, tools] = await Promise.all([work.seen(), work.tools()])
  if (!video) return unfit('A recording without picture has no poster.')
  const size = fitted(video, 720)
  // Loaded while ffmpeg works.
  const loading = import('sharp')
  loading.catch(() => {})
  // Not quite the end, where there may be no picture any more.
  const at = Math.max(0, Math.min(atMs, durationMs - 100))
  const filters = [...normalised({ ...video, isVariable: false }, tools).slice(1), ...sized(size)].join(',')
  const frame = (from: number) =>
    work.ffmpeg(
      {
        inputs: [input(work.source.path, '-ss', seconds(from))],
        outputs: [
          {
            target: 'poster.png',
            options: [
              ...['-map', '0:v:0', '-frames:v', '1', '-vf', filters],
              ...['-c:v', 'png', '-f', 'image2', '-update', '1'],
            ],
          },
        ],
      },
      { durationMs: 1, share: 0.45 },
    )
  await frame(at)
  // Some films end before they say.
  if (!(await isThere(work.file(''), 'poster.png'))) await frame(0)
  const { default: sharp } = await loading
  // Half the time of the usual effort, for a few kilobytes more.
  const info = await sharp(work.file('poster.png')).webp({ quality: 82, effort: 2 }).toFile(work.file('poster.webp'))
  const kept = await work.keep('poster.webp')
  const { width, height } = info
  return { variants: [variant({ id: 'poster', role: 'poster', type: 'image/webp', ...kept, width, height })] }
}

const isThere = async (folder: string, name: string) => (await readdir(folder)).includes(name)

const mostTiles = 100
const columns = 10
const tileHeight = 90

/** From key frames alone: five times as fast as from every picture. */
export const sprite: Cook<RecipeOf<'sprite'>> = async (_, work) => {
  const [{ video, durationMs }, tools] = await Promise.all([work.seen(), work.tools()])
  if (!video || durationMs === 0) return unfit('A recording without picture has no pictures to choose from.')
  const everyMs = Math.max(1000, Math.ceil(durationMs / mostTiles))
  const count = Math.max(1, Math.ceil(durationMs / everyMs))
  const tile: Size = {
    width: Math.max(2, Math.round(((video.width / video.height) * tileHeight) / 2) * 2),
    height: tileHeight,
  }
  const rows = Math.ceil(count / columns)
  const filters = [
    ...normalised(video, tools).slice(1),
    // The picture of each moment is the last key frame before it.
    `fps=${1000}/${everyMs}:round=up:start_time=0`,
    ...sized(tile),
    // After the last key frame nothing new comes, but time goes on.
    ...(tools.has('tpad') ? ['tpad=stop=-1:stop_mode=clone'] : []),
    `tile=${Math.min(count, columns)}x${rows}:nb_frames=${count}`,
  ]
  await work.ffmpeg(
    {
      inputs: [input(work.source.path, '-skip_frame', 'nokey')],
      outputs: [
        {
          target: 'sprite.jpg',
          options: [
            ...['-map', '0:v:0', '-vf', filters.join(','), '-frames:v', '1', '-q:v', '5', '-c:v', 'mjpeg'],
            ...['-f', 'image2', '-update', '1'],
          ],
        },
      ],
    },
    { durationMs, share: 0.95 },
  )
  const playlist = await work.keepText(placed({ count, everyMs, durationMs, tile }))
  const kept = await work.keep('sprite.jpg')
  const size = { width: tile.width * Math.min(count, columns), height: tile.height * rows }
  return {
    variants: [
      variant({ id: 'sprite', role: 'sprite', type: 'image/jpeg', ...kept, ...size, playlist: playlist.hash }),
    ],
  }
}

/** WebVTT whose cues name parts of the sprite (https://www.w3.org/TR/media-frags/); who serves it puts the address before `#`. */
export function placed(sprite: { count: number; everyMs: number; durationMs: number; tile: Size }): string {
  const { count, everyMs, durationMs, tile } = sprite
  const cues = Array.from({ length: count }, (_, at) => {
    const [left, top] = [(at % columns) * tile.width, Math.floor(at / columns) * tile.height]
    const until = Math.min(durationMs, (at + 1) * everyMs)
    return `${clock(at * everyMs)} --> ${clock(until)}\n#xywh=${left},${top},${tile.width},${tile.height}\n`
  })
  return `WEBVTT\n\n${cues.join('\n')}`
}
