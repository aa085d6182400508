import { readFile } from 'node:fs/promises'
import { Readable } from 'node:stream'
import type { JobResult } from '../../../../shared/contract/media.ts'
import { fail } from '../../../../shared/errors.ts'
import { isMovingPng } from '../../moving-png.ts'
import { fitted, sized } from '../encoding.ts'
import { input, stripped } from '../input.ts'
import { playing, unfit, variant, type Work } from '../work.ts'

/** A browser shows a frame that asks for less as if it had asked for this. */
const shortestMs = 20
const framesPerSecond = 50

const damaged = () => fail('media_invalid', 'This picture is damaged. Export it again and try once more.')

/** A moving picture (GIF, WebP, APNG) as a film without sound. */
export async function animation(work: Work): Promise<JobResult> {
  const { default: sharp } = await import('sharp')
  const bytes = await readFile(work.source.path)
  const {
    pages = 1,
    delay = [],
    width = 0,
    pageHeight,
    height = 0,
  } = await sharp(bytes, { animated: true }).metadata().catch(damaged)
  const isApng = work.source.type === 'image/png' && isMovingPng(bytes)
  if (pages < 2 && !isApng) return unfit('This picture does not move, so no film can be made of it.')
  const size = fitted({ width, height: pageHeight ?? height }, 1080)
  // What is clear in the picture is white in the film.
  const white = `color=white:s=${size.width}x${size.height}:r=${framesPerSecond}[white]`
  const over = `[0:v]scale=${size.width}:${size.height},format=yuva420p[over];[white][over]overlay=shortest=1`
  const raw = ['-f', 'rawvideo', '-pixel_format', 'rgb24', '-video_size', `${width}x${pageHeight ?? height}`]
  const durationMs = delay.reduce((sum, ms) => sum + Math.max(ms, shortestMs), 0) || 10_000
  const frames = { source: 'pipe:0', options: [...raw, '-framerate', String(framesPerSecond)] }
  await work.encode(
    ({ web, upload }) => ({
      inputs: [isApng ? input(work.source.path) : frames],
      graph: `${isApng ? `${white};${over},` : '[0:v]'}${[...sized(size), ...upload].join(',')}[film]`,
      outputs: [
        {
          target: 'film.mp4',
          options: ['-map', '[film]', '-an', ...web(size), ...stripped, '-movflags', '+faststart', '-f', 'mp4'],
        },
      ],
    }),
    { durationMs, size, share: 1, ...(isApng ? {} : { input: () => Readable.from(unfolded(bytes, pages, delay)) }) },
  )
  const known = await playing(work, work.file('film.mp4'))
  const kept = await work.keep('film.mp4')
  return { variants: [variant({ id: 'mp4', role: 'mp4', type: 'video/mp4', ...kept, ...known })] }
}

/** Each frame, as often as it is shown at 50 a second; one at a time in memory. ffmpeg itself does not read moving WebP. */
async function* unfolded(bytes: Buffer, pages: number, delay: number[]): AsyncGenerator<Buffer> {
  const { default: sharp } = await import('sharp')
  let shownMs = 0
  let written = 0
  for (let page = 0; page < pages; page++) {
    const frame = await sharp(bytes, { page, pages: 1 })
      .flatten({ background: 'white' })
      .toColourspace('srgb')
      .raw()
      .toBuffer()
      .catch(damaged)
    shownMs += Math.max(delay[page] ?? 100, shortestMs)
    for (; written < Math.round((shownMs * framesPerSecond) / 1000); written++) yield frame
  }
}
