import type { ServerCopy } from '../../../shared/domain/post-state.ts'

/** What a look at a document's stored facts has found. */
export type Found = {
  id: string
  /** `updatedAt` of the version here. */
  version: string
  has: 'none' | 'older' | 'same'
}
/** What the window that syncs tells the others; `reset`: what was told before does not count any more. */
export type CopyNews = { reset: boolean; found: readonly Found[]; at: string }

type Known = { version: string; copy: ServerCopy }

const unknown: ServerCopy = { version: 'unknown', since: '' }
const copyOf = (version: ServerCopy['version'], since = ''): ServerCopy => ({ version, since })

/**
 * What the server has of each post, as one window knows it. Only what somebody has looked up counts, and an edit is unsent
 * from its own event on, until that very version was found on the server. `ask`: has posts looked up, see `take`.
 */
export function createServerCopies(ask: (ids: string[]) => void) {
  const known = new Map<string, Known>()
  const watchers = new Map<string, Set<() => void>>()
  const toAsk = new Set<string>()
  let closed = false

  const tell = (id: string): void => {
    for (const changed of watchers.get(id) ?? []) changed()
  }
  /** Rows come into sight together. */
  function askSoon(id: string): void {
    if (toAsk.size === 0)
      queueMicrotask(() => {
        const ids = [...toAsk]
        toAsk.clear()
        if (!closed) ask(ids)
      })
    toAsk.add(id)
  }

  return {
    of: (id: string): ServerCopy => known.get(id)?.copy ?? unknown,
    /** Calls when more is known of this post. Returns the way to stop. */
    watch(id: string, changed: () => void): () => void {
      const own = watchers.get(id) ?? new Set()
      watchers.set(id, own.add(changed))
      if (!known.has(id)) askSoon(id)
      return () => {
        own.delete(changed)
        if (own.size === 0 && watchers.get(id) === own) watchers.delete(id)
      }
    },
    /** A version was written on this device, in whichever window. */
    edited(id: string, version: string, isNew: boolean): void {
      const before = known.get(id)
      // Events and news travel on different ways: this one is old.
      if (before && before.version >= version) return
      const has = before?.copy.version ?? (isNew ? 'none' : 'unknown')
      known.set(id, { version, copy: copyOf(has === 'same' ? 'older' : has) })
      tell(id)
    },
    /** The server's version was written here: RxDB does that only where nothing was unsent. */
    received(id: string, version: string): void {
      if (!known.has(id)) return
      known.set(id, { version, copy: copyOf('same') })
      tell(id)
    },
    take({ reset, found, at }: CopyNews): void {
      if (reset) {
        known.clear()
        for (const id of watchers.keys()) {
          askSoon(id)
          tell(id)
        }
      }
      for (const { id, version, has } of found) {
        const before = known.get(id)
        // Edited since that look; another is on its way.
        if (before && before.version > version)
          known.set(id, { ...before, copy: copyOf(has === 'none' ? 'none' : 'older') })
        else if (has !== 'same') known.set(id, { version, copy: copyOf(has) })
        else if (before?.copy.version !== 'same' || before.version !== version) {
          const wasSent = before?.copy.version === 'none' || before?.copy.version === 'older'
          known.set(id, { version, copy: copyOf('same', wasSent ? at : '') })
        }
        tell(id)
      }
    },
    close(): void {
      closed = true
      watchers.clear()
    },
  }
}

export type ServerCopies = ReturnType<typeof createServerCopies>
