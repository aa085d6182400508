import type { Outcome } from '../collections/outcomes.ts'
import type { Post } from '../collections/posts.ts'
import { lateAfterMs } from './schedule.ts'

/**
 * What a person sees of a post. `scheduled`, `waiting`, `held` and `late` are before publication; `changed` is public
 * with edits that are not; the rest is what the server did.
 */
export type PostState =
  | 'draft'
  | 'scheduled'
  | 'waiting'
  | 'held'
  | 'late'
  | 'published'
  | 'changed'
  | 'skipped'
  | 'withdrawn'
  | 'failed'

export type PostFacts = Pick<Post, 'plan' | 'release' | 'withdrawn' | 'updatedAt'>

/** True while readers can open the post, whatever is planned for it next. */
export const isPublic = (outcome: Outcome | null): boolean => outcome !== null && outcome.path !== ''

/** The server has answered the plan that the device holds now; else the plan exists on this device alone. */
const answered = (post: PostFacts, outcome: Outcome | null): boolean =>
  outcome !== null && outcome.planId === post.plan.id

/**
 * The state of a post as this device knows it. The device's own wish counts first where the server has not heard of it
 * yet, so that what was planned on a plane looks planned; how far that promise reaches is `safetyReceipt`'s to say.
 * A plan that only this device knows and whose time has passed by more than the grace is `late`, whatever its late
 * rule: nothing has applied that rule yet.
 */
export function postState(post: PostFacts, outcome: Outcome | null, now: number): PostState {
  const { plan } = post
  if (!answered(post, outcome)) {
    if (plan.mode === 'schedule') return now - Date.parse(plan.at) > lateAfterMs ? 'late' : 'scheduled'
    if (plan.mode === 'now') return 'scheduled'
    // A cancelled plan that the server still holds is not shown as planned: the person has already said no.
    return standing(post, outcome)
  }
  switch (outcome!.state) {
    case 'scheduled':
    case 'waiting':
    case 'held':
    case 'late':
    case 'failed':
    case 'skipped':
      return outcome!.state
    case 'draft':
    case 'withdrawn':
    case 'published':
    case 'stored':
      return standing(post, outcome)
  }
}

/** What a post is when nothing is planned for it. */
function standing(post: PostFacts, outcome: Outcome | null): PostState {
  if (outcome && isPublic(outcome)) return outcome.publishedVersion === post.updatedAt ? 'published' : 'changed'
  if (outcome && outcome.publishedAt !== '') return 'withdrawn'
  return 'draft'
}

/**
 * What the server has of a post, told by its answers to pushes: `unknown` while nobody has looked, `none`, an `older`
 * version, or the `same` as here. `since`: when that was found, an instant; empty where it was before this run.
 */
export type ServerCopy = { version: 'unknown' | 'none' | 'older' | 'same'; since: string }

/** The part of the sync client's status that the receipt needs. */
export type ReceiptSync = {
  phase: string
  refused?: readonly { collection: string; id: string; code: string; message: string }[]
} | null

/**
 * How safe a post is, in the order of the four levels: `device` this version exists here alone · `server` the server
 * has it · `promised` the server will publish it without this device · `published` readers can open it.
 */
export type SafetyReceipt = {
  level: 'device' | 'server' | 'promised' | 'published'
  state: PostState
  /** Edits of this device that the server does not have yet (true also at level `published` or `promised`). */
  unsynced: boolean
  /** Somebody has looked what the server has; before that `unsynced` is a guess on the safe side. */
  looked: boolean
  /** A plan, an update or a take-down that the author asked for and the server has not carried out. */
  pending: 'plan' | 'cancel' | 'release' | 'withdrawal' | null
  offline: boolean
  /** Instants, empty where there is none or it is not known. `receivedAt` is this version's. */
  receivedAt: string
  dueAt: string
  publishedAt: string
  /** The server's zone data gives another instant than this device's: people see the server's. */
  dueMoved: boolean
  path: string
  missing: readonly string[]
  problem: { code: string; message: string } | null
  /** The problem is that the server did not take this version. */
  refused: boolean
}

export function safetyReceipt(
  post: PostFacts & Pick<Post, 'id'>,
  outcome: Outcome | null,
  copy: ServerCopy,
  sync: ReceiptSync,
  now: number,
): SafetyReceipt {
  const state = postState(post, outcome, now)
  const answersThis = outcome?.receivedVersion === post.updatedAt
  const unsynced = copy.version !== 'same' && !answersThis
  const hasSome = outcome !== null || copy.version === 'same' || copy.version === 'older'
  const known = answered(post, outcome)
  const refusal = sync?.refused?.find((entry) => entry.collection === 'posts' && entry.id === post.id)
  const serverWillPublish = known && outcome!.state === 'scheduled'
  const dueAt = post.plan.mode === 'draft' ? '' : known ? outcome!.dueAt : post.plan.at
  return {
    level: isPublic(outcome)
      ? 'published'
      : serverWillPublish
        ? 'promised'
        : hasSome && (!unsynced || known || (outcome === null && post.plan.mode === 'draft'))
          ? 'server'
          : 'device',
    state,
    unsynced,
    looked: answersThis || copy.version !== 'unknown',
    pending: pendingWish(post, outcome),
    offline: sync === null || sync.phase === 'offline' || sync.phase === 'signed-out',
    receivedAt: answersThis ? outcome.receivedAt : copy.since,
    dueAt,
    publishedAt: outcome?.publishedAt ?? '',
    dueMoved: known && post.plan.mode === 'schedule' && outcome!.dueAt !== '' && outcome!.dueAt !== post.plan.at,
    path: outcome?.path ?? '',
    missing: outcome?.missing ?? [],
    problem: refusal ? { code: refusal.code, message: refusal.message } : (outcome?.problem ?? null),
    refused: refusal !== undefined,
  }
}

function pendingWish(post: PostFacts, outcome: Outcome | null): SafetyReceipt['pending'] {
  const handledWithdrawal = outcome?.withdrawn ?? ''
  if (post.withdrawn !== '' && post.withdrawn !== handledWithdrawal && isPublic(outcome)) return 'withdrawal'
  if (!answered(post, outcome)) {
    if (post.plan.mode !== 'draft') return 'plan'
    const stillPlanned = outcome !== null && ['scheduled', 'waiting', 'held', 'late'].includes(outcome.state)
    if (stillPlanned) return 'cancel'
  }
  if (isPublic(outcome) && post.release !== '' && post.release !== outcome?.release) return 'release'
  return null
}
