import type { Media } from '../../../shared/collections/media.ts'

export const libraryGroups = ['all', 'image', 'video', 'audio', 'unused', 'trash'] as const
export type LibraryGroup = (typeof libraryGroups)[number]
export type LibraryView = { group: LibraryGroup; tags: readonly string[]; layout: 'grid' | 'list' }
export const plainView: LibraryView = { group: 'all', tags: [], layout: 'grid' }

type Uses = ReadonlyMap<string, readonly string[]>

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase()

function isIn(media: Media, group: LibraryGroup, uses: Uses): boolean {
  if (group === 'trash') return media.trashed !== ''
  if (media.trashed !== '') return false
  if (group === 'unused') return !uses.has(media.id)
  return group === 'all' || media.kind === group
}

/** The media that the view and the words ask for, in their order: every word is in the name, the description or a tag. */
export function selectMedia(
  media: readonly Media[],
  { group, tags }: Pick<LibraryView, 'group' | 'tags'>,
  query: string,
  uses: Uses,
): Media[] {
  const words = plain(query.replaceAll('#', ' ')).split(/\s+/).filter(Boolean)
  return media.filter((each) => {
    if (!isIn(each, group, uses) || !tags.every((tag) => each.tags.includes(tag))) return false
    if (words.length === 0) return true
    const text = plain([each.name, each.alt, ...each.tags].join('\n'))
    return words.every((word) => text.includes(word))
  })
}

export function countGroups(media: readonly Media[], uses: Uses): Record<LibraryGroup, number> {
  const counts = Object.fromEntries(libraryGroups.map((group) => [group, 0])) as Record<LibraryGroup, number>
  for (const each of media) for (const group of libraryGroups) if (isIn(each, group, uses)) counts[group]++
  return counts
}

/** `1:02:05`, `0:07`. */
export function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000))
  const pad = (n: number) => String(n).padStart(2, '0')
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return h > 0 ? `${h}:${pad(m)}:${pad(s)}` : `${m}:${pad(s)}`
}

/** `1:02:05.250` or `65.25` as milliseconds; null where it is no time. */
export function readClock(text: string): number | null {
  const match = /^(?:(?:(\d+):)?(\d{1,2}):)?(\d+(?:[.,]\d{1,3})?)$/.exec(text.trim())
  if (!match) return null
  const [, h = '0', m = '0', s = '0'] = match
  return Math.round((Number(h) * 3600 + Number(m) * 60 + Number(s.replace(',', '.'))) * 1000)
}

/** To the millisecond, as `readClock` reads it. */
export const exactClock = (ms: number): string => `${clock(ms)}.${String(Math.round(ms) % 1000).padStart(3, '0')}`
