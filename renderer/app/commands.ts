import { useEffect, useRef, useSyncExternalStore } from 'react'

export type CommandGroup = 'go' | 'posts' | 'editor' | 'calendar' | 'media' | 'view' | 'account' | 'help'

/** Everything the studio can be told to do: the palette, the shortcuts, the help and the native menu read this list. */
export type Command = {
  /** `feature.verb`, stable: the palette remembers it, the native menu sends it. */
  id: string
  /** `namespace:key`, said as a verb: "New post". */
  titleKey: string
  group: CommandGroup
  /** `Mod+Shift+K`, or strokes in sequence: `G P`. Without `Mod` it is silent while someone types. */
  shortcut?: string | undefined
  /** More words to find it by, already translated. */
  keywords?: string | undefined
  /** False: not offered now. */
  isEnabled?: (() => boolean) | undefined
  /** Has a shortcut but no place in the palette (moving about in a list). */
  isHidden?: boolean | undefined
  /** Changes much at once: never where a hasty Enter in the fresh palette would find it. */
  isWeighty?: boolean | undefined
  run(): void | Promise<void>
}

export type PaletteItem = {
  id: string
  title: string
  /** A second, quieter piece of text. */
  hint?: string | undefined
  run(): void | Promise<void>
}

/** Things, rather than verbs, for the palette to find: posts by title. */
export type PaletteSource = {
  id: string
  titleKey: string
  search(query: string, signal: AbortSignal): Promise<readonly PaletteItem[]>
}

// The list is the page's own, like its address: a feature that mounts adds to it, one that unmounts takes away.
let commands: readonly Command[] = []
let sources: readonly PaletteSource[] = []
const listeners = new Set<() => void>()

function changed() {
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Adds a command; the newest wins where two share a shortcut or an id. Returns how to take it away. */
export function registerCommand(command: Command): () => void {
  commands = [...commands, command]
  changed()
  return () => {
    commands = commands.filter((each) => each !== command)
    changed()
  }
}

export function registerPaletteSource(source: PaletteSource): () => void {
  sources = [...sources.filter((each) => each.id !== source.id), source]
  changed()
  return () => {
    sources = sources.filter((each) => each !== source)
    changed()
  }
}

export const listCommands = (): readonly Command[] => commands
export const listPaletteSources = (): readonly PaletteSource[] => sources

export const isOffered = (command: Command): boolean => command.isEnabled?.() ?? true

/** Runs a command by its id. False where there is none, or it is not offered now. */
export function runCommand(id: string): boolean {
  const command = commands.findLast((each) => each.id === id)
  if (!command || !isOffered(command)) return false
  start(command)
  return true
}

/** A command's own failure is the page's: it reaches the window's error handler, not nowhere. */
export function start(command: Pick<Command, 'run'>): void {
  const running = command.run()
  if (running) running.catch(reportError)
}

export const useCommands = (): readonly Command[] => useSyncExternalStore(subscribe, listCommands)
export const usePaletteSources = (): readonly PaletteSource[] => useSyncExternalStore(subscribe, listPaletteSources)

/** A command that lives as long as the component; `run` may close over its newest state. */
export function useCommand(command: Command): void {
  useCommandList([command])
}

/** Several at once. A command is announced anew only when what people see of it changes. */
export function useCommandList(list: readonly Command[]): void {
  const newest = useRef(list)
  newest.current = list
  const seen = JSON.stringify(
    list.map(({ id, titleKey, group, shortcut, keywords, isHidden, isWeighty }) => ({
      id,
      titleKey,
      group,
      shortcut,
      keywords,
      isHidden,
      isWeighty,
    })),
  )
  useEffect(() => {
    const leave = (JSON.parse(seen) as Omit<Command, 'run' | 'isEnabled'>[]).map((facts) => {
      const now = () => newest.current.find((each) => each.id === facts.id)
      return registerCommand({
        ...facts,
        isEnabled: () => {
          const command = now()
          return command !== undefined && isOffered(command)
        },
        run: () => now()?.run(),
      })
    })
    return () => {
      for (const each of leave) each()
    }
  }, [seen])
}
