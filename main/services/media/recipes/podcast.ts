import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { aac, inStep } from '../encoding.ts'
import { input, ownInput } from '../input.ts'
import { loudnessFilter } from '../loudness.ts'
import { type Cook, unfit, variant, writeText } from '../work.ts'

const coverSide = 1400

/** The sound alone, as players of podcasts like it. */
export const podcast: Cook<RecipeOf<'podcast'>> = async (recipe, work) => {
  const { audio, durationMs } = await work.seen()
  if (!audio) return unfit('There is no sound in this film.')
  const filter = await loudnessFilter(work, 0.3)
  await writeText(work.file('about.txt'), about(recipe, durationMs))
  const cover = recipe.cover ? await work.blobs.read(recipe.cover) : undefined
  if (recipe.cover && !cover) return unfit('The cover is not on this device. Choose it again.')
  if (cover) {
    const { default: sharp } = await import('sharp')
    // JPEG and square: what every player shows.
    await sharp(cover.bytes)
      .resize(coverSide, coverSide, { fit: 'cover', withoutEnlargement: true })
      .flatten({ background: 'white' })
      .jpeg({ quality: 85 })
      .toFile(work.file('cover.jpg'))
  }
  const isMp3 = recipe.format === 'mp3'
  const result = `episode.${recipe.format}`
  await work.ffmpeg(
    {
      inputs: [
        input(work.source.path),
        ownInput('ffmetadata', 'about.txt'),
        ...(cover ? [ownInput('mjpeg', 'cover.jpg')] : []),
      ],
      outputs: [
        {
          target: result,
          options: [
            ...['-map', '0:a:0', '-map_metadata', '1', '-map_chapters', '1', '-fflags', '+bitexact'],
            ...(cover ? ['-map', '2:v:0', '-c:v', 'copy', '-disposition:v:0', 'attached_pic'] : []),
            ...(isMp3 ? ['-c:a', 'libmp3lame', '-b:a', '128k', '-ac', '2', '-ar', '44100'] : aac(128_000)),
            ...['-af', [...(filter ? [filter] : []), inStep].join(',')],
            ...(isMp3 ? ['-id3v2_version', '3', '-f', 'mp3'] : ['-movflags', '+faststart', '-f', 'ipod']),
          ],
        },
      ],
    },
    { durationMs, share: 0.7 },
  )
  const kept = await work.keep(result)
  const type = isMp3 ? 'audio/mpeg' : 'audio/mp4'
  const codecs = isMp3 ? 'mp3' : 'mp4a.40.2'
  return { variants: [variant({ id: 'podcast', role: 'podcast', type, ...kept, bitrate: 128_000, codecs })] }
}

/** https://ffmpeg.org/ffmpeg-formats.html#Metadata-1 */
export function about({ title, artist, chapters }: RecipeOf<'podcast'>, durationMs: number): string {
  // A backslash before the end of a line joins it with the next, whatever stands before it.
  const escaped = (text: string) =>
    text
      .replace(/[\r\n\0]+/g, ' ')
      .replace(/\\+$/, '')
      .replace(/[=;#\\]/g, '\\$&')
  const inside = chapters.filter(({ startMs }) => startMs < durationMs).sort((a, b) => a.startMs - b.startMs)
  const parts = inside.map(({ startMs, title }, at) =>
    [
      '[CHAPTER]',
      'TIMEBASE=1/1000',
      `START=${startMs}`,
      `END=${inside[at + 1]?.startMs ?? durationMs}`,
      `title=${escaped(title)}`,
    ].join('\n'),
  )
  return `${[';FFMETADATA1', `title=${escaped(title)}`, `artist=${escaped(artist)}`, ...parts].join('\n')}\n`
}
