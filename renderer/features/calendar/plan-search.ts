import { isoDay, parseDay } from '../../../shared/domain/calendar-days.ts'

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
  const zone = typeof input.zone === 'string' && isZoneName(input.zone) ? input.zone : undefined
  return { ...(view ? { view } : {}), ...(day === null ? {} : { date: isoDay(day) }), ...(zone ? { zone } : {}) }
}

function isZoneName(zone: string): boolean {
  if (!/^[A-Za-z][A-Za-z0-9_+\-/]{1,63}$/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
