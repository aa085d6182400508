import type { StudioDatabase } from '../types.ts'
import { changePost, checkFields } from './change.ts'
import type { Journal } from './journal.ts'
import { bodyFields, loadRichText } from './open-body.ts'

const keepNotesMs = 31 * 86_400_000

/** Writes into the posts what a window took down in its last moment. What cannot be used is reported and let go. */
export async function recoverJournal(
  db: StudioDatabase,
  journal: Journal,
  now: () => number,
  onError: (error: unknown) => void,
): Promise<void> {
  for (const { entry, forget } of journal.left()) {
    const { postId, fields, update, savedAt } = entry
    // The browser may have lost the post as well; then the host brings it back, and the note is for the start after that.
    const [known] = await db.posts.storageInstance.findDocumentsById([postId], true)
    if (!known && now() - Date.parse(savedAt) < keepNotesMs) continue
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
