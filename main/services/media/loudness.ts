import { input } from './input.ts'
import type { Work } from './work.ts'

/** What films on the web and podcasts agree on: −16 LUFS, no peak above −1.5 dBTP (AES TD1008). */
const target = 'I=-16:TP=-1.5:LRA=11'
const near = 0.5

type Measured = {
  input_i: string
  input_tp: string
  input_lra: string
  input_thresh: string
  target_offset: string
}

/**
 * Measures the sound, and gives the filter that brings it to its loudness; `undefined` where it is there already, or is
 * silence. https://ffmpeg.org/ffmpeg-filters.html#loudnorm, two passes.
 */
export async function loudnessFilter(work: Work, share: number): Promise<string | undefined> {
  const { durationMs } = await work.seen()
  const said = await work.ffmpeg(
    {
      inputs: [input(work.source.path, '-v', 'info')],
      outputs: [
        {
          target: '-',
          options: ['-map', '0:a:0', '-vn', '-af', `loudnorm=${target}:print_format=json`, '-f', 'null'],
        },
      ],
    },
    { durationMs, share },
  )
  const json = said.slice(said.lastIndexOf('{'), said.lastIndexOf('}') + 1)
  const { input_i, input_tp, input_lra, input_thresh, target_offset } = JSON.parse(json) as Measured
  const loudness = Number(input_i)
  if (!Number.isFinite(loudness)) return undefined
  if (Math.abs(loudness + 16) <= near && Number(input_tp) <= -1) return undefined
  const measured = `measured_I=${input_i}:measured_TP=${input_tp}:measured_LRA=${input_lra}:measured_thresh=${input_thresh}`
  return `loudnorm=${target}:${measured}:offset=${target_offset}:linear=true`
}
