/**
 * A memory of at most `maxBytes`; the longest unused goes first. Keys are hashes of all that a value was made from, so
 * it can be small or lost, but never wrong, on however many servers.
 */
export function createKept<T>(maxBytes: number, sizeOf: (value: T) => number) {
  const values = new Map<string, T>()
  let bytes = 0
  return {
    get(key: string): T | undefined {
      const value = values.get(key)
      if (value === undefined) return undefined
      values.delete(key)
      values.set(key, value)
      return value
    },
    set(key: string, value: T): void {
      const before = values.get(key)
      if (before !== undefined) bytes -= sizeOf(before)
      values.delete(key)
      values.set(key, value)
      bytes += sizeOf(value)
      for (const [oldest, old] of values) {
        if (bytes <= maxBytes) break
        values.delete(oldest)
        bytes -= sizeOf(old)
      }
    },
    get bytes(): number {
      return bytes
    },
  }
}
