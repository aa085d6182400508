import { readCues } from '../../../shared/domain/captions.ts'

/** Where in the sheet of preview pictures the one from `startMs` on is, in pixels. */
export type Tile = { startMs: number; left: number; top: number; width: number; height: number }

/** From the WebVTT beside the sheet: parts by media fragments (https://www.w3.org/TR/media-frags/). */
export const readTiles = (vtt: string): Tile[] =>
  readCues(vtt).flatMap(({ startMs, text }) => {
    const [left, top, width, height] = /xywh=(\d+),(\d+),(\d+),(\d+)/.exec(text)?.slice(1).map(Number) ?? []
    return width && height ? [{ startMs, left: left!, top: top!, width, height }] : []
  })

/** So many, evenly over the film. */
export const spread = <T>(all: readonly T[], count: number): T[] =>
  all.length <= count ? [...all] : Array.from({ length: count }, (_, at) => all[Math.floor((at / count) * all.length)]!)
