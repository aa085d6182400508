import type { Editor } from '@tiptap/core'
import { EditorContent } from '@tiptap/react'
import { lazy, type MouseEvent, memo, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { XmlFragment } from 'yjs'
import type { Media } from '../../../../shared/collections/media.ts'
import type { Block } from './blocks.ts'
import { matchingBlocks } from './blocks.ts'
import { DeskProvider, type EditorDesk } from './desk.ts'
import { LinkBox, type LinkWish, linkWish } from './link-box.tsx'
import { insertBlocks, insertPictures, mediumNode } from './pictures.ts'
import { SelectionToolbar } from './selection-toolbar.tsx'
import { SlashMenuList } from './slash-menu.tsx'
import { slashKey } from './slash-plugin.ts'
import { useBodyEditor } from './use-body-editor.ts'
import './prosemirror.css'
import './body.css'
import './views.css'
import './floats.css'

const MediaPicker = lazy(() => import('../../media/picker.tsx'))

/**
 * The text of a post: written into the shared document `fragment`, whose undo it uses. Nothing outside re-renders while
 * somebody types.
 */
export const BodyEditor = memo(function BodyEditor({
  fragment,
  desk,
  onReady,
  onLeaveTop,
  onStepBack,
  language,
}: {
  fragment: XmlFragment
  desk: EditorDesk
  onReady: (editor: Editor) => void
  /** The caret was at the very beginning and went up. */
  onLeaveTop: () => void
  onStepBack: () => void
  language: string
}) {
  const { t } = useTranslation('posts')
  const [box, setBox] = useState<HTMLElement | null>(null)
  const [wish, setWish] = useState<LinkWish | null>(null)
  const bar = useRef<HTMLDivElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [picking, setPicking] = useState<Media['kind'] | null>(null)

  const matching = (query: string): Block[] =>
    matchingBlocks(query, (id) => `${t(`block.${id}.name`)}, ${t(`block.${id}.also`)}`)
  const put = (editor: Editor, block: Block): void => {
    const range = slashKey.getState(editor.state)?.range
    if (!range) return
    block.put(editor, range, {
      picture: () => picker.current?.click(),
      card: () => {
        const { from, to } = editor.state.selection
        setWish({ kind: 'card', from, to, href: '' })
      },
      library: setPicking,
    })
  }

  const editor = useBodyEditor({
    fragment,
    desk,
    label: t('body.label'),
    placeholder: t('body.placeholder'),
    emptyHeading: t('block.heading.name'),
    slash: {
      count: (query) => matching(query).length,
      pick: (now, state) => {
        const block = matching(state.query)[state.index]
        if (block) put(now, block)
      },
    },
    onLink: (now) => {
      const found = linkWish(now)
      if (found) setWish(found)
      return found !== null
    },
    onToolbar: () => {
      // A frame later: the words may have been selected by the key just before.
      requestAnimationFrame(() => bar.current?.querySelector<HTMLElement>('button')?.focus())
      return true
    },
    onLeaveTop,
    onStepBack,
    language,
    onReady,
  })

  const insert = (media: readonly Media[]): void => {
    if (!editor) return
    const nodes = media.map(({ id, alt, ...facts }) => mediumNode({ ...facts, hash: id }, alt))
    // Pictures stand beside each other; films one below the other.
    insertBlocks(editor, picking === 'image' ? [{ type: 'gallery', content: nodes }] : nodes)
  }

  /** A click on the empty page below the text goes on writing there. */
  const onPage = (event: MouseEvent): void => {
    if (!editor || event.target !== event.currentTarget) return
    event.preventDefault()
    const last = editor.state.doc.lastChild
    if (last?.type.name === 'paragraph' && last.content.size === 0) editor.commands.focus('end')
    else editor.chain().insertContentAt(editor.state.doc.content.size, { type: 'paragraph' }).focus('end').run()
  }

  return (
    <DeskProvider value={desk}>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: the text itself is the control; this is its paper */}
      <div ref={setBox} className="posts-paper" onMouseDown={onPage}>
        <EditorContent editor={editor} className="posts-text" />
        {editor && (
          <>
            <SlashMenuList editor={editor} box={box} matching={matching} pick={(block) => put(editor, block)} />
            <SelectionToolbar
              editor={editor}
              box={box}
              bar={bar}
              isHidden={wish !== null}
              onLink={() => setWish(linkWish(editor))}
            />
            {wish && <LinkBox editor={editor} box={box} wish={wish} onClose={() => setWish(null)} />}
          </>
        )}
        <Suspense>
          {picking && <MediaPicker kind={picking} onPick={insert} onClose={() => setPicking(null)} />}
        </Suspense>
        <input
          ref={picker}
          type="file"
          accept="image/*"
          multiple
          hidden
          tabIndex={-1}
          aria-label={t('block.picture.name')}
          onChange={(event) => {
            const files = [...(event.target.files ?? [])]
            event.target.value = ''
            if (editor && files.length > 0) void insertPictures(editor, files, desk.pictures)
          }}
        />
      </div>
    </DeskProvider>
  )
})
