import type { RecipeOf } from '../../../../shared/contract/media.ts'
import type { Command } from '../command.ts'
import type { Encoder } from '../encoders.ts'
import { aac, colours, fitted, inStep, normalised, pictureFits, sized, soundFits } from '../encoding.ts'
import { input, stripped } from '../input.ts'
import { loudnessFilter } from '../loudness.ts'
import { keyFrameGap } from '../probe.ts'
import { type Cook, playing, unfit, variant } from '../work.ts'
import { animation } from './animation.ts'

/** Further apart, and a player that jumps shows the wrong place or waits. */
const widestGapSeconds = 10

export const web: Cook<RecipeOf<'web'>> = async ({ loudness }, work) => {
  if (work.source.type.startsWith('image/')) return animation(work)
  const [seen, tools] = await Promise.all([work.seen(), work.tools()])
  const { video, audio, durationMs } = seen
  if (!video) return unfit('This is sound alone: make a podcast episode of it instead.')
  const filter = loudness && audio ? await loudnessFilter(work, 0.15) : undefined
  const copiesPicture =
    pictureFits(seen) && (await keyFrameGap(work.source.path, seen, tools, work.crew, work.signal)) <= widestGapSeconds
  const copiesSound = !filter && soundFits(seen)
  const size = fitted(video, 1080)
  const anew = ({ web, upload }: Encoder) => [
    ...['-vf', [...normalised(video, tools), ...sized(size), ...upload].join(',')],
    ...[...web(size), ...colours(video)],
  ]
  const made = (picture: string[]): Command => ({
    inputs: [input(work.source.path)],
    outputs: [
      {
        target: 'web.mp4',
        options: [
          ...['-map', '0:v:0', ...picture],
          ...(audio ? ['-map', '0:a:0'] : []),
          ...(audio && copiesSound ? ['-c:a', 'copy'] : []),
          ...(audio && !copiesSound ? [...aac(), '-af', [...(filter ? [filter] : []), inStep].join(',')] : []),
          ...[...stripped, '-movflags', '+faststart', '-f', 'mp4'],
        ],
      },
    ],
  })
  const progress = { durationMs, share: loudness && audio ? 0.85 : 1 }
  if (copiesPicture) await work.ffmpeg(made(['-c:v', 'copy']), progress)
  else await work.encode((encoder) => made(anew(encoder)), { ...progress, size })
  const known = await playing(work, work.file('web.mp4'))
  const kept = await work.keep('web.mp4')
  return { variants: [variant({ id: 'mp4', role: 'mp4', type: 'video/mp4', ...kept, ...known })] }
}
