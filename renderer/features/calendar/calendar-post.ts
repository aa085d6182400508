import type { Plan } from '../../../shared/collections/posts.ts'
import { plannedWhen } from '../../../shared/domain/calendar.ts'
import type { PostState } from '../../../shared/domain/post-state.ts'
import type { LocalDateTime } from '../../../shared/domain/units.ts'
import { deviceZone } from '../../app/format.ts'

/** A post as the calendar needs it: never the body. `at` is in milliseconds, NaN for a draft with no time. */
export type CalendarPost = {
  id: string
  title: string
  at: number
  local: LocalDateTime
  zone: string
  late: Plan['late']
  mode: Plan['mode']
  state: PostState
}

type Row = { id: string; title: string; plan: Plan; state: PostState; publishedAt: string }

/** Rows come new from each query; the same row gives the same object, so that what is drawn from it can be kept. */
const seen = new WeakMap<object, CalendarPost>()

export function calendarPost(row: Row): CalendarPost {
  let post = seen.get(row)
  if (!post) {
    const { plan } = row
    post = {
      id: row.id,
      title: row.title,
      at: Date.parse(instantOf(row)),
      ...plannedWhen(plan, deviceZone()),
      late: plan.late,
      mode: plan.mode,
      state: row.state,
    }
    seen.set(row, post)
  }
  return post
}

/** A published post stands where it was published, all others where they are planned. */
const instantOf = ({ state, publishedAt, plan }: Row): string =>
  publishedAt !== '' && (state === 'published' || state === 'changed' || state === 'withdrawn') ? publishedAt : plan.at

/** What has been public stays where it happened. */
export const isFixed = (post: Pick<CalendarPost, 'state'>): boolean => {
  switch (post.state) {
    case 'published':
    case 'changed':
    case 'withdrawn':
      return true
    case 'draft':
    case 'scheduled':
    case 'waiting':
    case 'held':
    case 'late':
    case 'skipped':
    case 'failed':
      return false
  }
}
