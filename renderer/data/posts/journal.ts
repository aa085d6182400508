/** What was written but is not on disk yet: fields of a post, or an update of its text (base64 of a Yjs update). */
export type JournalEntry = { postId: string; fields?: Record<string, unknown>; update?: string; savedAt: string }
export type JournalStore = Pick<Storage, 'getItem' | 'setItem' | 'removeItem' | 'key'> & { readonly length: number }

const prefix = 'grover:journal:'

/**
 * Synchronous notes for the moment a window closes. A write to the database takes several turns of the event loop, which
 * a closing page does not get; localStorage takes the note at once. It is written into the post on the next start.
 */
export function createJournal({ store, workspaceId }: { store: JournalStore | null; workspaceId: string }) {
  const home = `${prefix}${workspaceId}:`
  let count = 0
  // Two windows may note the same post; each note has a name of its own.
  const mine = Math.random().toString(36).slice(2)

  return {
    /** Notes an entry and returns the way to forget it, to be taken when the database has it. */
    note(entry: Omit<JournalEntry, 'savedAt'>): () => void {
      const key = `${home}${mine}-${count++}`
      try {
        store?.setItem(key, JSON.stringify({ ...entry, savedAt: new Date().toISOString() } satisfies JournalEntry))
      } catch {
        // Full: the write to the database that follows is then all there is, as it was without a journal.
      }
      return () => store?.removeItem(key)
    },
    /** What earlier windows left behind, oldest first, each with the way to forget it. */
    left(): { entry: JournalEntry; forget(): void }[] {
      if (!store) return []
      const keys = Array.from({ length: store.length }, (_, i) => store.key(i)).filter(
        (key): key is string => key?.startsWith(home) === true && !key.startsWith(`${home}${mine}-`),
      )
      return keys
        .flatMap((key) => {
          const entry = parse(store.getItem(key))
          return entry ? [{ key, entry, forget: () => store.removeItem(key) }] : []
        })
        .sort((a, b) => (a.entry.savedAt + a.key < b.entry.savedAt + b.key ? -1 : 1))
    },
  }
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
