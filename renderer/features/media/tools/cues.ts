import { type Cue as AnyCue, readCues as readAny } from '../../../../shared/domain/captions.ts'

/** With a name of its own while it is worked on. */
export type Cue = AnyCue & { id: number }

export const readCues = (text: string): Cue[] => readAny(text).map((cue, id) => ({ id, ...cue }))

/** `0:00 How it began`, a line each, as chapters; what has no time at its start is left out. */
export function readChapters(text: string, read: (clock: string) => number | null) {
  return text.split('\n').flatMap((line) => {
    const [, clock = '', title = ''] = /^\s*(\S+)\s+(.*\S)\s*$/.exec(line) ?? []
    const startMs = clock === '' ? null : read(clock)
    return startMs === null ? [] : [{ startMs, title: title.slice(0, 200) }]
  })
}
