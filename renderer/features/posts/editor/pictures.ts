import type { Editor, JSONContent } from '@tiptap/core'
import { DOMParser as BodyParser, Fragment, Slice } from '@tiptap/pm/model'
import { NodeSelection, TextSelection } from '@tiptap/pm/state'
import { dropPoint } from '@tiptap/pm/transform'
import { newId } from '../../../../shared/domain/id.ts'
import { cleanPaste, fileOf, hasWords } from './clean-paste.ts'
import { addIncoming, incomingAt, removeIncoming } from './incoming.ts'

/** What the host has taken in, stored under its sha256; a picture upright, without place and device data. */
export type TakenIn = { hash: string; kind: 'image' | 'video' | 'audio'; name: string; width: number; height: number }

export type PictureDesk = {
  /** Hands the bytes to the host and records the picture, film or recording. Rejects with an error whose message is a sentence. */
  takeIn: (file: File) => Promise<TakenIn>
  /** "Taking in sunset.jpg…" */
  label: (name: string) => string
  failed: (name: string, error: unknown) => void
}

const isPicture = (file: File): boolean => file.type.startsWith('image/')
/** By what the system says of the file; what it really is the host finds out. */
const mediaOf = (data: DataTransfer | null): File[] =>
  [...(data?.files ?? [])].filter(({ type }) => /^(image|video|audio)\//.test(type))
export const picturesOf = (data: DataTransfer | null): File[] => [...(data?.files ?? [])].filter(isPicture)

export const mediumNode = ({ hash, kind, width, height }: Omit<TakenIn, 'name'>, alt = '') => ({
  type: kind,
  attrs: { hash, alt, width, height, caption: '' },
})

/** Takes files in one after the other and puts each where it was asked for, however the text moved meanwhile. */
export async function insertPictures(
  editor: Editor,
  files: readonly File[],
  desk: PictureDesk,
  at?: number,
): Promise<void> {
  const places = files.map((file) => {
    const id = newId()
    const { key, meta } = addIncoming(id, at ?? blockEnd(editor), desk.label(file.name))
    editor.view.dispatch(editor.state.tr.setMeta(key, meta).setMeta('addToHistory', false))
    return { file, id }
  })
  for (const { file, id } of places) {
    try {
      const taken = await desk.takeIn(file)
      if (editor.isDestroyed) return
      const pos = incomingAt(editor.state, id)
      if (pos !== null)
        editor.commands.insertContentAt(placeFor(editor, taken.kind, pos), mediumNode(taken), {
          updateSelection: false,
        })
    } catch (error) {
      desk.failed(file.name, error)
    } finally {
      if (!editor.isDestroyed) clear(editor, id)
    }
  }
}

/** A gallery holds pictures alone: a film goes behind it. */
function placeFor({ state }: Editor, kind: TakenIn['kind'], pos: number): number {
  const $pos = state.doc.resolve(pos)
  return kind !== 'image' && $pos.parent.type.name === 'gallery' ? $pos.after() : pos
}

/** Puts blocks behind the caret's, and the caret on the line after them, which is made where there is none. */
export function insertBlocks(editor: Editor, blocks: JSONContent[]): void {
  const at = blockEnd(editor)
  const nodes = blocks.map((block) => editor.schema.nodeFromJSON(block))
  const end = nodes.reduce((sum, { nodeSize }) => sum + nodeSize, at)
  const { tr } = editor.state
  tr.insert(at, nodes)
  if (!tr.doc.resolve(end).nodeAfter?.isTextblock) tr.insert(end, editor.schema.nodes.paragraph!.create())
  editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end + 1)).scrollIntoView())
  editor.view.focus()
}

function clear(editor: Editor, id: string): void {
  const { key, meta } = removeIncoming(id)
  editor.view.dispatch(editor.state.tr.setMeta(key, meta).setMeta('addToHistory', false))
}

/**
 * Behind the block that the caret is in, or in the place of that block when it is empty; within a gallery that is selected,
 * or behind its selected picture.
 */
export function blockEnd(editor: Editor): number {
  const { selection } = editor.state
  const { $to } = selection
  if (selection instanceof NodeSelection && selection.node.type.name === 'gallery') return $to.pos - 1
  if ($to.parent.type.name === 'gallery') return $to.pos
  if ($to.depth === 0) return $to.pos
  return $to.parent.content.size === 0 ? $to.before(1) : $to.after(1)
}

export function dropPictures(editor: Editor, event: DragEvent, desk: PictureDesk): boolean {
  const files = mediaOf(event.dataTransfer)
  if (files.length === 0) return false
  event.preventDefault()
  const under = editor.view.posAtCoords({ left: event.clientX, top: event.clientY })
  const pos = under?.pos ?? editor.state.doc.content.size
  const slice = new Slice(Fragment.from(editor.schema.nodes.image!.create()), 0, 0)
  const point = dropPoint(editor.state.doc, pos, slice) ?? pos
  void insertPictures(editor, files, desk, point)
  return true
}

/**
 * Media on the clipboard. A file is the picture itself; HTML with words beside it is what Word and Excel add a
 * picture *of*, so there the words win. `data:` pictures inside HTML are taken in first and the whole pasted after.
 */
export function pastePictures(editor: Editor, event: ClipboardEvent, desk: PictureDesk): boolean {
  const html = event.clipboardData?.getData('text/html') ?? ''
  const files = mediaOf(event.clipboardData)
  if (files.length > 0 && !hasWords(html)) {
    event.preventDefault()
    void insertPictures(editor, files, desk)
    return true
  }
  if (!/<img[^>]+data:image/i.test(html)) return false
  const clean = cleanPaste(html)
  if (clean.incoming.length === 0) return false
  event.preventDefault()
  void pasteWithPictures(editor, clean.html, clean.incoming, desk)
  return true
}

async function pasteWithPictures(editor: Editor, html: string, incoming: string[], desk: PictureDesk): Promise<void> {
  const id = newId()
  const { key, meta } = addIncoming(id, editor.state.selection.from, desk.label(''))
  editor.view.dispatch(editor.state.tr.deleteSelection().setMeta(key, meta))
  const root = new DOMParser().parseFromString(html, 'text/html').body
  for (const image of [...root.querySelectorAll('img[data-incoming]')]) {
    const index = Number(image.getAttribute('data-incoming'))
    image.removeAttribute('data-incoming')
    const name = image.getAttribute('alt')?.trim() || `${index + 1}`
    try {
      const file = fileOf(incoming[index] ?? '', name)
      if (!file) throw new Error('')
      const taken = await desk.takeIn(file)
      image.setAttribute('data-hash', taken.hash)
      image.setAttribute('width', String(taken.width))
      image.setAttribute('height', String(taken.height))
    } catch (error) {
      image.remove()
      desk.failed(name, error)
    }
  }
  if (editor.isDestroyed) return
  const pos = incomingAt(editor.state, id)
  clear(editor, id)
  if (pos === null) return
  const slice = BodyParser.fromSchema(editor.schema).parseSlice(root, {
    context: editor.state.doc.resolve(pos),
    preserveWhitespace: false,
  })
  editor.view.dispatch(editor.state.tr.replaceRange(pos, pos, slice).scrollIntoView().setMeta('paste', true))
}
