import type { Node } from '@tiptap/pm/model'
import { updateYFragment, ySyncPluginKey } from '@tiptap/y-tiptap'
import * as Y from 'yjs'
import { walk } from '../history/align.ts'
import { matchAlike } from '../history/block-diff.ts'
import { type BodyNode, checkBody } from './check.ts'
import { decodeBlocks, encodeBody, openBody } from './decode.ts'
import { bodyField } from './extensions.ts'

const keyOf = (node: Node): string => JSON.stringify(node.toJSON())

/** The node that a reader sees of one item of the shared document; null where that is none, several or damaged. */
function nodeOf(raw: BodyNode[]): Node | null {
  let doc: Node
  try {
    doc = checkBody({ type: 'doc', content: raw })
  } catch {
    return null
  }
  return raw.length === 1 && doc.childCount === 1 && doc.firstChild?.type.name === raw[0]?.type ? doc.firstChild : null
}

const asBlock = (node: Node) => ({ kind: node.type.name, text: node.textContent })

/**
 * Makes a document that is being edited say what `json` says, as one edit: blocks that are the same are left alone, those
 * that are alike are changed word by word, the rest is taken out or put in. So edits of other devices to other parts of
 * the text survive, and it can be undone in the editor like anything typed. Returns the way back, for this document or
 * one that it has become: it undoes this edit and leaves those of others, but for what they wrote into what goes again.
 * @throws GroverError `body_invalid` when one of the two cannot be read; then nothing is changed.
 */
export function restoreBody(ydoc: Y.Doc, json: BodyNode): (later: Y.Doc) => void {
  // Made in a copy, whose undo outlives the document: an editor closes its own.
  const copy = openBody(encodeBody(ydoc))
  const undo = new Y.UndoManager(copy.getXmlFragment(bodyField), { trackedOrigins: new Set([ySyncPluginKey]) })
  changeBody(copy, json)
  bringOver(copy, ydoc, ySyncPluginKey)
  return (later) => {
    bringOver(later, copy, 'elsewhere')
    undo.undo()
    bringOver(copy, later, ySyncPluginKey)
  }
}

const bringOver = (from: Y.Doc, to: Y.Doc, origin: unknown): void =>
  Y.applyUpdate(to, Y.encodeStateAsUpdate(from, Y.encodeStateVector(to)), origin)

function changeBody(ydoc: Y.Doc, json: BodyNode): void {
  const wanted = checkBody(json).children
  const now = decodeBlocks(ydoc).map(nodeOf)
  const fragment = ydoc.getXmlFragment(bodyField)
  const meta = { mapping: new Map(), isOMark: new Map() }

  ydoc.transact(() => {
    /** Where in the fragment, as it has become, the walk is. */
    let at = 0
    const insert = (nodes: readonly Node[]): void => {
      for (const node of nodes) {
        const element = new Y.XmlElement(node.type.name)
        fragment.insert(at++, [element])
        updateYFragment(ydoc, element, node, meta)
      }
    }
    // What nobody sees is the same as nothing, and goes.
    for (const step of walk(
      now.map((node, i) => (node ? keyOf(node) : `unseen ${i}`)),
      wanted.map(keyOf),
    )) {
      if (!('fromA' in step)) {
        at++
        continue
      }
      const gone = now.slice(step.fromA, step.toA)
      const come = wanted.slice(step.fromB, step.toB)
      const blocks = gone.map((node) => (node ? asBlock(node) : { kind: 'unseen', text: '' }))
      let done = 0
      for (const match of matchAlike(blocks, come.map(asBlock))) {
        if (match < 0) {
          fragment.delete(at, 1)
          continue
        }
        insert(come.slice(done, match))
        updateYFragment(ydoc, fragment.get(at) as Y.XmlElement, come[match]!, meta)
        at++
        done = match + 1
      }
      insert(come.slice(done))
    }
  }, ySyncPluginKey)
}
