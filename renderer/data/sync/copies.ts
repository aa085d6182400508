import type { RxCollection, RxStorageChangeEvent } from 'rxdb'
import { Subject } from 'rxjs'
import type { Post } from '../../../shared/collections/posts.ts'
import type { ServerCopy } from '../../../shared/domain/post-state.ts'
import { isFromServer } from './meta-watch.ts'

/** What the syncing window has found about posts; `all`: those that it does not name are on the server as they are. */
export type CopyNews = {
  all: boolean
  /** Waiting, and whether the server has an older version. */
  unsent: readonly (readonly [id: string, older: boolean])[]
  /** Versions (`updatedAt`) that the server has. */
  sent: readonly (readonly [id: string, version: string])[]
  /** When this was found, an instant. */
  at: string
}

const unknown: ServerCopy = { version: 'unknown', since: '' }
const none: ServerCopy = { version: 'none', since: '' }
const older: ServerCopy = { version: 'older', since: '' }
const same: ServerCopy = { version: 'same', since: '' }

/**
 * What the server has of each post, in every window and without a moment in which an edit would be called safe: an edit
 * counts as unsent from its own event on, until the window that syncs has found that very version on the server.
 */
export function trackCopies(posts: RxCollection<Post>, ask: (ids: string[]) => void) {
  /** `version`: of an edit seen here, not known from the other window alone. */
  const unsent = new Map<string, { version: string; older: boolean }>()
  const sent = new Map<string, { version: string; copy: ServerCopy }>()
  /** A post of which more is known, or null: of any. */
  const changed$ = new Subject<string | null>()
  let counted = false

  const subscription = posts.storageInstance.changeStream().subscribe(({ context, events }) => {
    if (isFromServer(context)) return
    for (const { documentId: id, documentData, operation } of events as RxStorageChangeEvent<Post>[]) {
      const version = documentData.updatedAt
      if (sent.get(id)?.version === version) continue
      unsent.set(id, { version, older: unsent.get(id)?.older ?? operation !== 'INSERT' })
      changed$.next(id)
    }
  })

  return {
    changed$,
    of(id: string): ServerCopy {
      if (!counted) return unknown
      const waiting = unsent.get(id)
      if (waiting) return waiting.older ? older : none
      return sent.get(id)?.copy ?? same
    },
    take(news: CopyNews): void {
      if (news.all) {
        const named = new Set(news.unsent.map(([id]) => id))
        for (const [id, { version }] of unsent) if (version === '' && !named.has(id)) unsent.delete(id)
        // Edited here, perhaps after the count: to be looked at once more.
        const inDoubt = [...unsent.keys()].filter((id) => !named.has(id))
        if (inDoubt.length > 0) ask(inDoubt)
        counted = true
      }
      for (const [id, isOlder] of news.unsent)
        unsent.set(id, { version: unsent.get(id)?.version ?? '', older: isOlder })
      for (const [id, version] of news.sent) {
        sent.set(id, { version, copy: { version: 'same', since: news.at } })
        const waiting = unsent.get(id)
        if (!waiting) continue
        if (waiting.version === '' || waiting.version === version) unsent.delete(id)
        else waiting.older = true
      }
      if (news.all) changed$.next(null)
      else for (const [id] of [...news.unsent, ...news.sent]) changed$.next(id)
    },
    close: () => subscription.unsubscribe(),
  }
}
