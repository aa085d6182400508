import type { Editor } from '@tiptap/core'
import { TextSelection } from '@tiptap/pm/state'
import { useEditorState } from '@tiptap/react'
import { Bold, Code, Heading2, Heading3, Italic, Link2, type LucideIcon, Strikethrough, TextQuote } from 'lucide-react'
import { type KeyboardEvent, type RefObject, useEffect, useState } from 'react'
import { Separator } from 'react-aria-components/Separator'
import { Toolbar } from 'react-aria-components/Toolbar'
import { useTranslation } from 'react-i18next'
import { ToggleButton } from '../../../ui/button.tsx'
import { placeBeside } from './place.ts'

type Tool = {
  id: string
  icon: LucideIcon
  shortcut: string
  isOn: (editor: Editor) => boolean
  run: (editor: Editor) => void
}

const tools: readonly (Tool | 'line')[] = [
  {
    id: 'bold',
    icon: Bold,
    shortcut: 'Mod+B',
    isOn: (e) => e.isActive('bold'),
    run: (e) => void e.chain().focus().toggleBold().run(),
  },
  {
    id: 'italic',
    icon: Italic,
    shortcut: 'Mod+I',
    isOn: (e) => e.isActive('italic'),
    run: (e) => void e.chain().focus().toggleItalic().run(),
  },
  {
    id: 'strike',
    icon: Strikethrough,
    shortcut: 'Mod+Shift+S',
    isOn: (e) => e.isActive('strike'),
    run: (e) => void e.chain().focus().toggleStrike().run(),
  },
  {
    id: 'code',
    icon: Code,
    shortcut: 'Mod+E',
    isOn: (e) => e.isActive('code'),
    run: (e) => void e.chain().focus().toggleCode().run(),
  },
  'line',
  {
    id: 'heading',
    icon: Heading2,
    shortcut: 'Mod+Alt+2',
    isOn: (e) => e.isActive('heading', { level: 2 }),
    run: (e) => void e.chain().focus().toggleHeading({ level: 2 }).run(),
  },
  {
    id: 'subheading',
    icon: Heading3,
    shortcut: 'Mod+Alt+3',
    isOn: (e) => e.isActive('heading', { level: 3 }),
    run: (e) => void e.chain().focus().toggleHeading({ level: 3 }).run(),
  },
  {
    id: 'quote',
    icon: TextQuote,
    shortcut: 'Mod+Shift+B',
    isOn: (e) => e.isActive('blockquote'),
    run: (e) => void e.chain().focus().toggleBlockquote().run(),
  },
]

const size = { width: 316, height: 40 }

/** Above selected words. Alt-F10 goes into it, the arrows along it, Esc back to the words. */
export function SelectionToolbar({
  editor,
  box,
  bar,
  onLink,
  isHidden,
}: {
  editor: Editor
  box: HTMLElement | null
  bar: RefObject<HTMLDivElement | null>
  onLink: () => void
  isHidden: boolean
}) {
  const { t } = useTranslation('posts')
  const [pressing, setPressing] = useState(false)
  const [inBar, setInBar] = useState(false)
  const state = useEditorState({
    editor,
    selector: ({ editor: now }) => {
      const { selection, doc } = now.state
      const has =
        selection instanceof TextSelection &&
        !selection.empty &&
        doc.textBetween(selection.from, selection.to, ' ').trim() !== ''
      if (!has || now.isActive('codeBlock')) return null
      return {
        from: selection.from,
        to: selection.to,
        on: tools.map((tool) => tool !== 'line' && tool.isOn(now)),
        link: now.isActive('link'),
      }
    },
  })
  const focused = useEditorState({ editor, selector: ({ editor: now }) => now.isFocused })

  // While words are being selected with the mouse, nothing may get between it and them.
  useEffect(() => {
    const dom = editor.view.dom
    const down = (): void => setPressing(true)
    const up = (): void => setPressing(false)
    dom.addEventListener('pointerdown', down)
    window.addEventListener('pointerup', up)
    window.addEventListener('pointercancel', up)
    return () => {
      dom.removeEventListener('pointerdown', down)
      window.removeEventListener('pointerup', up)
      window.removeEventListener('pointercancel', up)
    }
  }, [editor])

  if (!state || !box || isHidden || pressing || !(focused || inBar)) return null
  const place = placeBeside(editor.view, box, state, size, 'above')
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    editor.commands.focus()
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only places the toolbar and keeps the words selected
    <div
      ref={bar}
      className="posts-toolbar"
      data-above={place.above || undefined}
      style={{ left: place.left, top: place.top }}
      onMouseDown={(event) => event.preventDefault()}
      onFocus={() => setInBar(true)}
      onBlur={(event) => !event.currentTarget.contains(event.relatedTarget) && setInBar(false)}
      onKeyDown={onKeyDown}
    >
      <Toolbar aria-label={t('tool.bar')} className="posts-tools">
        {tools.map((tool, index) =>
          tool === 'line' ? (
            <Separator key="line" orientation="vertical" className="posts-tools-line" />
          ) : (
            <ToggleButton
              key={tool.id}
              size="compact"
              label={t(`tool.${tool.id}`)}
              shortcut={tool.shortcut}
              icon={<tool.icon aria-hidden />}
              isSelected={state.on[index] ?? false}
              onChange={() => tool.run(editor)}
            />
          ),
        )}
        <ToggleButton
          size="compact"
          label={t('tool.link')}
          shortcut="Mod+K"
          icon={<Link2 aria-hidden />}
          isSelected={state.link}
          onChange={onLink}
        />
      </Toolbar>
    </div>
  )
}
