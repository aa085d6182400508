import { useNavigate } from '@tanstack/react-router'
import { FolderUp, Images, Mic, RotateCcw, SearchX, Trash2, Upload } from 'lucide-react'
import {
  type ClipboardEvent,
  type DragEvent,
  type KeyboardEvent,
  lazy,
  Suspense,
  useDeferredValue,
  useMemo,
  useRef,
  useState,
} from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { useCommand } from '../../app/commands.ts'
import { useTitle } from '../../app/title.ts'
import { useLibrary, useSetting, useStudio } from '../../data/index.ts'
import { Button, IconButton } from '../../ui/button.tsx'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useRemembered } from '../../ui/use-media.ts'
import { VirtualGrid } from '../../ui/virtual-grid.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { tagsInUse } from '../posts/inspector/tags.ts'
import { filesOfDrop, withoutHidden } from './files-of-drop.ts'
import { ImportBar } from './import-bar.tsx'
import { JobsButton } from './jobs-button.tsx'
import { LibraryHead } from './library-head.tsx'
import { countGroups, type LibraryView, plainView, selectMedia } from './library-view.ts'
import { MediaCell, MediaRow } from './media-cell.tsx'
import { useMediaCommands } from './use-media-commands.ts'
import './media.css'

const RecordDialog = lazy(() => import('./record-dialog.tsx'))

const none: ReadonlySet<string> = new Set()

