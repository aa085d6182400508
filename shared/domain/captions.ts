/** A piece of captions: what stands there, and from when to when. */
export type Cue = { startMs: number; endMs: number; text: string }

const times = /^\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})[.,](\d{1,3})/

/**
 * Cues of SRT or WebVTT in order of time; none where the text is neither. In both, a cue is a block with a line of times,
 * and its text is what follows it: what stands before (a number, a name), notes and styles are no cues.
 */
export function readCues(text: string): Cue[] {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/\r\n?/g, '\n')
    .split(/\n[ \t]*\n/)
    .map((block) => block.split('\n'))
    .map((lines) => {
      const at = lines.findIndex((line) => times.test(line))
      const [, ...numbers] = times.exec(lines[at] ?? '') ?? []
      return {
        startMs: msOf(numbers.slice(0, 4)),
        endMs: msOf(numbers.slice(4)),
        text: tidy(lines.slice(at + 1).join('\n')),
      }
    })
    .filter(isShown)
    .sort((a, b) => a.startMs - b.startMs)
}

/** WebVTT of the cues that can be seen, in order of time. */
export const writeVtt = (cues: readonly Cue[]): string =>
  `WEBVTT\n\n${cues
    .map((cue) => ({ ...cue, text: tidy(cue.text) }))
    .filter(isShown)
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, endMs, text }) => `${clock(startMs)} --> ${clock(endMs)}\n${text}\n`)
    .join('\n')}`

const isShown = ({ startMs, endMs, text }: Cue): boolean => endMs > startMs && text !== ''

const msOf = ([hours = '0', minutes = '0', seconds = '0', part = '0']: (string | undefined)[]): number =>
  (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000 + Number(part.padEnd(3, '0'))

/** `00:01:02.345`, as WebVTT writes times. */
export function clock(ms: number): string {
  const whole = Math.round(ms)
  const pad = (value: number, length: number) => String(Math.floor(value)).padStart(length, '0')
  return `${pad(whole / 3_600_000, 2)}:${pad((whole / 60_000) % 60, 2)}:${pad((whole / 1000) % 60, 2)}.${pad(whole % 1000, 3)}`
}

/**
 * Of the markup both formats have, bold, italic and underlined stay. A blank line would end a cue and an arrow begin
 * another, so neither can be in it.
 */
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
