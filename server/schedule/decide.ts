import type { Plan, Post } from '../../shared/collections/posts.ts'
import { lateAfterMs } from '../../shared/domain/schedule.ts'
import { isPending, newPublication, type Problem, type Publication, standing } from './publication.ts'

/**
 * The rules of publishing, without a database: from what is known and what was asked to what is to be done. The caller
 * writes the row and carries the effects out in the same transaction.
 */
export type Effects = {
  /** Take the public post down. */
  withdraw: boolean
  /** Show again what was public when the document was deleted. */
  restore: boolean
  /** Bring the public post up to date now: a new revision. */
  release: boolean
  /** Make sure a job looks at the publication when its time comes. */
  enqueue: boolean
}
export type Decision = { row: Publication; effects: Effects }

/** What publishing the content would need: computed only where `wantsContent` says so. */
export type Content = { needs: string[]; missing: string[]; problem: Problem | null }

type Moment = { now: number; paused: boolean }
type Asked = Pick<Post, 'id' | 'plan' | 'release' | 'withdrawn' | 'updatedAt'>

const nothing: Effects = { withdraw: false, restore: false, release: false, enqueue: false }

export const isReplanned = (row: Publication | null, plan: Plan): boolean =>
  row === null ||
  row.planId !== plan.id ||
  // A pending plan whose time was changed under the same id (no device of ours does that) is a new wish all the same.
  (isPending(row) &&
    (row.mode !== plan.mode || row.local !== plan.local || row.zone !== plan.zone || row.late !== plan.late))

/**
 * A take-down asked for after the plan was made (ids sort by creation) ends that plan too. Both can arrive at once from
 * a device that was away: planned again and then thought better of, or taken down and then planned again.
 */
const isVoided = (row: Publication | null, post: Asked): boolean =>
  post.withdrawn !== '' && post.withdrawn !== (row?.withdrawn ?? '') && post.withdrawn > post.plan.id

const wantsRelease = (row: Publication, post: Asked): boolean =>
  row.live && post.release !== '' && post.release !== row.release

/** Whether the content has to be looked at to decide: most saves are of drafts, and cost nothing. */
export function wantsContent(row: Publication | null, post: Asked): boolean {
  if (row && wantsRelease(row, post)) return true
  if (post.plan.mode === 'draft' || isVoided(row, post)) return false
  return isReplanned(row, post.plan) || row?.state === 'failed' || isPending(row!)
}

/**
 * A device's version of a post arrives. `dueAt` is the server's own reading of local time and zone; `planDone` says that
 * this very plan was published before (an old version came back through a merge): it is never published again.
 */
export function receive(
  known: Publication | null,
  post: Asked,
  facts: { content: Content | null; dueAt: number | null; zoneData: string; planDone: boolean },
  moment: Moment,
): Decision {
  let row: Publication = { ...(known ?? newPublication(post.id)) }
  const effects = { ...nothing }
  row.receivedAt = moment.now
  row.receivedVersion = post.updatedAt

  if (row.deleted) {
    row.deleted = false
    effects.restore = row.live
  }

  const voided = isVoided(row, post)
  const replanned = isReplanned(known, post.plan)
  if (post.withdrawn !== '' && post.withdrawn !== row.withdrawn) {
    row.withdrawn = post.withdrawn
    row.problem = null
    if (row.live) {
      effects.withdraw = true
      effects.restore = false
      row.live = false
      row.pendingRelease = ''
    }
    // A plan made after the take-down, which a device that was away brings late, is not what was thought better of.
    const ends = row.state === 'published' || post.withdrawn > row.planId
    if (ends && (isPending(row) || row.state === 'published' || row.state === 'failed')) row.state = standing(row)
  }

  if (replanned) {
    row = {
      ...row,
      planId: post.plan.id,
      mode: post.plan.mode,
      local: post.plan.local,
      zone: post.plan.zone,
      late: post.plan.late,
      dueAt: facts.dueAt,
      zoneData: facts.zoneData,
      problem: null,
      missing: [],
      attempts: 0,
      state: standing(row),
    }
    if (post.plan.mode !== 'draft' && !voided && !facts.planDone) {
      row.state = 'scheduled'
      row = settle(row, facts.content, moment, 'planned')
      effects.enqueue = row.state === 'scheduled'
    }
  } else if (isPending(row) || (row.state === 'failed' && row.mode !== 'draft')) {
    const before = row.state
    row = settle(row, facts.content, moment, 'edited')
    effects.enqueue = row.state === 'scheduled' && before !== 'scheduled'
  }

  return settleRelease(row, post, facts.content, effects)
}

/** An update of what is public does not wait for a plan, nor for pause-all: it may be what a crisis asks for. */
function settleRelease(row: Publication, post: Asked, content: Content | null, effects: Effects): Decision {
  if (!wantsRelease(row, post) || !content) return { row, effects }
  const problem = content.problem
  // A failed update has been answered: an edit made afterwards is not shown before the author asks again.
  if (problem) return { row: { ...row, problem, release: post.release, pendingRelease: '' }, effects }
  const missing = content.missing
  if (missing.length > 0) {
    return { row: { ...row, needs: content.needs, missing, pendingRelease: post.release, problem: null }, effects }
  }
  return {
    row: { ...row, pendingRelease: '', problem: null, missing: isPending(row) ? row.missing : [] },
    effects: { ...effects, release: true },
  }
}

/**
 * Where a pending (or failed) plan stands now. `reason`: it was `planned` a moment ago · its post was `edited` · pictures
 * `arrived` · pause-all was switched off (`resumed`) · its time has come (`due`) or lies well behind (`swept`).
 * Without `content`, what was found out before still holds.
 */
export function settle(
  known: Publication,
  content: Content | null,
  { now, paused }: Moment,
  reason: 'planned' | 'edited' | 'arrived' | 'resumed' | 'due' | 'swept',
): Publication {
  const row: Publication = { ...known }
  const failedBefore = known.state === 'failed'
  if (content) {
    row.needs = content.needs
    row.missing = content.missing
    row.problem = content.problem
  }
  if (row.problem) return { ...row, state: 'failed', missing: [] }
  // Only an answer, which is a new plan, ends the question.
  if (known.state === 'late') return row
  if (paused) return { ...row, state: 'held' }
  const dueAt = row.dueAt ?? now
  // What failed and was repaired after its time is not sprung on readers in the middle of the author's edits.
  if (failedBefore && dueAt <= now) return { ...row, state: 'late' }
  // `now` means as soon as possible, however long the pictures take; only a pause makes it questionable.
  const mayBeLate = row.mode === 'schedule' || reason === 'resumed'
  if (mayBeLate && now - dueAt > lateAfterMs) {
    if (row.late === 'skip') return { ...row, state: 'skipped', missing: [] }
    if (row.late === 'ask') return { ...row, state: 'late' }
  }
  if (row.missing.length > 0) return { ...row, state: 'waiting' }
  return { ...row, state: known.state === 'claimed' && reason !== 'resumed' ? 'claimed' : 'scheduled' }
}

/** The document was deleted: plans end, and what is public is taken down, to come back if the deletion is undone. */
export function remove(known: Publication): Decision {
  const row: Publication = { ...known, deleted: true, pendingRelease: '', missing: [] }
  // Forgetting the plan makes it a new one, with the late rule, if the document comes back.
  if (isPending(row)) Object.assign(row, { planId: '', state: standing(row) })
  return { row, effects: { ...nothing, withdraw: known.live && !known.deleted } }
}
