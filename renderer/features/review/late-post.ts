import type { Outcome } from '../../../shared/collections/outcomes.ts'
import type { Plan } from '../../../shared/collections/posts.ts'
import { checkWhen, moveToInstant, plannedWhen, type When } from '../../../shared/domain/calendar.ts'
import { deviceZone } from '../../app/format.ts'

/** A post whose time passed unpublished, waiting for its author's word. */
export type LatePost = {
  id: string
  title: string
  at: number
  when: When
  late: Plan['late']
  mode: Plan['mode']
  planId: string
}

type Row = { id: string; title: string; plan: Plan }

export const latePost = ({ id, title, plan }: Row): LatePost => ({
  id,
  title,
  at: Date.parse(plan.at),
  when: plannedWhen(plan, deviceZone()),
  late: plan.late,
  mode: plan.mode,
  planId: plan.id,
})

/** `device`: its plan never reached the server. `server`: the server has it and asks. */
export const whereIs = (post: LatePost, outcome: Pick<Outcome, 'planId'> | null): 'device' | 'server' =>
  outcome?.planId === post.planId ? 'server' : 'device'

/**
 * New plans for several posts at once: the earliest goes to `first`, the others keep their distance to it, so that what
 * was meant to come out an hour apart still does. Each stays in its own zone.
 */
export function moveTogether(posts: readonly LatePost[], first: When): { id: string; when: When }[] {
  const target = checkWhen(first, 0)
  const earliest = Math.min(...posts.map((post) => post.at))
  return posts.map((post) => {
    const zone = post.when.zone || first.zone
    return { id: post.id, when: moveToInstant(zone, target.at + post.at - earliest) }
  })
}
