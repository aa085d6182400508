export type Match = { score: number /** Indexes of the matched characters in the text. */; at: number[] }

const isBoundary = (text: string, index: number): boolean => index === 0 || /[\s\-_./:@]/.test(text[index - 1]!)

/**
 * Finds `query` in `text` as a subsequence, the way people abbreviate: "np" finds "New post". Beginnings of words and
 * runs of characters score higher, gaps and long texts lower. Null where a character is missing.
 */
export function fuzzy(query: string, text: string): Match | null {
  const wanted = fold(query).replace(/\s+/g, '')
  if (wanted === '') return { score: 0, at: [] }
  const folded = fold(text)
  const phrase = fold(query).trim()
  const exact = wholeAt(phrase, folded)
  if (exact >= 0) {
    const at = Array.from({ length: phrase.length }, (_, i) => exact + i)
    // Inside a word a short run is chance as often as intent: the beginnings of words may still beat it.
    const base = isBoundary(folded, exact) ? 140 : 10 * phrase.length
    return { score: base - exact * 0.5 - folded.length * 0.1, at }
  }
  return best(wanted, folded)
}

/** Where the phrase stands as it is written, at the beginning of a word if it can. */
function wholeAt(phrase: string, text: string): number {
  const first = text.indexOf(phrase)
  for (let at = first; at >= 0; at = text.indexOf(phrase, at + 1)) if (isBoundary(text, at)) return at
  return first
}

/** Lower case and without accents, character for character, so that indexes stay those of the original. */
function fold(text: string): string {
  let out = ''
  for (const char of text.toLowerCase()) {
    const base = char.normalize('NFD').replace(/\p{M}/gu, '')
    out += base.length === char.length ? base : char
  }
  return out
}

/** Best placing of the characters, by dynamic programming over (character, position). */
function best(wanted: string, text: string): Match | null {
  const rows: { score: number; from: number }[][] = []
  for (let w = 0; w < wanted.length; w++) {
    const row: { score: number; from: number }[] = []
    for (let t = 0; t < text.length; t++) {
      row.push({ score: Number.NEGATIVE_INFINITY, from: -1 })
      if (text[t] !== wanted[w]) continue
      const own = isBoundary(text, t) ? 12 : 2
      if (w === 0) {
        row[t] = { score: own - t * 0.05, from: -1 }
        continue
      }
      for (let p = w - 1; p < t; p++) {
        const before = rows[w - 1]![p]!.score
        if (before === Number.NEGATIVE_INFINITY) continue
        const score = before + own + (p === t - 1 ? 8 : -Math.min(t - p, 12) * 0.3)
        if (score > row[t]!.score) row[t] = { score, from: p }
      }
    }
    rows.push(row)
  }
  const last = rows.at(-1)!
  let end = 0
  for (let t = 1; t < last.length; t++) if (last[t]!.score > last[end]!.score) end = t
  const score = last[end]?.score ?? Number.NEGATIVE_INFINITY
  if (score === Number.NEGATIVE_INFINITY) return null
  const at: number[] = []
  for (let w = wanted.length - 1, t = end; w >= 0; w--) {
    at.unshift(t)
    t = rows[w]![t]!.from
  }
  return { score: score - text.length * 0.1, at }
}
