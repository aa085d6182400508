import { type Command, type CommandGroup, isOffered } from './commands.ts'
import { fuzzy } from './fuzzy.ts'

/** One line of the palette. */
export type Entry = {
  key: string
  title: string
  hint?: string | undefined
  shortcut?: string | undefined
  /** Indexes of the characters to mark. */
  at: readonly number[]
  /** Absent for things that are not commands. */
  commandId?: string | undefined
  run(): void | Promise<void>
}

export type Section = { titleKey: string; entries: Entry[] }

const order: readonly CommandGroup[] = ['posts', 'editor', 'calendar', 'media', 'go', 'view', 'account', 'help']
const recentShown = 4

/**
 * Without a query: what was used lately, then everything by group, the weighty last and never among the recent: the first
 * line is chosen already. With one: by how well it fits, the groups in the
 * order of their best line; a recently used command wins a tie.
 */
export function rankCommands(
  commands: readonly Command[],
  query: string,
  say: (key: string) => string,
  recent: readonly string[],
): Section[] {
  const newest = new Map<string, Command>()
  for (const command of commands) if (!command.isHidden && isOffered(command)) newest.set(command.id, command)
  const entry = (command: Command, at: readonly number[] = [], prefix = ''): Entry => ({
    key: `${prefix}${command.id}`,
    commandId: command.id,
    title: say(command.titleKey),
    shortcut: command.shortcut,
    at,
    run: command.run,
  })

  if (query.trim() === '') {
    const lately = recent
      .flatMap((id) => newest.get(id) ?? [])
      .filter((each) => !each.isWeighty)
      .slice(0, recentShown)
    const sections: Section[] = order.map((group) => ({
      titleKey: `app:group.${group}`,
      entries: [...newest.values()]
        .filter((each) => each.group === group)
        .sort((a, b) => Number(a.isWeighty ?? false) - Number(b.isWeighty ?? false))
        .map((each) => entry(each)),
    }))
    return [
      { titleKey: 'app:group.recent', entries: lately.map((each) => entry(each, [], 'recent/')) },
      ...sections,
    ].filter((section) => section.entries.length > 0)
  }

  const found = [...newest.values()].flatMap((command) => {
    const byTitle = fuzzy(query, say(command.titleKey))
    const byWord = command.keywords ? fuzzy(query, command.keywords) : null
    const score = Math.max(byTitle?.score ?? Number.NEGATIVE_INFINITY, (byWord?.score ?? Number.NEGATIVE_INFINITY) - 10)
    // Letters strewn over a long title are chance, not intent.
    if (score < query.trim().length) return []
    const rank = recent.indexOf(command.id)
    return [{ command, at: byTitle?.at ?? [], score: score + (rank < 0 ? 0 : 3 - rank * 0.2) }]
  })
  found.sort((a, b) => b.score - a.score)
  const sections = new Map<CommandGroup, Section>()
  for (const { command, at } of found) {
    const section = sections.get(command.group) ?? { titleKey: `app:group.${command.group}`, entries: [] }
    section.entries.push(entry(command, at))
    sections.set(command.group, section)
  }
  return [...sections.values()]
}

const stored = 'grover.recent-commands'

export function recentIds(): string[] {
  try {
    const list: unknown = JSON.parse(localStorage.getItem(stored) ?? '[]')
    return Array.isArray(list) ? list.filter((each) => typeof each === 'string') : []
  } catch {
    return []
  }
}

export function rememberCommand(id: string): void {
  localStorage.setItem(stored, JSON.stringify([id, ...recentIds().filter((each) => each !== id)].slice(0, 12)))
}
