import { type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from '@tiptap/react'
import { CircleAlert } from 'lucide-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Picture } from '../../../../shared/domain/richtext/extensions.ts'
import { useDesk } from './desk.ts'
import { galleryAt } from './gallery.ts'
import { GalleryTools } from './gallery-view.tsx'
import { intoWords, MediumWords } from './medium-words.tsx'

/** A picture in the text, with its caption and its description written in place. */
function PictureView(props: NodeViewProps) {
  const { t } = useTranslation('posts')
  const { pictureUrl } = useDesk()
  const [broken, setBroken] = useState(false)
  const { hash, alt, width, height } = props.node.attrs as Record<'hash' | 'alt', string> &
    Record<'width' | 'height', number>
  const pos = props.getPos()
  const isInGallery = pos !== undefined && galleryAt(props.editor, pos) !== null

  return (
    <NodeViewWrapper className="posts-picture" data-selected={props.selected || undefined} contentEditable={false}>
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
      {isInGallery && <GalleryTools {...props} />}
      <MediumWords {...props} />
    </NodeViewWrapper>
  )
}

export const PictureWithView = Picture.extend({
  addNodeView: () => ReactNodeViewRenderer(PictureView),
  addKeyboardShortcuts: () => intoWords,
})
