import type { Editor } from '@tiptap/core'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { useTranslation } from 'react-i18next'
import type { UndoManager } from 'yjs'
import type { Post } from '../../../../shared/collections/posts.ts'
import type { Version } from '../../../../shared/collections/versions.ts'
import { useFormat } from '../../../app/format.ts'
import { useStudio } from '../../../data/index.ts'
import { toast } from '../../../ui/toast.tsx'
import { flushDrafts } from '../editor/draft-value.ts'
import { useEvent } from '../use-stable.ts'
import { useTry } from '../use-try.ts'

type Options = { post: Post; isPublic: boolean; editor: Editor | null; onDone: () => void }

/** Brings a version back, and offers the way back from that. */
export function useRestore({ post, isPublic, editor, onDone }: Options) {
  const { t } = useTranslation('posts')
  const { history, index } = useStudio()
  const format = useFormat()
  const attempt = useTry()

  /** An address that readers have, or that another post has taken since. */
  const keepsSlug = useEvent(
    ({ slug }: Version): boolean =>
      isPublic || (slug !== '' && index.rows$.value.some((row) => row.id !== post.id && row.slug === slug)),
  )

  const restore = async (version: Version): Promise<void> => {
    flushDrafts()
    // One step of the text's own undo, apart from what was typed just before.
    if (editor) (yUndoPluginKey.getState(editor.state)?.undoManager as UndoManager | undefined)?.stopCapturing()
    const takeBack = await history.restore(version, { keepSlug: keepsSlug(version) })
    onDone()
    toast({
      message: t('history.done', { when: format.when(version.at) }),
      action: { label: t('ui:undo'), run: () => attempt(takeBack()) },
    })
  }
  return { keepsSlug, run: useEvent((version: Version) => attempt(restore(version))) }
}
