import type { Sealer } from '../sealing/sealer.ts'

/** What was written but is not on disk yet: fields of a post, or an update of its text (base64 of a Yjs update). */
export type JournalEntry = { postId: string; fields?: Record<string, unknown>; update?: string; savedAt: string }
export type JournalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key'> & { readonly length: number }

const prefix = 'grover:journal:'
const sealedMark = 'sealed:'

type Instant = Pick<Sealer, 'sealNow' | 'openNow'>
type Options = { store: JournalStore | null; workspaceId: string; sealer?: Instant | null }

/**
 * Synchronous notes for the moment a window closes. A write to the database takes several turns of the event loop, which
 * a closing page does not get; localStorage takes the note at once. It is written into the post on the next start.
 */
export function createJournal({ store, workspaceId, sealer = null }: Options) {
  const home = homeOf(workspaceId)
  let count = 0
  // Two windows may note the same post; each note has a name of its own.
  const mine = Math.random().toString(36).slice(2)

  return {
    /** Notes an entry and returns the way to forget it, to be taken when the database has it. */
    note(entry: Omit<JournalEntry, 'savedAt'>): () => void {
      const key = `${home}${mine}-${count++}`
      try {
        const text = JSON.stringify({ ...entry, savedAt: new Date().toISOString() } satisfies JournalEntry)
        store?.setItem(key, sealer ? sealedMark + sealer.sealNow(text, key) : text)
      } catch {
        // Full: the write to the database that follows is then all there is, as it was without a journal.
      }
      return () => store?.removeItem(key)
    },
    /** What earlier windows left behind, oldest first, each with the way to forget it. */
    left(): { entry: JournalEntry; forget(): void }[] {
      if (!store) return []
      return keysOf(store, home)
        .filter((key) => !key.startsWith(`${home}${mine}-`))
        .flatMap((key) => {
          const entry = parse(plainText(store, key, sealer))
          return entry ? [{ key, entry, forget: () => store.removeItem(key) }] : []
        })
        .sort((a, b) => (a.entry.savedAt + a.key < b.entry.savedAt + b.key ? -1 : 1))
    },
  }
}

const homeOf = (workspaceId: string): string => `${prefix}${workspaceId}:`

const keysOf = (store: JournalStore, home: string): string[] =>
  Array.from({ length: store.length }, (_, i) => store.key(i)).filter(
    (key): key is string => key?.startsWith(home) === true,
  )

/** Null where it is gone or does not open. */
function plainText(store: JournalStore, key: string, sealer: Instant | null): string | null {
  const text = store.getItem(key)
  if (!text?.startsWith(sealedMark)) return text
  try {
    return sealer?.openNow(text.slice(sealedMark.length), key) ?? null
  } catch {
    return null
  }
}

/** Brings what windows left behind into the other form. */
export function reformJournal(store: JournalStore, workspaceId: string, sealer: Instant, to: 'plain' | 'sealed'): void {
  for (const key of keysOf(store, homeOf(workspaceId))) {
    const text = plainText(store, key, sealer)
    if (text !== null) store.setItem(key, to === 'sealed' ? sealedMark + sealer.sealNow(text, key) : text)
  }
}

export function clearJournal(store: JournalStore, workspaceId: string): void {
  for (const key of keysOf(store, homeOf(workspaceId))) store.removeItem(key)
}

function parse(text: string | null): JournalEntry | null {
  try {
    const entry = JSON.parse(text ?? '') as JournalEntry
    return typeof entry.postId === 'string' && typeof entry.savedAt === 'string' ? entry : null
  } catch {
    return null
  }
}

export type Journal = ReturnType<typeof createJournal>
