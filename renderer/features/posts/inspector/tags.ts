/** The most tags a post can have and the longest a tag can be (`PostSchema.tags`). */
const maxTags = 20
const maxLength = 60

const same = (a: string, b: string): boolean => a.localeCompare(b, undefined, { sensitivity: 'accent' }) === 0

/** The tags with what was typed among them. `#` in front is habit, not meaning. */
export function withTag(tags: readonly string[], typed: string): string[] {
  const tag = typed
    .replaceAll(',', ' ')
    .replace(/^[#\s]+/, '')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, maxLength)
    .trim()
  if (tag === '' || tags.length >= maxTags || tags.some((known) => same(known, tag))) return [...tags]
  return [...tags, tag]
}

/** Tags used before that begin with what is typed, then those that have it inside; not those already there. */
export function matchingTags(typed: string, known: readonly string[], taken: readonly string[], most = 6): string[] {
  const wanted = typed
    .replace(/^[#\s]+/, '')
    .trim()
    .toLocaleLowerCase()
  const free = known.filter((tag) => !taken.some((other) => same(other, tag)))
  const starts = free.filter((tag) => tag.toLocaleLowerCase().startsWith(wanted))
  const has = free.filter((tag) => !starts.includes(tag) && tag.toLocaleLowerCase().includes(wanted))
  return [...starts, ...has].slice(0, most)
}

/** Every tag in use, the most used first. */
export function tagsInUse(rows: readonly { tags: readonly string[] }[]): string[] {
  const counts = new Map<string, number>()
  for (const { tags } of rows) for (const tag of tags) counts.set(tag, (counts.get(tag) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1] || a[0].localeCompare(b[0])).map(([tag]) => tag)
}

/** As many as a menu can show at a glance. */
const mostInMenu = 40

/** A menu's entries that narrow a list by tags; each adds its tag to the chosen ones, or takes it away. */
export const tagChoices = (
  tags: readonly string[],
  chosen: readonly string[],
  onChoose: (chosen: readonly string[]) => void,
) =>
  tags.slice(0, mostInMenu).map((tag) => {
    const isChosen = chosen.includes(tag)
    const run = () => onChoose(isChosen ? chosen.filter((each) => each !== tag) : [...chosen, tag])
    return { id: `tag-${tag}`, label: `#${tag}`, isChosen, run }
  })
