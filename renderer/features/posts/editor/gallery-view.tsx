import { NodeViewContent, type NodeViewProps, NodeViewWrapper, ReactNodeViewRenderer } from '@tiptap/react'
import { ChevronLeft, ChevronRight, ImagePlus, Images, X } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../../shared/collections/media.ts'
import { Gallery } from '../../../../shared/domain/richtext/extensions.ts'
import { Button, IconButton } from '../../../ui/button.tsx'
import { useDesk } from './desk.ts'
import { galleryKeys, movePicture, removePicture } from './gallery.ts'
import { insertPictures, mediumNode } from './pictures.ts'

const MediaPicker = lazy(() => import('../../media/picker.tsx'))

/** Pictures beside each other, and below them the ways to add more. */
function GalleryView({ node, selected, editor, getPos }: NodeViewProps) {
  const { t } = useTranslation('posts')
  const { pictures } = useDesk()
  const [isPicking, setPicking] = useState(false)
  const files = useRef<HTMLInputElement>(null)
  /** Behind its last picture. */
  const end = (): number | undefined => {
    const pos = getPos()
    return pos === undefined ? undefined : pos + node.nodeSize - 1
  }
  const pick = (media: readonly Media[]): void => {
    const at = end()
    if (at === undefined) return
    const nodes = media.map(({ id, alt, ...facts }) => mediumNode({ ...facts, hash: id }, alt))
    editor.chain().insertContentAt(at, nodes, { updateSelection: false }).setNodeSelection(at).focus().run()
  }
  return (
    <NodeViewWrapper
      className="posts-gallery"
      role="group"
      aria-label={t('block.gallery.name')}
      data-selected={selected || undefined}
    >
      <NodeViewContent className="posts-gallery-pictures" />
      <div className="posts-gallery-add" contentEditable={false}>
        <Button size="compact" variant="quiet" icon={<Images aria-hidden />} onPress={() => setPicking(true)}>
          {t('gallery.fromLibrary')}
        </Button>
        <Button size="compact" variant="quiet" icon={<ImagePlus aria-hidden />} onPress={() => files.current?.click()}>
          {t('gallery.fromDevice')}
        </Button>
        <input
          ref={files}
          type="file"
          accept="image/*"
          multiple
          hidden
          tabIndex={-1}
          aria-label={t('gallery.fromDevice')}
          onChange={(event) => {
            const chosen = [...(event.target.files ?? [])]
            event.target.value = ''
            if (chosen.length > 0) void insertPictures(editor, chosen, pictures, end())
          }}
        />
      </div>
      <Suspense>{isPicking && <MediaPicker kind="image" onPick={pick} onClose={() => setPicking(false)} />}</Suspense>
    </NodeViewWrapper>
  )
}

export const GalleryWithView = Gallery.extend({
  addNodeView: () => ReactNodeViewRenderer(GalleryView),
  addKeyboardShortcuts: () => ({
    ...galleryKeys,
    Tab: ({ editor }) => {
      const { node, from } = editor.state.selection as { node?: { type: { name: string } }; from: number }
      if (node?.type.name !== 'gallery') return false
      const dom = editor.view.nodeDOM(from)
      const button = dom instanceof HTMLElement ? dom.querySelector<HTMLElement>('.posts-gallery-add button') : null
      button?.focus()
      return button !== null
    },
  }),
})

/** Beside a picture of a gallery: its place in it. */
export function GalleryTools({ editor, getPos }: Pick<NodeViewProps, 'editor' | 'getPos'>) {
  const { t } = useTranslation('posts')
  const act = (what: (pos: number) => void) => () => {
    const pos = getPos()
    if (pos !== undefined) what(pos)
  }
  return (
    <div className="posts-gallery-tools">
      <IconButton
        size="compact"
        label={t('gallery.earlier')}
        shortcut="Alt+ArrowLeft"
        icon={<ChevronLeft aria-hidden />}
        onPress={act((pos) => movePicture(editor, pos, -1))}
      />
      <IconButton
        size="compact"
        label={t('gallery.later')}
        shortcut="Alt+ArrowRight"
        icon={<ChevronRight aria-hidden />}
        onPress={act((pos) => movePicture(editor, pos, 1))}
      />
      <IconButton
        size="compact"
        label={t('gallery.remove')}
        icon={<X aria-hidden />}
        onPress={act((pos) => removePicture(editor, pos))}
      />
    </div>
  )
}
