import type { MediaProbe } from '../../../shared/contract/media.ts'
import { isPlayable } from '../../../shared/domain/media-type.ts'
import { fail } from '../../../shared/errors.ts'
import { isCutOff, isProtected } from './boxes.ts'
import { typeOfFile } from './file-type.ts'
import { guarded } from './input.ts'
import type { Crew } from './processes.ts'
import type { Tools } from './tools.ts'

/** What the product shows of a file, and what only the engine needs to know. */
export type Seen = MediaProbe & {
  /** Whether the streams may be copied as they are, but for where their key frames lie. */
  streams: { squarePixels: boolean; audioProfile: string }
}

type Stream = {
  codec_type?: string
  codec_name?: string
  profile?: string
  level?: number
  pix_fmt?: string
  width?: number
  height?: number
  sample_aspect_ratio?: string
  r_frame_rate?: string
  avg_frame_rate?: string
  color_transfer?: string
  channels?: number
  sample_rate?: string
  bit_rate?: string
  duration?: string
  disposition?: { attached_pic?: number }
  side_data_list?: { rotation?: number }[]
  tags?: { rotate?: string; DURATION?: string }
}
type Answer = { format?: { format_name?: string; duration?: string; bit_rate?: string }; streams?: Stream[] }

const ratio = (text = '', sign = '/'): number => {
  const [above = 0, below = 1] = text.split(sign).map(Number)
  return below > 0 && above > 0 ? above / below : 0
}

/** What ffprobe's JSON says, in our words; undefined when there is nothing to see or to hear. */
export function readProbe({ format = {}, streams = [] }: Answer): Seen | undefined {
  // A cover that comes with a recording is no film.
  const video = streams.find((one) => one.codec_type === 'video' && !one.disposition?.attached_pic && one.width)
  const audio = streams.find((one) => one.codec_type === 'audio' && one.codec_name)
  if (!video && !audio) return undefined
  const turned = video?.side_data_list?.find(({ rotation }) => rotation)?.rotation ?? Number(video?.tags?.rotate ?? 0)
  const rotation = (((Math.round(turned / 90) * 90) % 360) + 360) % 360
  const aspect = ratio(video?.sample_aspect_ratio, ':') || 1
  const stored = { width: Math.round((video?.width ?? 0) * aspect), height: video?.height ?? 0 }
  const isSideways = rotation % 180 !== 0
  const [average, base] = [ratio(video?.avg_frame_rate), ratio(video?.r_frame_rate)]
  return {
    format: format.format_name ?? '',
    durationMs: Math.round(Number(format.duration ?? video?.duration ?? audio?.duration ?? 0) * 1000) || 0,
    bitrate: Number(format.bit_rate ?? 0) || 0,
    video: video
      ? {
          codec: video.codec_name ?? '',
          profile: video.profile ?? '',
          level: video.level ?? 0,
          pixels: video.pix_fmt ?? '',
          width: isSideways ? stored.height : stored.width,
          height: isSideways ? stored.width : stored.height,
          rotation,
          framesPerSecond: average || base,
          isVariable: average > 0 && Math.abs(base - average) / average > 0.02,
          isHdr: video.color_transfer === 'smpte2084' || video.color_transfer === 'arib-std-b67',
        }
      : null,
    audio: audio
      ? {
          codec: audio.codec_name ?? '',
          channels: audio.channels ?? 0,
          sampleRate: Number(audio.sample_rate ?? 0),
          bitrate: Number(audio.bit_rate ?? 0) || 0,
        }
      : null,
    streams: {
      squarePixels: aspect === 1,
      audioProfile: audio?.profile ?? '',
    },
  }
}

const shown = [
  'format=format_name,duration,bit_rate',
  'stream=codec_type,codec_name,profile,level,pix_fmt,width,height,sample_aspect_ratio,r_frame_rate,avg_frame_rate,color_transfer,channels,sample_rate,bit_rate,duration',
  'stream_disposition=attached_pic',
  'stream_side_data=rotation',
  'stream_tags=rotate,DURATION',
].join(':')

