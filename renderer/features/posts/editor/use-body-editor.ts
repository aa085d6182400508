import type { Editor } from '@tiptap/core'
import Collaboration from '@tiptap/extension-collaboration'
import { Placeholder } from '@tiptap/extensions/placeholder'
import { Selection } from '@tiptap/extensions/selection'
import type { EditorView } from '@tiptap/pm/view'
import { useEditor } from '@tiptap/react'
import { yUndoPluginKey } from '@tiptap/y-tiptap'
import { useRef } from 'react'
import type { UndoManager, XmlFragment } from 'yjs'
import { createBodyExtensions } from '../../../../shared/domain/richtext/extensions.ts'
import { soleAddress } from './address.ts'
import { EmbedWithView } from './card-view.tsx'
import { cleanPaste } from './clean-paste.ts'
import type { EditorDesk } from './desk.ts'
import { FilmWithView, RecordingWithView } from './film-view.tsx'
import { GalleryWithView } from './gallery-view.tsx'
import { Incoming } from './incoming.ts'
import { putCard } from './link-box.tsx'
import { PictureWithView } from './picture-view.tsx'
import { dropPictures, pastePictures } from './pictures.ts'
import { SlashMenu, type SlashOptions, slashKey } from './slash-plugin.ts'
import { UndoSteps } from './undo-steps.ts'

type Options = {
  fragment: XmlFragment
  desk: EditorDesk
  label: string
  /** BCP 47 language the creator writes in: for the spelling and the line breaks. */
  language: string
  placeholder: string
  emptyHeading: string
  slash: SlashOptions
  /** Asks for the address of what is selected; false when nothing is and the key should go on to the palette. */
  onLink: (editor: Editor) => boolean
  onToolbar: () => boolean
  onLeaveTop: () => void
  /** Esc, with nothing of the editor's own to close. */
  onStepBack: () => void
  onReady: (editor: Editor) => void
}

/**
 * The editor over the one list of extensions that the server checks against, with the views and menus on top. It is
 * made once for a document; what the options say is read when it is needed.
 */
export function useBodyEditor(options: Options): Editor | null {
  const now = useRef(options)
  now.current = options
  const self = useRef<Editor | null>(null)

  return useEditor(
    {
      // The policy forbids <style> elements: body.css has the same rules.
      injectCSS: false,
      extensions: [
        ...createBodyExtensions({
          picture: PictureWithView,
          film: FilmWithView,
          recording: RecordingWithView,
          gallery: GalleryWithView,
          embed: EmbedWithView,
        }),
        Collaboration.configure({ fragment: options.fragment }),
        Placeholder.configure({
          includeChildren: false,
          placeholder: ({ node, editor }) => {
            if (node.type.name === 'heading') return now.current.emptyHeading
            return editor.isEmpty ? now.current.placeholder : ''
          },
        }),
        // Selected words stay marked while their link is being asked for.
        Selection.configure({ className: 'posts-selected' }),
        Incoming,
        UndoSteps,
        SlashMenu.configure({
          count: (query) => now.current.slash.count(query),
          pick: (editor, state) => now.current.slash.pick(editor, state),
        }),
      ],
      editorProps: {
        attributes: {
          class: 'posts-body',
          'aria-label': options.label,
          'aria-multiline': 'true',
          role: 'textbox',
          spellcheck: 'true',
          lang: options.language,
        },
        transformPastedHTML: (html) => cleanPaste(html).html,
        handlePaste: (_view, event) => {
          const editor = self.current
          if (!editor) return false
          return pastePictures(editor, event, now.current.desk.pictures) || pasteCard(editor, event)
        },
        handleDrop: (_view, event, _slice, moved) =>
          !moved && self.current !== null && dropPictures(self.current, event, now.current.desk.pictures),
        handleKeyDown: (view, event) => self.current !== null && onKey(self.current, view, event, now.current),
      },
      onCreate: ({ editor }) => {
        self.current = editor
        now.current.onReady(editor)
      },
      onDestroy: () => {
        self.current = null
      },
    },
    [options.fragment],
  )
}

function onKey(editor: Editor, view: EditorView, event: KeyboardEvent, options: Options): boolean {
  const mod = event.ctrlKey || event.metaKey
  // Mod-K is the palette's everywhere, but with words selected (or inside a link) every writer means a link.
  if (mod && !event.altKey && event.key.toLowerCase() === 'k') {
    // The browser tells of a selection made by keys a moment later than of the next key.
    view.dom.ownerDocument.dispatchEvent(new Event('selectionchange'))
    const taken = options.onLink(editor)
    if (taken) event.stopPropagation()
    return taken
  }
  if (event.altKey && event.key === 'F10') return options.onToolbar()
  // The slash menu's own Esc comes first.
  if (event.key === 'Escape' && !slashKey.getState(view.state)?.range) {
    options.onStepBack()
    return true
  }
  const { selection } = view.state
  const atStart = selection.empty && selection.from <= 1
  if (atStart && !mod && !event.shiftKey && (event.key === 'ArrowUp' || (event.key === 'Backspace' && isPlain(view)))) {
    options.onLeaveTop()
    return true
  }
  return false
}

/** Backspace at the start of a heading or a quote makes it a paragraph first. */
const isPlain = (view: EditorView): boolean => {
  const first = view.state.doc.firstChild
  return first?.type.name === 'paragraph' && first.content.size === 0 && view.state.doc.childCount === 1
}

/** An address pasted on an empty line becomes a card; undo gives it back as text. */
function pasteCard(editor: Editor, event: ClipboardEvent): boolean {
  const href = soleAddress(event.clipboardData?.getData('text/plain') ?? '')
  const { $from, empty } = editor.state.selection
  const onEmptyLine =
    empty && $from.depth === 1 && $from.parent.type.name === 'paragraph' && $from.parent.content.size === 0
  if (!href || !onEmptyLine) return false
  const at = $from.pos
  editor
    .chain()
    .insertContent({ type: 'text', text: href, marks: [{ type: 'link', attrs: { href } }] })
    .run()
  const undo = yUndoPluginKey.getState(editor.state)?.undoManager as UndoManager | undefined
  undo?.stopCapturing()
  putCard(editor, href, { from: at, to: at + href.length })
  undo?.stopCapturing()
  return true
}
