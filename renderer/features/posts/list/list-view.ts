import type { Visibility } from '../../../../shared/collections/posts.ts'
import type { PostState } from '../../../../shared/domain/post-state.ts'
import type { PostRow } from '../../../data/types.ts'

export const listGroups = ['all', 'drafts', 'scheduled', 'published', 'attention'] as const
export type ListGroup = (typeof listGroups)[number]
export const listSorts = ['edited', 'when', 'title'] as const
export type ListSort = (typeof listSorts)[number]

/** What the list shows; kept for the window. */
export type ListView = { group: ListGroup; sort: ListSort; tags: readonly string[]; visibility: Visibility | 'any' }

export const plainView: ListView = { group: 'all', sort: 'edited', tags: [], visibility: 'any' }

const groups: Record<Exclude<ListGroup, 'all'>, readonly PostState[]> = {
  drafts: ['draft', 'skipped', 'withdrawn'],
  scheduled: ['scheduled', 'waiting', 'held', 'late'],
  published: ['published', 'changed'],
  attention: ['late', 'failed'],
}

/** Whether a post waits for its author. A refused one does, whatever state it is in. */
export const needsAuthor = (row: PostRow, refused: ReadonlySet<string>): boolean =>
  groups.attention.includes(row.state) || refused.has(row.id)

const inGroup = (row: PostRow, group: ListGroup, refused: ReadonlySet<string>): boolean =>
  group === 'all' || (group === 'attention' ? needsAuthor(row, refused) : groups[group].includes(row.state))

/** How many posts there are in each group. */
export function countGroups(rows: readonly PostRow[], refused: ReadonlySet<string>): Record<ListGroup, number> {
  const counts = { all: 0, drafts: 0, scheduled: 0, published: 0, attention: 0 }
  for (const row of rows) for (const group of listGroups) if (inGroup(row, group, refused)) counts[group]++
  return counts
}

/** The moment a row is about: when it goes out, when it went out, when it was last touched. */
export function momentOf(row: PostRow): string {
  if (row.state === 'published' || row.state === 'changed') return row.publishedAt || row.updatedAt
  if (groups.scheduled.includes(row.state) && row.plan.at) return row.plan.at
  return row.updatedAt
}

/**
 * The rows to show, in order. They come with the newest change first. `found` are the ids that a search gave, best first: then that is the order. Dates are
 * compared as text: they are all ISO 8601 in UTC.
 */
export function selectRows(
  rows: readonly PostRow[],
  view: ListView,
  refused: ReadonlySet<string>,
  found: readonly string[] | null,
): PostRow[] {
  const matching = rows.filter(
    (row) =>
      inGroup(row, view.group, refused) &&
      (view.visibility === 'any' || row.visibility === view.visibility) &&
      view.tags.every((tag) => row.tags.includes(tag)),
  )
  if (found) {
    const rank = new Map(found.map((id, index) => [id, index]))
    return matching.filter((row) => rank.has(row.id)).sort((a, b) => rank.get(a.id)! - rank.get(b.id)!)
  }
  if (view.sort === 'edited') return matching
  if (view.sort === 'title') {
    const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' })
    return matching.sort((a, b) => collator.compare(a.title || '\uffff', b.title || '\uffff'))
  }
  // What comes next is wanted first among the planned, what came last everywhere else.
  const direction = view.group === 'scheduled' ? 1 : -1
  const keyed = matching.map((row) => ({ row, key: momentOf(row) }))
  keyed.sort((a, b) =>
    a.key < b.key ? -direction : a.key > b.key ? direction : a.row.id < b.row.id ? direction : -direction,
  )
  return keyed.map(({ row }) => row)
}
