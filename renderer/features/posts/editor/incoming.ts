import { Extension } from '@tiptap/core'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'

/**
 * Places in the text where something is on its way (a picture being taken in): shown by a decoration, so that neither
 * the document nor its undo history ever holds a half-done thing.
 */
type Meta = { add: { id: string; pos: number; label: string } } | { remove: string }
const key = new PluginKey<DecorationSet>('incoming')

function mark(label: string): HTMLElement {
  const element = document.createElement('div')
  element.className = 'posts-incoming'
  element.setAttribute('role', 'status')
  element.textContent = label
  return element
}

export const Incoming = Extension.create({
  name: 'incoming',
  addProseMirrorPlugins: () => [
    new Plugin<DecorationSet>({
      key,
      state: {
        init: () => DecorationSet.empty,
        apply(tr, set) {
          const mapped = set.map(tr.mapping, tr.doc)
          const meta = tr.getMeta(key) as Meta | undefined
          if (!meta) return mapped
          if ('add' in meta) {
            const { id, pos, label } = meta.add
            return mapped.add(tr.doc, [Decoration.widget(pos, () => mark(label), { id, side: -1, key: id })])
          }
          return mapped.remove(mapped.find(undefined, undefined, (spec) => spec.id === meta.remove))
        },
      },
      props: { decorations: (state: EditorState) => key.getState(state) },
    }),
  ],
})

export const addIncoming = (id: string, pos: number, label: string): { key: typeof key; meta: Meta } => ({
  key,
  meta: { add: { id, pos, label } },
})
export const removeIncoming = (id: string): { key: typeof key; meta: Meta } => ({ key, meta: { remove: id } })

/** Where the place is now, after whatever was written meanwhile; null when the writer deleted it. */
export const incomingAt = (state: EditorState, id: string): number | null =>
  key.getState(state)?.find(undefined, undefined, (spec) => spec.id === id)[0]?.from ?? null
