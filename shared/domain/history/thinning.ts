import type { Version } from '../../collections/versions.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const weekMs = 7 * dayMs
const monthMs = 30 * dayMs

/** How fine the grain is at an age: one version is kept for each stretch of so many ms; 0: every one. */
function grain(ageMs: number): number {
  if (ageMs < hourMs) return 0
  if (ageMs < dayMs) return hourMs
  return ageMs < monthMs ? dayMs : weekMs
}

export type Aged = Pick<Version, 'id' | 'at' | 'why'>

const isEarlier = (a: Aged, b: Aged): boolean => a.at < b.at || (a.at === b.at && a.id < b.id)

/**
 * The versions of one post that may go: all of the last hour stay, then the last of each hour for a day, of each day for
 * a month, of each week beyond. What was handed to readers always stays. The stretches are those of the calendar in UTC
 * and lie inside each other, so it makes no difference how often, or on how many devices, this was done before.
 */
export function thin<V extends Aged>(versions: readonly V[], now: number): V[] {
  /** The last version of each stretch, by size and number. */
  const last = new Map<string, Aged>()
  const stretchOf = (version: Aged, size: number): string => `${size} ${Math.floor(Date.parse(version.at) / size)}`
  for (const version of versions)
    for (const size of [hourMs, dayMs, weekMs]) {
      const stretch = stretchOf(version, size)
      const known = last.get(stretch)
      if (!known || isEarlier(known, version)) last.set(stretch, version)
    }
  return versions.filter((version) => {
    if (version.why === 'published' || version.why === 'planned') return false
    const size = grain(now - Date.parse(version.at))
    return size > 0 && last.get(stretchOf(version, size)) !== version
  })
}