/** A file that keeps ffprobe longer was made to. */
const patienceMs = 60_000

const damaged = (): never =>
  fail(
    'media_invalid',
    'This file is empty, cut off or damaged and cannot be played. Export it again and try once more.',
  )

/**
 * What there is to see and hear in a file. Errors: `media_type_unsupported`, `media_invalid`, `media_encrypted`.
 */
export async function probe(
  path: string,
  tools: Pick<Tools, 'ffprobe'>,
  crew: Crew,
  signal?: AbortSignal,
): Promise<Seen> {
  const { bytes, type } = await typeOfFile(path)
  if (bytes === 0) damaged()
  if (!type || !(isPlayable(type) || type === 'image/gif' || type === 'image/png'))
    fail('media_type_unsupported', 'This is no film or recording, whatever its name says.')
  if (/mp4|quicktime/.test(type)) {
    if (await isCutOff(path, signal)) damaged()
    if (await isProtected(path, signal))
      fail('media_encrypted', 'This file is protected against copying. Use one without protection.')
  }
  const { code, out } = await crew.run(
    tools.ffprobe,
    [
      ...['-v', 'error', ...guarded, '-of', 'json', '-show_format', '-show_streams'],
      ...['-show_entries', shown, `file:${path}`],
    ],
    { patienceMs, ...(signal ? { signal } : {}) },
  )
  if (code !== 0) damaged()
  const answer = JSON.parse(out.toString('utf8') || '{}') as Answer
  return readProbe(answer) ?? damaged()
}

const mostRemembered = 1000

/** What was seen of the store's files, by hash: what lies there under a name never changes. */
export function createSeenMemory() {
  const known = new Map<string, Seen>()
  return {
    note(hash: string, seen: Seen): void {
      known.delete(hash)
      known.set(hash, seen)
      for (const oldest of known.keys()) {
        if (known.size <= mostRemembered) break
        known.delete(oldest)
      }
    },
    async of(hash: string, look: () => Promise<Seen>): Promise<Seen> {
      const seen = known.get(hash) ?? (await look())
      this.note(hash, seen)
      return seen
    },
  }
}

export type SeenMemory = ReturnType<typeof createSeenMemory>

/** Longest time between two key frames, in seconds, at the start, in the middle and at the end of a film. */
export async function keyFrameGap(
  path: string,
  seen: Seen,
  tools: Tools,
  crew: Crew,
  signal: AbortSignal,
): Promise<number> {
  const seconds = seen.durationMs / 1000
  const span = 20
  const windows =
    seconds <= 3 * span
      ? [`0%+${Math.ceil(seconds) + 1}`]
      : [0, seconds / 2 - span / 2, seconds - span].map((from) => `${from.toFixed(2)}%+${span}`)
  const { out } = await crew.run(
    tools.ffprobe,
    [
      ...['-v', 'error', ...guarded, '-select_streams', 'v:0', '-read_intervals', windows.join(',')],
      ...['-show_entries', 'packet=pts_time,flags', '-of', 'csv=p=0', `file:${path}`],
    ],
    { signal },
  )
  const packets = out
    .toString('latin1')
    .split('\n')
    .map((line) => line.split(','))
    .filter(([time]) => time && time !== 'N/A')
    .map(([time, flags]) => ({ time: Number(time), isKey: flags?.startsWith('K') ?? false }))
    .sort((a, b) => a.time - b.time)
  let widest = 0
  let last: number | undefined
  let before = 0
  for (const { time, isKey } of packets) {
    // The next window begins: what lies between was not looked at.
    if (last !== undefined && time - before > 1) last = undefined
    before = time
    if (last !== undefined) widest = Math.max(widest, time - last)
    if (isKey) last = time
  }
  return widest
}
