import type { Outcome } from '../../shared/collections/outcomes.ts'
import type { Plan } from '../../shared/collections/posts.ts'

/**
 * Where a plan stands. Pending: `waiting` (for pictures) · `scheduled` · `claimed` (a process holds it until its lease
 * ends) · `held` (pause-all) · `late` (the author is asked). Settled: `published`, `skipped`, `failed`, and where
 * nothing is planned `draft` or `withdrawn`.
 */
export type PlanState =
  | 'draft'
  | 'waiting'
  | 'scheduled'
  | 'claimed'
  | 'held'
  | 'late'
  | 'published'
  | 'skipped'
  | 'withdrawn'
  | 'failed'

export type Problem = { code: string; message: string }

/**
 * The truth about one post on one channel: the plan as the server understood it, and what is public. All instants are
 * milliseconds of the server's clock; the device's are never compared.
 */
export type Publication = {
  postId: string
  /** The plan answered last. */
  planId: string
  mode: Plan['mode']
  local: string
  zone: string
  late: Plan['late']
  /** When it is to be published; for `now` the moment the server took it in. */
  dueAt: number | null
  /** Edition of the zone data that `dueAt` was derived with. */
  zoneData: string
  state: PlanState
  /** Fencing token: grows with every claim, so that a process whose lease ran out can no longer publish. */
  fence: number
  attempts: number
  problem: Problem | null
  /** All pictures the content needs, and those of them not stored yet. */
  needs: string[]
  missing: string[]
  /** Readers can open it (unless `deleted`). */
  live: boolean
  publishedAt: number | null
  publishedVersion: string
  revision: number
  slug: string
  /** The newest request to update the public post that was carried out, and one that waits for pictures. */
  release: string
  pendingRelease: string
  /** The newest request to take the post down that was carried out. */
  withdrawn: string
  receivedAt: number
  receivedVersion: string
  deleted: boolean
}

export const newPublication = (postId: string): Publication => ({
  postId,
  planId: '',
  mode: 'draft',
  local: '',
  zone: '',
  late: 'ask',
  dueAt: null,
  zoneData: '',
  state: 'draft',
  fence: 0,
  attempts: 0,
  problem: null,
  needs: [],
  missing: [],
  live: false,
  publishedAt: null,
  publishedVersion: '',
  revision: 0,
  slug: '',
  release: '',
  pendingRelease: '',
  withdrawn: '',
  receivedAt: 0,
  receivedVersion: '',
  deleted: false,
})

const pendingStates: readonly PlanState[] = ['waiting', 'scheduled', 'claimed', 'held', 'late']
export const isPending = (row: Publication): boolean => pendingStates.includes(row.state)

/** Nothing was ever planned or asked: the document itself says all there is, and a row would say it again. */
export const isPlainDraft = (row: Publication): boolean =>
  row.state === 'draft' && row.mode === 'draft' && row.release === '' && row.withdrawn === '' && row.fence === 0

/** What a post is when nothing is planned for it. */
export const standing = (row: Publication): 'draft' | 'published' | 'withdrawn' =>
  row.live ? 'published' : row.publishedAt === null ? 'draft' : 'withdrawn'

const iso = (ms: number | null): string => (ms === null ? '' : new Date(ms).toISOString())

/** The document that tells devices what became of the post. `handle` is the workspace's, for the public address. */
export function outcomeOf(row: Publication, handle: string): Outcome {
  return {
    id: row.postId,
    kind: 'post',
    state: outcomeState(row),
    planId: row.mode === 'draft' ? '' : row.planId,
    release: row.release,
    withdrawn: row.withdrawn,
    receivedAt: iso(row.receivedAt),
    receivedVersion: row.receivedVersion,
    dueAt: iso(row.dueAt),
    publishedAt: iso(row.publishedAt),
    publishedVersion: row.publishedVersion,
    revision: row.revision,
    slug: row.slug,
    path: row.live && !row.deleted ? `/@${handle}/${row.slug}` : '',
    missing: row.missing,
    problem: row.problem,
  }
}

function outcomeState(row: Publication): Outcome['state'] {
  switch (row.state) {
    case 'claimed':
      return 'scheduled'
    case 'draft':
    case 'published':
    case 'withdrawn':
      // Nothing is planned, but an update of the public post may wait or have failed.
      if (row.problem) return 'failed'
      return row.pendingRelease !== '' && row.missing.length > 0 ? 'waiting' : row.state
    default:
      return row.state
  }
}
