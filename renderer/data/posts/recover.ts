import type { StudioDatabase } from '../types.ts'
import { changePost, checkFields } from './change.ts'
import type { Journal } from './journal.ts'
import { bodyFields, loadRichText } from './open-body.ts'

/** Writes into the posts what a window took down in its last moment. What cannot be used is reported and let go. */
export async function recoverJournal(
  db: StudioDatabase,
  journal: Journal,
  now: () => number,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const { entry, forget } of journal.left()) {
    const { postId, fields, update } = entry
    try {
      if (fields) {
        checkFields(fields)
        await changePost(db, postId, now, () => fields)
      }
      if (update) {
        const richText = await loadRichText()
        await changePost(db, postId, now, (post) => {
          const doc = richText.openBody(post.body)
          richText.applyBody(doc, update)
          const merged = bodyFields(richText, doc, post)
          doc.destroy()
          return merged
        })
      }
    } catch (error) {
      onError(error)
    }
    forget()
  }
}
