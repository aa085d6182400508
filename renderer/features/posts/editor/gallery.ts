import type { Editor } from '@tiptap/core'
import { NodeSelection } from '@tiptap/pm/state'

/** The gallery whose picture stands at `pos`, and which of them that is; null where it stands by itself. */
export function galleryAt({ state }: Editor, pos: number) {
  const $pos = state.doc.resolve(pos)
  const picture = $pos.nodeAfter
  if ($pos.parent.type.name !== 'gallery' || !picture) return null
  return { gallery: $pos.parent, start: $pos.before(), index: $pos.index(), picture }
}

/** Moves a picture within its gallery; it stays selected. False where it is in none; at an end nothing happens. */
export function movePicture(editor: Editor, pos: number, by: 1 | -1): boolean {
  const found = galleryAt(editor, pos)
  if (!found) return false
  const beside = found.gallery.maybeChild(found.index + by)
  if (!beside) return true
  const { tr } = editor.state
  const to = pos + by * beside.nodeSize
  tr.delete(pos, pos + found.picture.nodeSize).insert(to, found.picture)
  editor.view.dispatch(tr.setSelection(NodeSelection.create(tr.doc, to)).scrollIntoView())
  editor.view.focus()
  return true
}

/** Takes a picture out of its gallery, and the gallery away with its last one. False where it is in none. */
export function removePicture(editor: Editor, pos: number): boolean {
  const found = galleryAt(editor, pos)
  if (!found) return false
  const { gallery, start, index, picture } = found
  const { tr } = editor.state
  if (gallery.childCount === 1) tr.delete(start, start + gallery.nodeSize)
  else {
    tr.delete(pos, pos + picture.nodeSize)
    const isLast = index === gallery.childCount - 1
    tr.setSelection(NodeSelection.create(tr.doc, isLast ? pos - picture.nodeSize : pos))
  }
  editor.view.dispatch(tr.scrollIntoView())
  editor.view.focus()
  return true
}

/** Of a selected picture. */
const selected = (act: (editor: Editor, pos: number) => boolean) => {
  return ({ editor }: { editor: Editor }): boolean => {
    const { selection } = editor.state
    return selection instanceof NodeSelection && act(editor, selection.from)
  }
}

export const galleryKeys = {
  'Alt-ArrowLeft': selected((editor, pos) => movePicture(editor, pos, -1)),
  'Alt-ArrowRight': selected((editor, pos) => movePicture(editor, pos, 1)),
  Backspace: selected(removePicture),
  Delete: selected(removePicture),
}
