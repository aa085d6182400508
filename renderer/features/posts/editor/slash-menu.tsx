import type { Editor } from '@tiptap/core'
import { useEditorState } from '@tiptap/react'
import { useEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import type { Block } from './blocks.ts'
import { placeBeside } from './place.ts'
import { pointAt, slashKey } from './slash-plugin.ts'

const size = { width: 264, height: 340 }

/**
 * The menu of blocks at the "/" being typed. It only shows what the plugin says; focus never leaves the text, which
 * names the active entry by `aria-activedescendant`.
 */
export function SlashMenuList({
  editor,
  box,
  matching,
  pick,
}: {
  editor: Editor
  box: HTMLElement | null
  matching: (query: string) => Block[]
  pick: (block: Block) => void
}) {
  const { t } = useTranslation('posts')
  const state = useEditorState({ editor, selector: ({ editor: now }) => slashKey.getState(now.state) })
  const list = useRef<HTMLDivElement>(null)
  const isOpen = state?.range != null && editor.isFocused
  const found = isOpen ? matching(state.query) : []
  const active = found.length > 0 ? `slash-${state?.index ?? 0}` : null

  useEffect(() => {
    const dom = editor.view.dom
    if (isOpen && active) {
      dom.setAttribute('aria-controls', 'slash-menu')
      dom.setAttribute('aria-activedescendant', active)
      list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
    } else {
      dom.removeAttribute('aria-controls')
      dom.removeAttribute('aria-activedescendant')
    }
  }, [editor, isOpen, active])

  if (!isOpen || !state?.range || !box) return null
  const place = placeBeside(editor.view, box, state.range, size, 'below')
  return (
    <div
      ref={list}
      id="slash-menu"
      className="posts-slash"
      role="listbox"
      aria-label={t('block.menu')}
      data-above={place.above || undefined}
      style={{ left: place.left, top: place.top }}
    >
      {found.length === 0 && <p className="posts-slash-none">{t('block.none')}</p>}
      {found.map((block, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the keys stay in the text, see slash-plugin
        <div
          key={block.id}
          id={`slash-${index}`}
          className="posts-slash-item"
          role="option"
          tabIndex={-1}
          aria-selected={index === state.index}
          // The text keeps the focus, or the menu would close under the pointer.
          onMouseDown={(event) => event.preventDefault()}
          onMouseMove={() => index !== state.index && pointAt(editor, index)}
          onClick={() => pick(block)}
        >
          <block.icon aria-hidden />
          <span className="posts-slash-words">
            <span>{t(`block.${block.id}.name`)}</span>
            <span className="meta">{t(`block.${block.id}.hint`)}</span>
          </span>
          {block.typed && <kbd className="posts-slash-typed">{block.typed}</kbd>}
        </div>
      ))}
    </div>
  )
}
