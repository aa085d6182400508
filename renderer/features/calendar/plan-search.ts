import { isoDay, parseDay } from '../../../shared/domain/calendar-days.ts'
import { isZone } from '../../../shared/domain/zone.ts'

export const planViews = ['month', 'week', 'agenda'] as const
export type PlanView = (typeof planViews)[number]

/** The calendar's state lives in its address: `/plan?view=week&date=2026-03-29&zone=Asia/Tokyo`. */
export type PlanSearch = { view?: PlanView; date?: string; zone?: string }

/**
 * What is not a view, a date or a zone is left out: an old or mistyped address opens the calendar all the same. Part of
 * the first load (the router reads it), so it asks `Intl` rather than bring the zone library along.
 */
export function planSearch(input: Record<string, unknown>): PlanSearch {
  const view = planViews.find((each) => each === input.view)
  const day = typeof input.date === 'string' ? parseDay(input.date) : null
  const zone = typeof input.zone === 'string' && isZone(input.zone) ? input.zone : undefined
  return { ...(view ? { view } : {}), ...(day === null ? {} : { date: isoDay(day) }), ...(zone ? { zone } : {}) }
}
