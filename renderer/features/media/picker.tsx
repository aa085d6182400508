import { Images } from 'lucide-react'
import { useMemo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { useLibrary } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { SearchField } from '../../ui/fields.tsx'
import { VirtualGrid } from '../../ui/virtual-grid.tsx'
import { selectMedia } from './library-view.ts'
import { MediaCell } from './media-cell.tsx'
import './media.css'

const none: ReadonlySet<string> = new Set()

/** Chooses media of one kind from the library; Enter or a double click takes one at once. */
export default function MediaPicker({
  kind,
  onPick,
  onClose,
}: {
  kind: Media['kind']
  onPick(media: Media[]): void
  onClose(): void
}) {
  const { t } = useTranslation('media')
  const { isReady, media, uses } = useLibrary()
  const [query, setQuery] = useState('')
  const [selected, setSelected] = useState(none)
  const shown = useMemo(() => selectMedia(media, { group: kind, tags: [] }, query, uses), [media, kind, query, uses])
  const chosen = shown.filter(({ id }) => selected.has(id))
  const pick = (picked: Media[]): void => {
    onClose()
    onPick(picked)
  }
  return (
    <Dialog
      title={t('picker.title')}
      size="large"
      isOpen
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t('ui:cancel')}</Button>
          <Button variant="primary" isDisabled={chosen.length === 0} onPress={() => pick(chosen)}>
            {t('picker.insert')}
          </Button>
        </>
      }
    >
      <div className="media-picker">
        <SearchField label={t('search')} value={query} clearLabel={t('ui:clear')} onChange={setQuery} autoFocus />
        {isReady && (
          <VirtualGrid
            label={t(`group.${kind}`)}
            items={shown}
            keyOf={({ id }) => id}
            cellWidth={150}
            cellHeight={(width) => Math.round(width * 0.72) + 44}
            renderCell={(each) => <MediaCell media={each} />}
            selected={selected}
            onSelect={setSelected}
            onOpen={(each) => pick([each])}
            empty={
              <EmptyState size="small" picture={<Images />} title={t('empty.none')}>
                {t(query.trim() === '' ? 'picker.none' : 'empty.narrowed')}
              </EmptyState>
            }
          />
        )}
      </div>
    </Dialog>
  )
}
