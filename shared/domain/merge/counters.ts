/**
 * Three-way merge of a count: what both sides have added or taken away since the base. Without a base, the larger one, so
 * that nothing is counted twice. A device whose own change comes back to it as another's, after an answer that was lost,
 * adds it again: a count that has to be exact (money, votes) is a document for each of what is counted.
 */
export const mergeCounters = (base: number | null, mine: number, theirs: number): number =>
  base === null ? Math.max(mine, theirs) : mine + theirs - base
