import { parse } from '@plussub/srt-vtt-parser'

export type Cue = { id: number; startMs: number; endMs: number; text: string }

/** The cues of WebVTT or SRT, in order of time; text that is neither has none. */
export function readCues(text: string): Cue[] {
  try {
    return parse(text)
      .entries.map(({ from, to, text: words }, id) => ({ id, startMs: from, endMs: to, text: words.trim() }))
      .sort((a, b) => a.startMs - b.startMs)
  } catch {
    return []
  }
}

const stamp = (ms: number): string => {
  const pad = (value: number, length: number) => String(value).padStart(length, '0')
  const [h, m, s] = [Math.floor(ms / 3_600_000), Math.floor(ms / 60_000) % 60, Math.floor(ms / 1000) % 60]
  return `${pad(h, 2)}:${pad(m, 2)}:${pad(s, 2)}.${pad(Math.round(ms) % 1000, 3)}`
}

/** WebVTT. A blank line would end a cue and an arrow begin another, so neither can be in its words. */
export function writeVtt(cues: readonly Cue[]): string {
  const written = [...cues]
    .filter(({ text, startMs, endMs }) => text.trim() !== '' && endMs > startMs)
    .sort((a, b) => a.startMs - b.startMs)
    .map(({ startMs, endMs, text }) => {
      const words = text
        .trim()
        .replaceAll('-->', '→')
        .replace(/\n\s*\n+/g, '\n')
      return `${stamp(startMs)} --> ${stamp(endMs)}\n${words}\n`
    })
  return `WEBVTT\n\n${written.join('\n')}`
}

/** `0:00 How it began`, a line each, as chapters; what has no time at its start is left out. */
export function readChapters(text: string, read: (clock: string) => number | null) {
  return text.split('\n').flatMap((line) => {
    const [, clock = '', title = ''] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(line) ?? []
    const startMs = clock === '' ? null : read(clock)
    return startMs === null ? [] : [{ startMs, title: title.slice(0, 200) }]
  })
}