/** Every film, recording and picture of this studio: found, brought in, put away. Nothing here waits for a network. */
export default function MediaRoute() {
  const { t } = useTranslation('media')
  const navigate = useNavigate()
  const { imports } = useStudio().media
  const { isReady, media, uses: usedByPosts } = useLibrary()
  const profile = useSetting('profile')
  const commands = useMediaCommands()
  const [view, setView] = useRemembered<LibraryView>('media.view', plainView)
  const [query, setQuery] = useState('')
  // Letters are there at once, and what they find follows.
  const sought = useDeferredValue(query)
  const [selected, setSelected] = useState(none)
  const [isOver, setOver] = useState(false)
  const [isRecording, setRecording] = useState(false)
  const [removing, setRemoving] = useState<readonly string[]>([])
  const picker = useRef<HTMLInputElement>(null)
  const folderPicker = useRef<HTMLInputElement>(null)
  const search = useRef<HTMLInputElement>(null)
  useTitle(t('title'))

  const uses = useMemo(() => {
    const all = new Map(usedByPosts)
    for (const hash of [profile.avatar, profile.cover]) if (hash) all.set(hash, all.get(hash) ?? [])
    return all
  }, [usedByPosts, profile.avatar, profile.cover])
  const shown = useMemo(() => selectMedia(media, view, sought, uses), [media, view, sought, uses])
  const counts = useMemo(() => countGroups(media, uses), [media, uses])
  const tags = useMemo(() => tagsInUse(media), [media])
  // What is no longer shown is not acted upon.
  const chosen = shown.filter(({ id }) => selected.has(id)).map(({ id }) => id)
  const isTrash = view.group === 'trash'

  const take = (files: readonly File[]): void => {
    if (files.length > 0) void imports.add(files)
  }
  const open = ({ id }: Media): void => void navigate({ to: '/media/$id', params: { id } })
  useCommand({
    id: 'media.search',
    titleKey: 'media:command.search',
    group: 'media',
    shortcut: '/',
    run: () => search.current?.focus(),
  })
  useCommand({
    id: 'media.import',
    titleKey: 'media:command.import',
    group: 'media',
    shortcut: 'I',
    run: () => picker.current?.click(),
  })
  useCommand({
    id: 'media.import-folder',
    titleKey: 'media:command.importFolder',
    group: 'media',
    run: () => folderPicker.current?.click(),
  })
  useCommand({
    id: 'media.record',
    titleKey: 'media:record.action',
    group: 'media',
    run: () => setRecording(true),
  })

  const onKey = (event: KeyboardEvent): void => {
    if (event.key === 'Escape' && selected.size > 0) setSelected(none)
    else if ((event.key === 'Delete' || event.key === 'Backspace') && chosen.length > 0) {
      if (isTrash) setRemoving(chosen)
      else commands.trash(chosen)
    } else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onPaste = (event: ClipboardEvent): void => take([...event.clipboardData.files])
  const drop = {
    onDragOver: (event: DragEvent) => {
      if (!event.dataTransfer.types.includes('Files')) return
      event.preventDefault()
      setOver(true)
    },
    onDragLeave: (event: DragEvent) => {
      if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setOver(false)
    },
    onDrop: (event: DragEvent) => {
      event.preventDefault()
      setOver(false)
      filesOfDrop(event.dataTransfer).then(take).catch(reportError)
    },
  }
  const importButton = (
    <Button variant="primary" icon={<Upload aria-hidden />} shortcut="I" onPress={() => picker.current?.click()}>
      {t('import.action')}
    </Button>
  )
  const isNarrowed = sought.trim() !== '' || view.group !== 'all' || view.tags.length > 0

  return (
    // Files may be dropped and pasted anywhere here; the buttons do the same.
    <div className="media-library" data-over={isOver || undefined} onPaste={onPaste} {...drop}>
      <WorkArea
        title={t('title')}
        status={<JobsButton />}
        actions={
          <>
            <IconButton label={t('record.action')} icon={<Mic aria-hidden />} onPress={() => setRecording(true)} />
            <IconButton
              label={t('import.folder')}
              icon={<FolderUp aria-hidden />}
              onPress={() => folderPicker.current?.click()}
            />
            {importButton}
          </>
        }
      >
        <LibraryHead {...{ view, counts, tags, query, search }} onView={setView} onQuery={setQuery} />
        <ImportBar />
        {chosen.length > 0 && (
          <div className="media-chosen" role="toolbar" aria-label={t('chosen', { count: chosen.length })}>
            <span className="num">{t('chosen', { count: chosen.length })}</span>
            {isTrash ? (
              <>
                <Button size="compact" icon={<RotateCcw aria-hidden />} onPress={() => commands.restore(chosen)}>
                  {t('restore')}
                </Button>
                <Button size="compact" variant="danger" onPress={() => setRemoving(chosen)}>
                  {t('remove.action')}
                </Button>
              </>
            ) : (
              <Button size="compact" icon={<Trash2 aria-hidden />} onPress={() => commands.trash(chosen)}>
                {t('trash')}
              </Button>
            )}
          </div>
        )}
        {isReady && (
          <VirtualGrid
            label={t('title')}
            items={shown}
            keyOf={({ id }) => id}
            cellWidth={view.layout === 'grid' ? 176 : 0}
            cellHeight={(width) => (view.layout === 'grid' ? Math.round(width * 0.72) + 44 : 48)}
            renderCell={(each) =>
              view.layout === 'grid' ? <MediaCell media={each} /> : <MediaRow media={each} uses={uses.has(each.id)} />
            }
            selected={selected}
            onSelect={setSelected}
            onOpen={open}
            onKey={onKey}
            empty={
              isNarrowed ? (
                <EmptyState
                  picture={<SearchX />}
                  title={t('empty.none')}
                  action={
                    <Button
                      onPress={() => {
                        setView({ ...plainView, layout: view.layout })
                        setQuery('')
                      }}
                    >
                      {t('empty.showAll')}
                    </Button>
                  }
                >
                  {t(view.group === 'trash' && sought === '' ? 'empty.trash' : 'empty.narrowed')}
                </EmptyState>
              ) : (
                <EmptyState picture={<Images />} title={t('empty.title')} action={importButton}>
                  {t('empty.text')}
                </EmptyState>
              )
            }
          />
        )}
      </WorkArea>
      {isOver && <div className="media-drop">{t('import.drop')}</div>}
      <input
        ref={picker}
        type="file"
        accept="image/*,video/*,audio/*"
        multiple
        hidden
        aria-label={t('command.import')}
        onChange={(event) => {
          take([...(event.target.files ?? [])])
          event.target.value = ''
        }}
      />
      <input
        ref={folderPicker}
        type="file"
        multiple
        hidden
        {...{ webkitdirectory: '' }}
        aria-label={t('command.importFolder')}
        onChange={(event) => {
          take(withoutHidden([...(event.target.files ?? [])]))
          event.target.value = ''
        }}
      />
      <Suspense>
        {isRecording && <RecordDialog onFile={(file) => take([file])} onClose={() => setRecording(false)} />}
      </Suspense>
      <ConfirmDialog
        title={t('remove.title', { count: removing.length })}
        confirm={t('remove.action')}
        isOpen={removing.length > 0}
        onClose={() => setRemoving([])}
        onConfirm={() => commands.remove(removing)}
      >
        {t('remove.text')}
      </ConfirmDialog>
    </div>
  )
}
