import { ImagePlus, Trash2 } from 'lucide-react'
import { type DragEvent, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button, IconButton } from '../../../ui/button.tsx'
import type { EditorDesk } from '../editor/desk.ts'
import { picturesOf } from '../editor/pictures.ts'

/** The picture above the post and in link previews: chosen, or dropped here. */
export function CoverField({
  cover,
  desk,
  onChange,
}: {
  cover: string
  desk: EditorDesk
  onChange: (hash: string) => void
}) {
  const { t } = useTranslation('posts')
  const picker = useRef<HTMLInputElement>(null)
  const [taking, setTaking] = useState('')
  const [over, setOver] = useState(false)

  const take = async (file: File | undefined): Promise<void> => {
    if (!file) return
    setTaking(file.name)
    try {
      onChange((await desk.pictures.takeIn(file)).hash)
    } catch (error) {
      desk.pictures.failed(file.name, error)
    } finally {
      setTaking('')
    }
  }
  const drop = {
    onDragOver: (event: DragEvent) => {
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: () => setOver(false),
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      void take(picturesOf(event.dataTransfer)[0])
    },
  }

  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as the other fields are
    <div className="field" role="group" aria-label={t('cover.label')}>
      <span className="field-label" aria-hidden>
        {t('cover.label')}
      </span>
      {cover ? (
        <div className="posts-cover" {...drop}>
          <img src={desk.pictureUrl(cover)} alt={t('cover.chosen')} />
          <div className="posts-cover-actions">
            <Button size="compact" onPress={() => picker.current?.click()}>
              {t('cover.change')}
            </Button>
            <IconButton
              size="compact"
              variant="plain"
              label={t('cover.remove')}
              icon={<Trash2 aria-hidden />}
              onPress={() => onChange('')}
            />
          </div>
        </div>
      ) : (
        <div className="posts-cover-empty" data-over={over || undefined} {...drop}>
          <Button variant="quiet" icon={<ImagePlus aria-hidden />} onPress={() => picker.current?.click()}>
            {taking ? t('picture.taking', { name: taking }) : t('cover.choose')}
          </Button>
        </div>
      )}
      <input
        ref={picker}
        type="file"
        accept="image/*"
        hidden
        tabIndex={-1}
        aria-label={t('cover.choose')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          void take(file)
        }}
      />
    </div>
  )
}
