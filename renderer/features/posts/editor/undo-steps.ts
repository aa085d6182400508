import { Extension } from '@tiptap/core'
import { Plugin, type Transaction } from '@tiptap/pm/state'
import { ReplaceStep } from '@tiptap/pm/transform'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import type { UndoManager } from 'yjs'

/** Formatting, another kind of block, something pasted or dropped: what a person takes back by itself. */
const standsAlone = (transaction: Transaction): boolean =>
  transaction.docChanged &&
  (transaction.steps.some((step) => !(step instanceof ReplaceStep)) || transaction.getMeta('uiEvent') !== undefined)

/**
 * The shared document takes everything within half a second as one step of undo. Typing is right that way; a word made
 * bold in the same breath as it was written is not: taking back the bold would take back the word.
 */
export const UndoSteps = Extension.create({
  name: 'undoSteps',
  addProseMirrorPlugins() {
    let alone = false
    return [
      new Plugin({
        filterTransaction: (transaction, state) => {
          const undo = yUndoPluginKey.getState(state)?.undoManager as UndoManager | undefined
          const isAlone = standsAlone(transaction)
          if (transaction.docChanged) {
            if (isAlone || alone) undo?.stopCapturing()
            alone = isAlone
          }
          return true
        },
      }),
    ]
  },
})
