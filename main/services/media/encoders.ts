import type { Size } from './encoding.ts'

/** A way to make H.264. Pure: what ffmpeg is told, and where it has to be told it. */
export type Encoder = {
  /** As ffmpeg calls it. */
  name: string
  /** Before all inputs: the device it works on. */
  device: string[]
  /** After all filters: what brings their pictures, 8 bits of 4:2:0, to that device. */
  upload: string[]
  /** In a quality that holds up, with a ceiling for thin lines. */
  web(size: Size): string[]
  /** Better than what people see in the end, because that is made of it. */
  fine(size: Size): string[]
}

/** Key frames every so many seconds: where a player can start, and an HLS segment begins. */
export const keyFrameSeconds = 4
const keyFrames = ['-force_key_frames', `expr:gte(t,n_forced*${keyFrameSeconds})`]

/** Bits a second that a film of that size may have at most. */
export const mostBits = ({ width, height }: Size): number =>
  Math.round(Math.min(8e6, Math.max(4e5, width * height * 2.6)) / 1000) * 1000

export const software: Encoder = {
  name: 'libx264',
  device: [],
  upload: [],
  web: (size) => [
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '21', '-profile:v', 'high'],
    ...['-maxrate', String(mostBits(size)), '-bufsize', String(2 * mostBits(size)), ...keyFrames],
  ],
  fine: () => ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '17', '-profile:v', 'high', '-pix_fmt', 'yuv420p'],
}

/** There is no constant quality that all of them know, so they are given an average, which easy pictures do not reach. */
function hardware(name: string, own: Partial<Pick<Encoder, 'device' | 'upload'>> & { options?: string[] }): Encoder {
  const { device = [], upload = [], options = [] } = own
  const encode = (bits: number) => [
    ...['-c:v', name, ...options, '-profile:v', 'high'],
    ...['-b:v', String(bits), '-maxrate', String(1.5 * bits), '-bufsize', String(3 * bits)],
  ]
  return {
    name,
    device,
    upload,
    web: (size) => [...encode(mostBits(size)), ...keyFrames],
    fine: (size) => encode(3 * mostBits(size)),
  }
}

/** In order of preference; what their options mean: `ffmpeg -h encoder=NAME`. */
export const hardwareEncoders: Encoder[] = [
  hardware('h264_videotoolbox', {}),
  // A forced key frame is only a place to start where it is an IDR picture.
  hardware('h264_nvenc', { options: ['-rc', 'vbr', '-forced-idr', '1'] }),
  hardware('h264_qsv', { upload: ['format=nv12'], options: ['-forced_idr', '1'] }),
  hardware('h264_amf', { options: ['-rc', 'vbr_peak'] }),
  hardware('h264_vaapi', {
    device: ['-vaapi_device', '/dev/dri/renderD128'],
    upload: ['format=nv12', 'hwupload'],
  }),
  hardware('h264_v4l2m2m', {}),
]

/** Below this, opening the device takes longer than encoding, and some devices refuse it. */
const smallestSide = 128
export const isForHardware = ({ width, height }: Size): boolean => Math.min(width, height) >= smallestSide
