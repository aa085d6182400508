import { LayoutGrid, List, ListFilter } from 'lucide-react'
import { memo, type RefObject } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { IconButton } from '../../ui/button.tsx'
import { SearchField } from '../../ui/fields.tsx'
import { Menu } from '../../ui/menu.tsx'
import { Select } from '../../ui/select.tsx'
import { SegmentedControl } from '../../ui/toggles.tsx'
import { tagChoices } from '../posts/inspector/tags.ts'
import { type LibraryGroup, type LibraryView, libraryGroups } from './library-view.ts'

/** What is looked for. Apart from the pictures, so that a step through them draws none of it. */
export const LibraryHead = memo(function LibraryHead(props: {
  view: LibraryView
  counts: Record<LibraryGroup, number>
  tags: readonly string[]
  query: string
  search: RefObject<HTMLInputElement | null>
  onView(view: LibraryView): void
  onQuery(query: string): void
}) {
  const { view, counts, tags, query, search, onView, onQuery } = props
  const { t } = useTranslation('media')
  const format = useFormat()
  return (
    <div className="media-head">
      <Select<LibraryGroup>
        label={t('group.label')}
        hideLabel
        value={view.group}
        options={libraryGroups.map((group) => ({
          id: group,
          label: `${t(`group.${group}`)} · ${format.number(counts[group])}`,
        }))}
        onChange={(group) => onView({ ...view, group })}
      />
      <SearchField label={t('search')} value={query} clearLabel={t('ui:clear')} ref={search} onChange={onQuery} />
      <Menu
        label={t('tags.filter')}
        trigger={
          <IconButton
            label={t('tags.filter')}
            icon={<ListFilter aria-hidden />}
            isDisabled={tags.length === 0}
            className={view.tags.length > 0 ? 'posts-narrowed' : ''}
          />
        }
        items={tagChoices(tags, view.tags, (chosen) => onView({ ...view, tags: chosen }))}
      />
      <SegmentedControl<LibraryView['layout']>
        label={t('layout.label')}
        iconsOnly
        value={view.layout}
        options={[
          { id: 'grid', label: t('layout.grid'), icon: <LayoutGrid aria-hidden /> },
          { id: 'list', label: t('layout.list'), icon: <List aria-hidden /> },
        ]}
        onChange={(layout) => onView({ ...view, layout })}
      />
    </div>
  )
})
