import { canonicalJson, sameJson } from './json.ts'

/** Something with an id, or a text that is its own. */
export type Item = string | number | { id: string }
export type ListMerge = {
  items: Item[]
  /** Items that both sides have changed, of which `items` has the later side's. */
  conflicts: { mine: Item; theirs: Item }[]
}

/**
 * Three-way merge of a list whose order somebody chose. What either side added is in; what one side took out is out,
 * unless the other has changed or moved it meanwhile. An item is where the side that moved it put it, and where both
 * did, where the `later` one has it. What both added in one place stands side by side, each side's in its own order.
 * Swapping the sides gives the same list. Without a base, everything either side has.
 */
export function mergeLists(
  base: readonly Item[] | null,
  mine: readonly Item[],
  theirs: readonly Item[],
  later: 'mine' | 'theirs',
): ListMerge {
  const [m, t] = [byKey(mine), byKey(theirs)]
  const [first, second] = later === 'mine' ? [m, t] : [t, m]
  const b = base ? byKey(base) : new Map([...first].filter(([key]) => second.has(key)))
  const still = { mine: unmoved(b, m), theirs: unmoved(b, t) }

  /** Whose place for it counts: the order that both leave as it was, one side's, or nobody's where it is taken out. */
  function placeOf(key: string): 'both' | 'mine' | 'theirs' | 'none' {
    const [inMine, inTheirs] = [m.has(key), t.has(key)]
    if (inMine && inTheirs) {
      const [mineStill, theirsStill] = [still.mine.has(key), still.theirs.has(key)]
      if (mineStill && theirsStill) return 'both'
      return mineStill ? 'theirs' : theirsStill ? 'mine' : later
    }
    const [side, items] = inMine ? (['mine', m] as const) : (['theirs', t] as const)
    const isUntouched = b.has(key) && still[side].has(key) && sameJson(b.get(key), items.get(key))
    return isUntouched ? 'none' : side
  }

  const places = new Map([...m.keys(), ...t.keys()].map((key) => [key, placeOf(key)]))
  const runs = (side: 'mine' | 'theirs') => runsBetween([...(side === 'mine' ? m : t).keys()], places, side)
  const [mineRuns, theirRuns] = [runs('mine'), runs('theirs')]
  const common = [...b.keys()].filter((key) => places.get(key) === 'both')
  const order = [...common, undefined].flatMap((key, i) => {
    const between = [mineRuns[i]!, theirRuns[i]!].sort(([x = ''], [y = '']) => (x < y ? -1 : 1)).flat()
    return key === undefined ? between : [...between, key]
  })

  const conflicts: ListMerge['conflicts'] = []
  const items = order.map((key): Item => {
    const [before, inMine, inTheirs] = [b.get(key), m.get(key), t.get(key)]
    if (inMine === undefined || inTheirs === undefined) return (inMine ?? inTheirs)!
    if (sameJson(inMine, inTheirs) || sameJson(before, inTheirs)) return inMine
    if (sameJson(before, inMine)) return inTheirs
    conflicts.push({ mine: inMine, theirs: inTheirs })
    return later === 'mine' ? inMine : inTheirs
  })
  return { items, conflicts }
}

const keyOf = (item: Item): string => (typeof item === 'object' ? item.id : canonicalJson(item))
const byKey = (items: readonly Item[]): Map<string, Item> => new Map(items.map((item) => [keyOf(item), item]))

/** Items of the base that need not have been moved to make the list: a longest run of them that is still in order. */
function unmoved(base: ReadonlyMap<string, Item>, list: ReadonlyMap<string, Item>): Set<string> {
  const rank = new Map([...base.keys()].map((key, i) => [key, i]))
  const kept = [...list.keys()].filter((key) => rank.has(key))
  const best: string[][] = []
  for (const key of kept) {
    let longest: string[] = []
    for (const run of best) if (rank.get(run.at(-1)!)! < rank.get(key)! && run.length > longest.length) longest = run
    best.push([...longest, key])
  }
  return new Set(best.reduce((longest, run) => (run.length > longest.length ? run : longest), []))
}

/** What a side puts before the first item that both leave in place, after each of them, and so on. */
function runsBetween(keys: readonly string[], places: ReadonlyMap<string, string>, side: string): string[][] {
  const runs: string[][] = [[]]
  for (const key of keys) {
    const place = places.get(key)
    if (place === 'both') runs.push([])
    else if (place === side) runs.at(-1)!.push(key)
  }
  return runs
}
