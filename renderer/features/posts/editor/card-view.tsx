import { type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from '@tiptap/react'
import { ExternalLink, Link2 } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Embed } from '../../../../shared/domain/richtext/extensions.ts'
import { IconButton } from '../../../ui/button.tsx'
import { shownAddress } from './address.ts'
import { useDesk } from './desk.ts'
import { useDraftValue } from './draft-value.ts'

/** A link that stands on its own. Nothing of the other site is loaded; its title is what the writer gives it. */
function CardView({ node, updateAttributes, selected, editor, getPos }: NodeViewProps) {
  const { t } = useTranslation('posts')
  const { openAddress } = useDesk()
  const { href, title } = node.attrs as Record<'href' | 'title', string>
  const field = useDraftValue(title, (text) => updateAttributes({ title: text.trim() }))
  return (
    <NodeViewWrapper className="posts-card" data-selected={selected || undefined} contentEditable={false}>
      <Link2 aria-hidden data-drag-handle="" />
      <div className="posts-card-words">
        <input
          className="posts-card-title"
          value={field.value}
          aria-label={t('card.title')}
          placeholder={t('card.titleHint')}
          maxLength={300}
          onChange={(event) => field.change(event.target.value)}
          onBlur={field.leave}
          onKeyDown={(event) => {
            if (event.key !== 'Escape' && event.key !== 'Enter') return
            event.preventDefault()
            event.stopPropagation()
            field.flush()
            const pos = getPos()
            if (pos !== undefined) editor.chain().setNodeSelection(pos).focus().run()
          }}
        />
        <span className="posts-card-address truncate" title={href}>
          {shownAddress(href)}
        </span>
      </div>
      <IconButton
        label={t('link.open')}
        icon={<ExternalLink aria-hidden />}
        size="compact"
        onPress={() => openAddress(href)}
      />
    </NodeViewWrapper>
  )
}

export const EmbedWithView = Embed.extend({
  addNodeView: () => ReactNodeViewRenderer(CardView),
})
