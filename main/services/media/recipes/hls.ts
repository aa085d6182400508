import { readFile } from 'node:fs/promises'
import type { Variant } from '../../../../shared/collections/media.ts'
import { playlistPlaceholder } from '../../../../shared/collections/media.ts'
import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { keyFrameSeconds } from '../encoders.ts'
import { aac, colours, fitted, inStep, normalised, sized } from '../encoding.ts'
import { input, stripped } from '../input.ts'
import { loudnessFilter } from '../loudness.ts'
import { type Cook, playing, unfit, variant } from '../work.ts'

const heights = [1080, 720, 480, 240]

/** Rungs not larger than the film, by its shorter side; a small film is a ladder of one. */
export const rungs = ({ width, height }: { width: number; height: number }): number[] => {
  const shorter = Math.min(width, height)
  const smaller = heights.filter((rung) => rung <= shorter)
  return smaller.length > 0 ? smaller : [240]
}

/** Each rung is made of the one above it, which takes less than to make each of the film; `[out0]` is the first. */
function graphOf(rungs: readonly string[][], before: readonly string[], upload: readonly string[]): string {
  const last = rungs.length - 1
  return rungs
    .map((sizing, at) => {
      const from = at === 0 ? '[0:v:0]' : `[above${at}]`
      const chain = [...(at === 0 ? before : []), ...sizing]
      if (at === last) return `${from}${[...chain, ...upload].join(',')}[out${at}]`
      return `${from}${[...chain, 'split'].join(',')}[rung${at}][above${at + 1}];[rung${at}]${['null', ...upload].join(',')}[out${at}]`
    })
    .join(';')
}

/** All rungs from one ffmpeg, which decodes once: some three quarters of the time that a command for each takes, less where decoding is dear. */
export const hls: Cook<RecipeOf<'hls'>> = async ({ loudness }, work) => {
  const [{ video, audio, durationMs }, tools] = await Promise.all([work.seen(), work.tools()])
  if (!video) return unfit('This is sound alone: make a podcast episode of it instead.')
  const filter = loudness && audio ? await loudnessFilter(work, 0.1) : undefined
  const ladder = rungs(video).map((rung) => ({ name: `hls-${rung}`, size: fitted(video, rung) }))
  await work.encode(
    ({ web, upload }) => ({
      inputs: [input(work.source.path)],
      graph: graphOf(
        // Of a rung above, averages come as near to it as anything (SSIM 0.925 at 720p, bicubic 0.926), in less time.
        ladder.map(({ size }, at) => sized(size, at === 0 ? undefined : 'area')),
        normalised(video, tools),
        upload,
      ),
      outputs: ladder.map(({ name, size }, at) => ({
        target: `${name}.m3u8`,
        options: [
          ...['-map', `[out${at}]`, ...web(size), ...colours(video)],
          ...(audio ? ['-map', '0:a:0', ...aac(128_000), '-af', [...(filter ? [filter] : []), inStep].join(',')] : []),
          ...stripped,
          ...['-f', 'hls', '-hls_time', String(keyFrameSeconds), '-hls_playlist_type', 'vod'],
          ...['-hls_segment_type', 'fmp4', '-hls_flags', 'single_file', '-hls_segment_filename', `${name}.mp4`],
        ],
      })),
    }),
    { durationMs, size: fitted(video, 1080), share: loudness && audio ? 0.9 : 1 },
  )
  const seen = await Promise.all(ladder.map(({ name }) => playing(work, work.file(`${name}.mp4`))))
  const variants: Variant[] = []
  for (const [at, { name }] of ladder.entries()) {
    const written = await readFile(work.file(`${name}.m3u8`), 'utf8')
    const playlist = await work.keepText(written.replaceAll(`${name}.mp4`, playlistPlaceholder))
    const kept = await work.keep(`${name}.mp4`)
    const bitrate = mostBitsOf(written)
    variants.push(
      variant({ id: name, role: 'hls', type: 'video/mp4', ...kept, ...seen[at]!, bitrate, playlist: playlist.hash }),
    )
  }
  return { variants }
}

/** Bits a second of the heaviest segment, which is what BANDWIDTH of a main playlist means (RFC 8216, 4.3.4.2). */
export function mostBitsOf(playlist: string): number {
  const segments = [...playlist.matchAll(/#EXTINF:([\d.]+),\s*#EXT-X-BYTERANGE:(\d+)/g)]
  return Math.ceil(Math.max(0, ...segments.map(([, seconds, bytes]) => (Number(bytes) * 8) / Number(seconds))))
}
