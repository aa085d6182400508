import type { NodeViewProps } from '@tiptap/react'
import { CircleAlert } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isMedium } from '../../../../shared/domain/richtext/limits.ts'
import { useDraftValue } from './draft-value.ts'

type Words = {
  value: string
  label: string
  hint: string
  onCommit: (text: string) => void
  onKeyDown: (event: KeyboardEvent, flush: () => void) => void
}

function WordsField({ value, label, hint, onCommit, onKeyDown }: Words) {
  const field = useDraftValue(value, (text) => onCommit(text.trim()))
  return (
    <input
      className="posts-picture-field"
      value={field.value}
      aria-label={label}
      placeholder={hint}
      maxLength={1000}
      onChange={(event) => field.change(event.target.value)}
      onBlur={field.leave}
      onKeyDown={(event) => onKeyDown(event, field.flush)}
    />
  )
}

/** Below a picture, film or recording: its caption, or its description, written in place. */
export function MediumWords({
  node,
  updateAttributes,
  editor,
  getPos,
}: Pick<NodeViewProps, 'node' | 'updateAttributes' | 'editor' | 'getPos'>) {
  const { t } = useTranslation('posts')
  const [describing, setDescribing] = useState(false)
  const { alt, caption } = node.attrs as Record<'alt' | 'caption', string>
  const what = node.type.name === 'image' ? 'picture' : 'film'

  const onKeyDown = (event: KeyboardEvent, flush: () => void): void => {
    if (event.key !== 'Escape' && event.key !== 'Enter') return
    event.preventDefault()
    event.stopPropagation()
    flush()
    const pos = getPos()
    if (pos === undefined) return
    editor.chain().setNodeSelection(pos).focus().run()
    if (event.key === 'Enter') editor.commands.createParagraphNear()
  }

  return (
    <div className="posts-picture-words">
      {describing ? (
        <WordsField
          key="alt"
          value={alt}
          label={t(`${what}.alt`)}
          hint={t(`${what}.altHint`)}
          onCommit={(text) => updateAttributes({ alt: text })}
          onKeyDown={onKeyDown}
        />
      ) : (
        <WordsField
          key="caption"
          value={caption}
          label={t(`${what}.caption`)}
          hint={t('picture.captionHint')}
          onCommit={(text) => updateAttributes({ caption: text })}
          onKeyDown={onKeyDown}
        />
      )}
      <button
        type="button"
        className="posts-picture-alt"
        aria-pressed={describing}
        data-missing={alt === '' || undefined}
        onClick={() => setDescribing(!describing)}
        onKeyDown={(event) => event.key === 'Escape' && onKeyDown(event, () => undefined)}
      >
        {alt === '' && <CircleAlert aria-hidden />}
        {alt === '' ? t('picture.altMissing') : t('picture.altShort')}
      </button>
    </div>
  )
}

/** From a selected medium into its words: otherwise Tab would leave the text. */
export const intoWords = {
  Tab: ({ editor }: { editor: NodeViewProps['editor'] }): boolean => {
    const { node, from } = editor.state.selection as { node?: { type: { name: string } }; from: number }
    if (!node || !isMedium(node.type.name)) return false
    const dom = editor.view.nodeDOM(from)
    const field = dom instanceof HTMLElement ? dom.querySelector('input') : null
    field?.focus()
    return field !== null
  },
}
