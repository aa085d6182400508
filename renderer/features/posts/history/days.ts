import type { Version } from '../../../../shared/collections/versions.ts'

export type Day = { key: string; ms: number; versions: readonly Version[] }

/** Versions, newest first, by the calendar days of this device. */
export function byDay(versions: readonly Version[], zone?: string): Day[] {
  const dayOf = new Intl.DateTimeFormat('en-CA', zone ? { timeZone: zone } : {})
  const days = new Map<string, Version[]>()
  for (const version of versions) {
    const ms = Date.parse(version.at)
    const key = Number.isNaN(ms) ? '' : dayOf.format(ms)
    days.set(key, [...(days.get(key) ?? []), version])
  }
  return [...days].map(([key, own]) => ({ key, ms: Date.parse(own[0]!.at), versions: own }))
}
