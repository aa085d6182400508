/** A run of text; `own`: the other side does not have it. */
export type Run = { text: string; own: boolean }

/** Beyond this many differing words on both sides together, word by word is neither quick nor read by anybody. */
const mostCells = 4_000_000

/** What differs between two texts, word by word: each text in runs, for the side it is shown on. */
export function textDiff(a: string, b: string): { a: Run[]; b: Run[] } {
  const [left, right] = [words(a), words(b)]
  let start = 0
  while (start < left.length && start < right.length && left[start] === right[start]) start++
  let end = 0
  while (end < left.length - start && end < right.length - start && left.at(-1 - end) === right.at(-1 - end)) end++
  const [middleA, middleB] = [left.slice(start, left.length - end), right.slice(start, right.length - end)]
  const shared = common(middleA, middleB)
  const side = (all: string[], middle: string[], isShared: ReadonlySet<number>) =>
    runs([
      ...all.slice(0, start).map((text) => ({ text, own: false })),
      ...middle.map((text, at) => ({ text, own: !isShared.has(at) })),
      ...all.slice(all.length - end).map((text) => ({ text, own: false })),
    ])
  return { a: side(left, middleA, shared.a), b: side(right, middleB, shared.b) }
}

/** Words with the space before them, so that a run of changed words is one mark. */
const words = (text: string): string[] => text.match(/\s*[\p{L}\p{M}\p{N}_'’-]+|\s*[^\s\p{L}\p{M}\p{N}_]|\s+/gu) ?? []

/** Positions that belong to a longest common subsequence. */
function common(a: string[], b: string[]): { a: Set<number>; b: Set<number> } {
  const found = { a: new Set<number>(), b: new Set<number>() }
  if (a.length * b.length > mostCells) return found
  const width = b.length + 1
  const lengths = new Uint16Array((a.length + 1) * width)
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      lengths[i * width + j] =
        a[i] === b[j]
          ? lengths[(i + 1) * width + j + 1]! + 1
          : Math.max(lengths[(i + 1) * width + j]!, lengths[i * width + j + 1]!)
  for (let i = 0, j = 0; i < a.length && j < b.length; )
    if (a[i] === b[j]) {
      found.a.add(i++)
      found.b.add(j++)
    } else if (lengths[(i + 1) * width + j]! >= lengths[i * width + j + 1]!) i++
    else j++
  return found
}

function runs(pieces: Run[]): Run[] {
  const joined: Run[] = []
  for (const piece of pieces) {
    const last = joined.at(-1)
    if (last?.own === piece.own) last.text += piece.text
    else joined.push({ ...piece })
  }
  return joined
}
