import { walk } from './align.ts'

/** A stretch of text that both sides have, that has come, or that has gone. */
export type Piece = { kind: 'same' | 'added' | 'removed'; text: string }

let segmenter: Intl.Segmenter | undefined

/** Words, the spaces between them and every mark by itself, also in scripts that write no spaces (UAX #29). */
export function wordsOf(text: string): string[] {
  segmenter ??= new Intl.Segmenter(undefined, { granularity: 'word' })
  return Array.from(segmenter.segment(text), ({ segment }) => segment)
}

/**
 * How one text became another, by words. Joining what is not `added` gives the first, joining what is not `removed` the
 * second. Spaces alone between two changes belong to them: a sentence that was replaced reads as one, not as word by word.
 */
export function diffWords(before: string, after: string): Piece[] {
  const a = wordsOf(before)
  const b = wordsOf(after)
  const pieces: Piece[] = []
  let removed = ''
  let added = ''
  const flush = (): void => {
    if (removed) pieces.push({ kind: 'removed', text: removed })
    if (added) pieces.push({ kind: 'added', text: added })
    removed = ''
    added = ''
  }
  const steps = [...walk(a, b)]
  for (const [i, step] of steps.entries()) {
    if ('fromA' in step) {
      removed += a.slice(step.fromA, step.toA).join('')
      added += b.slice(step.fromB, step.toB).join('')
      continue
    }
    const text = a[step.a]!
    const next = steps[i + 1]
    if (removed && added && text.trim() === '' && next && 'fromA' in next) {
      removed += text
      added += text
      continue
    }
    flush()
    const last = pieces.at(-1)
    if (last?.kind === 'same') last.text += text
    else pieces.push({ kind: 'same', text })
  }
  flush()
  return pieces
}

/** The words of a text, each with how often it is there. */
type WordCounts = { total: number; counts: ReadonlyMap<string, number> }

function countEachWord(text: string): WordCounts {
  const words = wordsOf(text.toLowerCase()).filter((word) => word.trim() !== '')
  const counts = new Map<string, number>()
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1)
  return { total: words.length, counts }
}

/**
 * How much texts have in common with each of `others`, 0 … 1: twice the words they share, of all their words (Dice's
 * coefficient). Each text is read once, however many are asked about.
 */
export function likenessTo(others: readonly string[]): (text: string) => (other: number) => number {
  const counted = others.map(countEachWord)
  const having = new Map<string, { other: number; count: number }[]>()
  for (const [other, { counts }] of counted.entries())
    for (const [word, count] of counts) {
      const known = having.get(word)
      if (known) known.push({ other, count })
      else having.set(word, [{ other, count }])
    }
  return (text) => {
    const { total, counts } = countEachWord(text)
    const shared = new Uint32Array(others.length)
    for (const [word, count] of counts)
      for (const each of having.get(word) ?? []) shared[each.other]! += Math.min(count, each.count)
    return (other) => {
      const both = total + counted[other]!.total
      return both === 0 ? 1 : (2 * shared[other]!) / both
    }
  }
}
