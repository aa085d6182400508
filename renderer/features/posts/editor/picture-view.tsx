import { type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from '@tiptap/react'
import { CircleAlert } from 'lucide-react'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Picture } from '../../../../shared/domain/richtext/extensions.ts'
import { useDesk } from './desk.ts'
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

/** A picture in the text, with its caption and its description written in place. */
function PictureView({ node, updateAttributes, selected, editor, getPos }: NodeViewProps) {
  const { t } = useTranslation('posts')
  const { pictureUrl } = useDesk()
  const [describing, setDescribing] = useState(false)
  const [broken, setBroken] = useState(false)
  const { hash, alt, caption, width, height } = node.attrs as Record<'hash' | 'alt' | 'caption', string> &
    Record<'width' | 'height', number>

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
    <NodeViewWrapper className="posts-picture" data-selected={selected || undefined} contentEditable={false}>
      {broken ? (
        <p className="posts-picture-broken">
          <CircleAlert aria-hidden /> {t('picture.notHere')}
        </p>
      ) : (
        <img
          src={pictureUrl(hash)}
          alt={alt}
          {...(width && height ? { width, height } : {})}
          data-drag-handle=""
          onError={() => setBroken(true)}
        />
      )}
      <div className="posts-picture-words">
        {describing ? (
          <WordsField
            key="alt"
            value={alt}
            label={t('picture.alt')}
            hint={t('picture.altHint')}
            onCommit={(text) => updateAttributes({ alt: text })}
            onKeyDown={onKeyDown}
          />
        ) : (
          <WordsField
            key="caption"
            value={caption}
            label={t('picture.caption')}
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
    </NodeViewWrapper>
  )
}

export const PictureWithView = Picture.extend({
  addNodeView: () => ReactNodeViewRenderer(PictureView),
  addKeyboardShortcuts() {
    return {
      // From a selected picture into its words: otherwise Tab would leave the text.
      Tab: ({ editor }) => {
        const { node, from } = editor.state.selection as { node?: { type: { name: string } }; from: number }
        if (node?.type.name !== 'image') return false
        const dom = editor.view.nodeDOM(from)
        const field = dom instanceof HTMLElement ? dom.querySelector('input') : null
        field?.focus()
        return field !== null
      },
    }
  },
})
