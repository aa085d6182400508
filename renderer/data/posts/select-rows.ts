import type { PostFilter, PostRow } from '../types.ts'

/** The rows that a filter lets through, in their order; with `found`, those among it in the order of `found`. */
export function selectRows(
  rows: readonly PostRow[],
  filter: PostFilter,
  found: readonly string[] | null,
): readonly PostRow[] {
  const { states, tags, visibility, kind } = filter
  const isWanted = (row: PostRow): boolean =>
    (!states || states.includes(row.state)) &&
    (!tags || tags.every((tag) => row.tags.includes(tag))) &&
    (!visibility || row.visibility === visibility) &&
    (!kind || row.kind === kind)
  if (!states && !tags && !visibility && !kind && !found) return rows
  const wanted = rows.filter(isWanted)
  if (!found) return wanted
  const byId = new Map(wanted.map((row) => [row.id, row]))
  return found.flatMap((id) => byId.get(id) ?? [])
}
