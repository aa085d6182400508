import type { RecipeOf } from '../../../../shared/contract/media.ts'
import { fail } from '../../../../shared/errors.ts'
import { type Cook, variant } from '../work.ts'
import { clock } from './stills.ts'

export type Cue = { fromMs: number; toMs: number; text: string }

export const captions: Cook<RecipeOf<'captions'>> = async ({ text, language, label }, work) => {
  const kept = await work.keepText(asVtt(readCues(text)))
  return {
    variants: [variant({ id: `captions-${language}`, role: 'captions', type: 'text/vtt', ...kept, language, label })],
  }
}

const times = /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/

/**
 * Cues of SRT or WebVTT in order of time. In both, a cue is a block with a line of times, and its text is what follows it:
 * what stands before (a number, a name), notes and styles are no cues. Error: `captions_invalid`.
 */
export function readCues(text: string): Cue[] {
  const blocks = text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
  const cues = blocks
    .map((block) => block.split('\n'))
    .map((lines) => {
      const at = lines.findIndex((line) => times.test(line))
      const [, ...numbers] = times.exec(lines[at] ?? '') ?? []
      return {
        fromMs: msOf(numbers.slice(0, 4)),
        toMs: msOf(numbers.slice(4)),
        text: tidy(lines.slice(at + 1).join('\n')),
      }
    })
    .filter(({ fromMs, toMs, text }) => toMs > fromMs && text !== '')
    .sort((a, b) => a.fromMs - b.fromMs)
  return cues.length > 0
    ? cues
    : fail('captions_invalid', 'These are no captions that can be read. Use a file in SRT or WebVTT.')
}

const msOf = ([hours = '0', minutes = '0', seconds = '0', part = '0']: (string | undefined)[]): number =>
  (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(part.padEnd(3, '0'))

/** Of the markup both formats have, bold, italic and underlined stay; no line is empty, for that would end the cue. */
const tidy = (text: string): string =>
  text
    .replace(/\{\\[^}]*\}/g, '')
    .replace(/<(?!\/?[biu]>)[^>]*>/gi, '')
    .replace(/&(?!\w+;|#\d+;)/g, '&amp;')
    .replaceAll('-->', '→')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
    .join('\n')

export const asVtt = (cues: Cue[]): string =>
  `WEBVTT\n\n${cues.map(({ fromMs, toMs, text }) => `${clock(fromMs)} --> ${clock(toMs)}\n${text}\n`).join('\n')}`
