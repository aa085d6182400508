import { fail } from '../../../shared/errors.ts'
import type { Seen } from './probe.ts'
import type { Tools } from './tools.ts'

/** Pure: what ffmpeg is told to make of pictures and sound. */

export type Size = { width: number; height: number }

const fastest = 60

const even = (value: number) => Math.max(2, Math.round(value / 2) * 2)

/** As large as it may be with the shorter side at most `shorter` and the longer at most 16/9 of it; even, as H.264 wants. */
export function fitted({ width, height }: Size, shorter: number): Size {
  const longer = (shorter * 16) / 9
  const scale = Math.min(1, shorter / Math.min(width, height), longer / Math.max(width, height))
  return { width: even(width * scale), height: even(height * scale) }
}

/** The largest part with the shape of `aspect` (width / height) that lies in `size` and has the focus as near its middle as can be. */
export function around(
  size: Size,
  aspect: number,
  focus: { x: number; y: number },
): Size & { left: number; top: number } {
  const width = Math.min(size.width, size.height * aspect)
  const height = width / aspect
  const place = (whole: number, part: number, at: number) => Math.min(Math.max(whole * at - part / 2, 0), whole - part)
  return {
    width: Math.round(width),
    height: Math.round(height),
    left: Math.round(place(size.width, width, focus.x)),
    top: Math.round(place(size.height, height, focus.y)),
  }
}

/** A steady rate that every player keeps up with. A screen recording names its clock, not its pictures, as its rate. */
export function steadyRate({ framesPerSecond, isVariable }: { framesPerSecond: number; isVariable: boolean }): number {
  if (!isVariable && framesPerSecond > 0) return Math.min(framesPerSecond, fastest)
  return framesPerSecond > 31 ? fastest : 30
}

/**
 * Filters that bring any picture to 8 bits of SDR with square pixels, before it is sized. ffmpeg turns it upright itself.
 * HDR: https://ffmpeg.org/ffmpeg-filters.html#tonemap. Error: `media_unsupported`.
 */
export function normalised(video: NonNullable<Seen['video']>, tools: Pick<Tools, 'has'>): string[] {
  const rate = `fps=${Number(steadyRate(video).toFixed(3))}`
  if (!video.isHdr) return [rate]
  if (!tools.has('zscale') || !tools.has('tonemap'))
    fail(
      'media_unsupported',
      'This film is in HDR, and the ffmpeg on this device cannot bring it to ordinary screens. Install one with zscale, or export the film in SDR.',
    )
  return [
    rate,
    'zscale=t=linear:npl=100',
    'format=gbrpf32le',
    'zscale=p=bt709',
    'tonemap=hable:desat=0',
    'zscale=t=bt709:m=bt709:r=tv',
  ]
}

/** What the pictures are after that: older versions of ffmpeg do not take all of it from the filters. */
export const colours = ({ isHdr }: { isHdr: boolean }): string[] =>
  isHdr ? ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709'] : []

/** `scaler`: what ffmpeg calls a way to scale (ffmpeg-scaler(1)); bicubic where none is said. */
export const sized = ({ width, height }: Size, scaler?: 'area'): string[] => [
  `scale=${width}:${height}${scaler ? `:flags=${scaler}` : ''}`,
  'setsar=1',
  'format=yuv420p',
]

/** AAC, stereo; five speakers are mixed down. */
export const aac = (bits = 160_000): string[] => ['-c:a', 'aac', '-b:a', String(bits), '-ac', '2', '-ar', '48000']

/** Sound that begins later than the picture, or has gaps, stays where it belongs. */
export const inStep = 'aresample=async=1:first_pts=0'

export const webPixels = ['yuv420p', 'yuvj420p']
export const webProfiles = ['Baseline', 'Constrained Baseline', 'Main', 'High']

/** Whether every browser plays this picture as it is. Where key frames lie is asked apart: it takes reading the file. */
export function pictureFits({ format, bitrate, video, streams }: Seen): boolean {
  if (!video || !/mp4|matroska/.test(format)) return false
  const { width, height } = fitted(video, 1080)
  return (
    video.codec === 'h264' &&
    webProfiles.includes(video.profile) &&
    video.level <= 42 &&
    webPixels.includes(video.pixels) &&
    !video.isHdr &&
    video.rotation === 0 &&
    streams.squarePixels &&
    video.framesPerSecond <= fastest + 0.5 &&
    video.width <= width &&
    video.height <= height &&
    bitrate <= 12e6
  )
}

export const soundFits = ({ audio, streams }: Seen): boolean =>
  audio?.codec === 'aac' &&
  (streams.audioProfile === 'LC' || streams.audioProfile === '') &&
  audio.channels <= 2 &&
  [44_100, 48_000].includes(audio.sampleRate)
