/**
 * Three-way merge of lists that are sets in a chosen order (tags, pictures): what either side added is in, what either
 * side took out is out. Those of the base keep its order, new ones follow in the order of their text, so that both
 * sides come to the same list. Without a base, everything either side has.
 */
export function mergeSets(
  base: readonly string[] | null,
  mine: readonly string[],
  theirs: readonly string[],
): string[] {
  const before = base ?? mine.filter((item) => theirs.includes(item))
  const kept = [...new Set(before)].filter((item) => mine.includes(item) && theirs.includes(item))
  const added = [...new Set([...mine, ...theirs])].filter((item) => !before.includes(item)).sort()
  // With no base the order of what both have is nobody's: take the one that both sides compute alike.
  return [...(base ? kept : kept.sort()), ...added]
}
