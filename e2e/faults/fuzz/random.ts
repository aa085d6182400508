export type Random = ReturnType<typeof seededRandom>

/** Numbers that the seed decides (mulberry32). */
export function seededRandom(seed: number) {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296
  }
  const below = (n: number): number => Math.floor(next() * n)
  return {
    next,
    below,
    chance: (p: number): boolean => next() < p,
    /** Errors: when there is nothing to choose from. */
    one<T>(items: readonly T[]): T {
      if (items.length === 0) throw new Error('There is nothing to choose from.')
      return items[below(items.length)] as T
    },
    /** A source of its own, so that what one device does is not decided by the others' timing. */
    fork: () => seededRandom(below(2 ** 31)),
  }
}
