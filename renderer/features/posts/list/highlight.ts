/** A piece of a title, `hit` where it is why the search found it. */
export type Piece = { text: string; hit: boolean }

const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()

/** Fewest letters to change, add or leave out, up to `most`; more than `most` is answered with `most + 1`. */
export function editDistance(a: string, b: string, most: number): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let row = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    let least = i
    for (let j = 1; j <= b.length; j++) {
      const cost = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1))
      next.push(cost)
      least = Math.min(least, cost)
    }
    if (least > most) return most + 1
    row = next
  }
  return row[b.length]!
}

/** Wrong letters that are forgiven in a word of this length: as many as the search forgives. */
const forgiven = (length: number): number => (length < 4 ? 0 : length < 8 ? 1 : 2)

function isHit(word: string, terms: readonly string[]): boolean {
  return terms.some((term) => {
    if (word.startsWith(term)) return true
    const most = forgiven(term.length)
    if (most === 0) return false
    // The last word is still being typed: a wrong letter may be in the beginning of a longer one.
    return editDistance(word, term, most) <= most || editDistance(word.slice(0, term.length), term, most) <= most - 1
  })
}

/** Whether a title says all of these words, one of them perhaps only begun. */
export function hasWords(title: string, query: string): boolean {
  const said = fold(title)
  return (fold(query).match(/[\p{L}\p{N}]+/gu) ?? []).every((term) => said.includes(term))
}

/** Cuts a title into pieces, marking the words that the query means, wrong letters and all. */
export function highlight(title: string, query: string): Piece[] {
  const terms = (fold(query).match(/[\p{L}\p{N}]+/gu) ?? []).filter((term) => term !== '')
  if (terms.length === 0) return [{ text: title, hit: false }]
  const pieces: Piece[] = []
  let done = 0
  for (const match of title.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    if (!isHit(fold(match[0]), terms)) continue
    if (match.index > done) pieces.push({ text: title.slice(done, match.index), hit: false })
    pieces.push({ text: match[0], hit: true })
    done = match.index + match[0].length
  }
  if (done < title.length) pieces.push({ text: title.slice(done), hit: false })
  return pieces
}
