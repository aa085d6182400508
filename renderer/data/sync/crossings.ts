import type { WithDeleted } from 'rxdb'
import type { State } from '../../../shared/domain/merge/index.ts'
import type { Page } from './wire.ts'

type Sent = { noted: Promise<void>; settle: () => void }

/**
 * Pages and pushes of one collection that are under way at the same time. Until the answer to a push is noted, RxDB takes
 * the edit for unsent and drops what a page brings for it, for good: so such a page waits. A page that was read before the
 * push was taken in would then undo it: there the version that was sent stands in. (A page may still be overtaken after
 * it was handed to RxDB; then the next one puts it right.)
 */
export function createCrossings() {
  const sending = new Map<string, Sent>()
  /** What the server has from the number `lwt` on. */
  const known = new Map<string, { document: WithDeleted<State>; lwt: number }>()

  return {
    /** These are being sent. */
    begin(ids: Iterable<string>): void {
      for (const id of ids) {
        const { promise, resolve } = Promise.withResolvers<void>()
        sending.get(id)?.settle()
        sending.set(id, { noted: promise, settle: resolve })
      }
    },
    /** The answer is noted, or there is none and the push is sent once more. */
    settle(ids: Iterable<string>): void {
      for (const id of ids) {
        sending.get(id)?.settle()
        sending.delete(id)
      }
    },
    /** What an answer says that the server has, and from which number on pages have it. */
    learn(id: string, document: WithDeleted<State>, lwt: number): void {
      known.set(id, { document, lwt })
    },
    async letThrough(page: Page<State>): Promise<Page<State>> {
      await Promise.all(page.documents.map(({ id }) => sending.get(String(id))?.noted))
      const { lwt } = page.checkpoint
      for (const [id, each] of known) if (each.lwt <= lwt) known.delete(id)
      return { ...page, documents: page.documents.map((each) => known.get(String(each.id))?.document ?? each) }
    },
  }
}
