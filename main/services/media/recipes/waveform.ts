import { createReadStream } from 'node:fs'
import type { RecipeOf, Waveform } from '../../../../shared/contract/media.ts'
import { input } from '../input.ts'
import { type Cook, unfit, variant } from '../work.ts'

const most = 1000
const rate = 8000

/** Peaks of the sound, mixed to one channel. */
export const waveform: Cook<RecipeOf<'waveform'>> = async (_, work) => {
  const { audio, durationMs } = await work.seen()
  if (!audio) return unfit('There is no sound in this film.')
  await work.ffmpeg(
    {
      inputs: [input(work.source.path)],
      outputs: [
        {
          target: 'pcm',
          options: ['-map', '0:a:0', '-vn', '-ac', '1', '-ar', String(rate), '-c:a', 'pcm_s16le', '-f', 's16le'],
        },
      ],
    },
    { durationMs, share: 0.9 },
  )
  const points = Math.min(most, Math.max(1, Math.ceil(durationMs / 50)))
  const peaks = await peaksOf(createReadStream(work.file('pcm')), points, (durationMs * rate) / 1000)
  const text = JSON.stringify({ durationMs, peaks } satisfies Waveform)
  const kept = await work.keepText(text)
  return { variants: [variant({ id: 'waveform', role: 'waveform', type: 'application/json', ...kept })] }
}

/** The loudest of each of `points` parts of `samples` 16-bit samples, 0 to 100. */
export async function peaksOf(pcm: AsyncIterable<Buffer>, points: number, samples: number): Promise<number[]> {
  const peaks = new Array<number>(points).fill(0)
  let at = 0
  let odd: Buffer = Buffer.alloc(0)
  for await (const part of pcm) {
    const bytes = odd.length > 0 ? Buffer.concat([odd, part]) : part
    for (let byte = 0; byte + 1 < bytes.length; byte += 2, at++) {
      const point = Math.min(points - 1, Math.floor((at / samples) * points))
      const value = Math.abs(bytes.readInt16LE(byte))
      if (value > peaks[point]!) peaks[point] = value
    }
    odd = bytes.subarray(bytes.length - (bytes.length % 2))
  }
  return peaks.map((peak) => Math.min(100, Math.round((peak / 32_767) * 100)))
}
