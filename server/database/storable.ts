/**
 * Whether PostgreSQL can keep every text in a value that came as JSON: neither text nor jsonb holds U+0000 or half of a
 * surrogate pair. Without recursion: what strangers send may be nested deeper than the stack.
 */
export function isStorable(value: unknown): boolean {
  const left = [value]
  while (left.length > 0) {
    const next = left.pop()
    if (typeof next === 'string') {
      if (next.includes('\0') || !next.isWellFormed()) return false
    } else if (typeof next === 'object' && next !== null)
      for (const [key, item] of Object.entries(next)) left.push(key, item)
  }
  return true
}
