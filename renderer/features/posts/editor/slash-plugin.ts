import { type Editor, Extension } from '@tiptap/core'
import { type EditorState, Plugin, PluginKey } from '@tiptap/pm/state'

/**
 * The moment after a "/" at the start of a line, until the writer picks a block, goes elsewhere or presses Esc. The
 * keyboard stays in the text: this plugin takes the arrows and Enter, the menu only shows what it says.
 */
export type SlashState = {
  /** Where the "/" stands and where the word after it ends; null while the menu is closed. */
  range: { from: number; to: number } | null
  query: string
  index: number
  /** The start of a "/" that was waved away with Esc: it stays text. */
  dismissed: number
}

type SlashMeta = { move: number } | { index: number } | 'dismiss'

export const slashKey = new PluginKey<SlashState>('slash')
const closed: SlashState = { range: null, query: '', index: 0, dismissed: -1 }

function typed(state: EditorState): { from: number; to: number; query: string } | null {
  const { $from, empty } = state.selection
  if (!empty || $from.parent.type.name !== 'paragraph') return null
  const before = $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc')
  const match = /^\/([\p{L}\p{M}\d]{0,24})$/u.exec(before)
  return match ? { from: $from.start(), to: $from.pos, query: match[1] ?? '' } : null
}

export type SlashOptions = {
  /** How many blocks the menu shows for a word: 0 lets the keys through. */
  count: (query: string) => number
  pick: (editor: Editor, state: SlashState) => void
}

export const SlashMenu = Extension.create<SlashOptions>({
  name: 'slashMenu',
  // Before the keymaps of lists and paragraphs, which would take Enter.
  priority: 1100,
  addOptions: () => ({ count: () => 0, pick: () => undefined }),

  addProseMirrorPlugins() {
    const { options, editor } = this
    return [
      new Plugin<SlashState>({
        key: slashKey,
        state: {
          init: () => closed,
          apply(tr, previous, _old, state) {
            const meta = tr.getMeta(slashKey) as SlashMeta | undefined
            const now = typed(state)
            if (!now) return previous === closed ? previous : closed
            if (meta === 'dismiss' || now.from === previous.dismissed) return { ...closed, dismissed: now.from }
            const { from, to, query } = now
            const fresh = previous.range === null || query !== previous.query
            let index = fresh ? 0 : previous.index
            const count = options.count(query)
            if (meta && count > 0) index = 'index' in meta ? meta.index : (index + meta.move + count) % count
            return { range: { from, to }, query, index, dismissed: -1 }
          },
        },
        props: {
          handleKeyDown(view, event) {
            const state = slashKey.getState(view.state)
            if (!state?.range || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return false
            const send = (meta: SlashMeta): true => {
              view.dispatch(view.state.tr.setMeta(slashKey, meta))
              return true
            }
            if (event.key === 'Escape') {
              // The next Esc is for the frame; this one has been used up.
              event.stopPropagation()
              return send('dismiss')
            }
            if (options.count(state.query) === 0) return false
            if (event.key === 'ArrowDown') return send({ move: 1 })
            if (event.key === 'ArrowUp') return send({ move: -1 })
            if (event.key === 'Enter' || event.key === 'Tab') {
              options.pick(editor, state)
              return true
            }
            return false
          },
        },
      }),
    ]
  },
})

/** Points at another entry of the open menu (the mouse). */
export const pointAt = (editor: Editor, index: number): void => {
  editor.view.dispatch(editor.state.tr.setMeta(slashKey, { index } satisfies SlashMeta))
}
