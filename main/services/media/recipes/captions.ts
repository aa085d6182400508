import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { type Cue, readCues, writeVtt } from '../../../../shared/domain/captions.ts'
import { fail } from '../../../../shared/errors.ts'
import { type Cook, variant } from '../work.ts'

export const captions: Cook<RecipeOf<'captions'>> = async ({ text, language, label }, work) => {
  const kept = await work.keepText(writeVtt(cuesOf(text)))
  return {
    variants: [variant({ id: `captions-${language}`, role: 'captions', type: 'text/vtt', ...kept, language, label })],
  }
}

/** Error: `captions_invalid` where there is none. */
export function cuesOf(text: string): Cue[] {
  const cues = readCues(text)
  if (cues.length === 0)
    fail('captions_invalid', 'These are no captions that can be read. Use a file in SRT or WebVTT.')
  return cues
}
