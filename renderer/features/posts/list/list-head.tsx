import { ArrowDownUp, ListFilter, Plus, X } from 'lucide-react'
import { memo, type Ref } from 'react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../../app/format.ts'
import { IconButton } from '../../../ui/button.tsx'
import { SearchField } from '../../../ui/fields.tsx'
import { Menu, type MenuEntry } from '../../../ui/menu.tsx'
import { Select } from '../../../ui/select.tsx'
import { tagChoices } from '../inspector/tags.ts'
import { type ListGroup, type ListView, listGroups, listSorts } from './list-view.ts'

const visibilities = ['any', 'public', 'members', 'paid'] as const

/** Above the list: which posts, in which order, and the words to find them by. */
export const ListHead = memo(function ListHead({
  view,
  counts,
  tags,
  query,
  searchRef,
  onView,
  onQuery,
  onNew,
}: {
  view: ListView
  /** Null while the posts of this device are still being read. */
  counts: Record<ListGroup, number> | null
  tags: readonly string[]
  query: string
  searchRef: Ref<HTMLInputElement>
  onView: (view: ListView) => void
  onQuery: (query: string) => void
  onNew: () => void
}) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const sorts: MenuEntry[] = listSorts.map((sort) => ({
    id: sort,
    label: t(`sort.${sort}`),
    isChosen: view.sort === sort,
    run: () => onView({ ...view, sort }),
  }))
  const filters: MenuEntry[] = [
    ...visibilities.map((visibility) => ({
      id: `visibility-${visibility}`,
      label: t(`filter.visibility.${visibility}`),
      isChosen: view.visibility === visibility,
      run: () => onView({ ...view, visibility }),
    })),
    ...(tags.length > 0 ? ['line' as const] : []),
    ...tagChoices(tags, view.tags, (chosen) => onView({ ...view, tags: chosen })),
  ]
  const narrowed = view.tags.length > 0 || view.visibility !== 'any'
  return (
    <header className="posts-head">
      <div className="posts-head-row">
        <h2 className="sr-only">{t('list.label')}</h2>
        <Select<ListGroup>
          label={t('filter.group')}
          hideLabel
          value={view.group}
          options={listGroups.map((group) => ({
            id: group,
            label: t(`group.${group}`) + (counts ? ` · ${format.number(counts[group])}` : ''),
          }))}
          onChange={(group) => onView({ ...view, group })}
        />
        <Menu
          label={t('filter.more')}
          trigger={
            <IconButton
              label={t('filter.more')}
              icon={<ListFilter aria-hidden />}
              className={narrowed ? 'posts-narrowed' : ''}
            />
          }
          items={filters}
        />
        <Menu
          label={t('sort.label')}
          trigger={<IconButton label={t('sort.label')} icon={<ArrowDownUp aria-hidden />} />}
          items={sorts}
        />
        <IconButton label={t('command.new')} shortcut="N" variant="plain" icon={<Plus aria-hidden />} onPress={onNew} />
      </div>
      <SearchField
        label={t('list.search')}
        value={query}
        clearLabel={t('ui:clear')}
        ref={searchRef}
        onChange={onQuery}
      />
      {narrowed && (
        <ul className="posts-chips" aria-label={t('filter.active')}>
          {view.visibility !== 'any' && (
            <Chip
              label={t(`filter.visibility.${view.visibility}`)}
              remove={t('filter.remove')}
              onRemove={() => onView({ ...view, visibility: 'any' })}
            />
          )}
          {view.tags.map((tag) => (
            <Chip
              key={tag}
              label={`#${tag}`}
              remove={t('filter.remove')}
              onRemove={() => onView({ ...view, tags: view.tags.filter((each) => each !== tag) })}
            />
          ))}
        </ul>
      )}
    </header>
  )
})

function Chip({ label, remove, onRemove }: { label: string; remove: string; onRemove: () => void }) {
  return (
    <li>
      <button type="button" className="posts-chip" aria-label={`${remove}: ${label}`} onClick={onRemove}>
        <span className="truncate">{label}</span>
        <X aria-hidden />
      </button>
    </li>
  )
}
