import type { Plan } from '../../../shared/collections/posts.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'

const open: ReadonlySet<PostState> = new Set(['scheduled', 'waiting', 'held', 'late', 'failed'])

/** The plan that is still to be carried out; a plan stays in the post after it has been, and says nothing then. */
export const openPlan = (plan: Plan, state: PostState): Plan | null =>
  plan.mode !== 'draft' && open.has(state) ? plan : null
