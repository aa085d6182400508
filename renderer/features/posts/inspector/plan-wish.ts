import { localIn, resolveLocal } from '../../../../shared/domain/schedule.ts'
import { GroverError } from '../../../../shared/errors.ts'

/** What the author has set in the plan's fields, understood or refused with what to choose instead. */
export type PlanWish =
  | { kind: 'empty' }
  | { kind: 'good'; at: string; repeated: boolean; offset: string }
  /** The clocks jump over this time. `before` and `after` are local times that exist. */
  | { kind: 'gap'; gapFrom: string; gapTo: string; before: string; after: string }
  | { kind: 'passed'; at: string }
  | { kind: 'refused'; code: string; message: string }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export function readWish(local: string, zone: string, now: number): PlanWish {
  if (local === '' || zone === '') return { kind: 'empty' }
  try {
    const { at, kind, offset } = resolveLocal(local, zone)
    if (Date.parse(at) <= now) return { kind: 'passed', at }
    return { kind: 'good', at, repeated: kind === 'repeated', offset }
  } catch (error) {
    if (!(error instanceof GroverError)) throw error
    const details = error.details ?? {}
    if (error.code === 'schedule_time_missing' && details.before)
      return {
        kind: 'gap',
        gapFrom: text(details.gapFrom),
        gapTo: text(details.gapTo),
        before: text(details.before),
        after: text(details.after),
      }
    return { kind: 'refused', code: error.code, message: error.message }
  }
}

/** Nine in the morning of the next day in the zone: what most people mean by "later". */
export function suggestedLocal(now: number, zone: string): string {
  const [date = ''] = localIn(new Date(now).toISOString(), zone).split('T')
  const next = new Date(`${date}T00:00:00Z`)
  next.setUTCDate(next.getUTCDate() + 1)
  return `${next.toISOString().slice(0, 10)}T09:00:00`
}
