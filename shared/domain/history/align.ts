/** An item of one list and its counterpart in the other, by index. */
export type Pair = { a: number; b: number }

/** The table of a longest common subsequence is kept below this many cells (8 MB). */
const mostCells = 4_000_000

/**
 * Which items of two lists are the same, in order and as many as can be: a longest common subsequence of their keys. Where
 * the lists differ by more than would be worth computing, only their common beginning and end are found.
 */
export function align(a: readonly string[], b: readonly string[]): Pair[] {
  const pairs: Pair[] = []
  let start = 0
  while (start < a.length && start < b.length && a[start] === b[start]) pairs.push({ a: start, b: start++ })
  let endA = a.length
  let endB = b.length
  const tail: Pair[] = []
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) tail.push({ a: --endA, b: --endB })

  const rows = endA - start
  const columns = endB - start
  if (rows > 0 && columns > 0 && rows * columns <= mostCells) {
    // length[i][j]: how many items the rests from i and j have in common.
    const width = columns + 1
    const length = new Uint16Array((rows + 1) * width)
    for (let i = rows - 1; i >= 0; i--)
      for (let j = columns - 1; j >= 0; j--)
        length[i * width + j] =
          a[start + i] === b[start + j]
            ? length[(i + 1) * width + j + 1]! + 1
            : Math.max(length[(i + 1) * width + j]!, length[i * width + j + 1]!)
    for (let i = 0, j = 0; i < rows && j < columns; ) {
      if (a[start + i] === b[start + j]) pairs.push({ a: start + i++, b: start + j++ })
      else if (length[(i + 1) * width + j]! >= length[i * width + j + 1]!) i++
      else j++
    }
  }
  return [...pairs, ...tail.reverse()]
}

/** What lies between the pairs of two aligned lists: `a[fromA, toA)` has become `b[fromB, toB)`. */
export type Gap = { fromA: number; toA: number; fromB: number; toB: number }

/** The pairs and gaps of two lists, in order. */
export function* walk(a: readonly string[], b: readonly string[]): Generator<Pair | Gap> {
  let fromA = 0
  let fromB = 0
  for (const pair of [...align(a, b), { a: a.length, b: b.length }]) {
    if (pair.a > fromA || pair.b > fromB) yield { fromA, toA: pair.a, fromB, toB: pair.b }
    if (pair.a < a.length) yield pair
    fromA = pair.a + 1
    fromB = pair.b + 1
  }
}
