import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { aac, colours, fitted, h264, inStep, normalised, pictureFits, sized, soundFits } from '../encoding.ts'
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
  await work.ffmpeg(
    [
      ...input(work.source.path),
      ...['-map', '0:v:0', ...(copiesPicture ? ['-c:v', 'copy'] : [])],
      ...(copiesPicture
        ? []
        : ['-vf', [...normalised(video, tools), ...sized(size)].join(','), ...h264(size), ...colours(video)]),
      ...(audio ? ['-map', '0:a:0'] : []),
      ...(audio && copiesSound ? ['-c:a', 'copy'] : []),
      ...(audio && !copiesSound ? [...aac(), '-af', [...(filter ? [filter] : []), inStep].join(',')] : []),
      ...stripped,
      ...['-movflags', '+faststart', '-f', 'mp4', 'web.mp4'],
    ],
    { durationMs, share: loudness && audio ? 0.85 : 1 },
  )
  const known = await playing(work, work.file('web.mp4'))
  const kept = await work.keep('web.mp4')
  return { variants: [variant({ id: 'mp4', role: 'mp4', type: 'video/mp4', ...kept, ...known })] }
}
