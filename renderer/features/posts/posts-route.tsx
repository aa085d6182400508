import { useNavigate, useParams } from '@tanstack/react-router'
import { PenLine, SearchX } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCommand } from '../../app/commands.ts'
import { useNow } from '../../app/now.ts'
import type { PostRow } from '../../data/types.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { useRemembered } from '../../ui/use-media.ts'
import { VirtualList } from '../../ui/virtual-list.tsx'
import { tagsInUse } from './inspector/tags.ts'
import { ContextMenu } from './list/context-menu.tsx'
import { ListHead } from './list/list-head.tsx'
import { type ListView, plainView } from './list/list-view.ts'
import { PostRowView } from './list/post-row.tsx'
import { useList } from './list/use-list.ts'
import { useNewPost } from './new-post.ts'
import { usePostMenu } from './post-menu.tsx'
import { usePublishing } from './use-publishing.tsx'
import { useReceiptSync } from './use-receipt-sync.ts'
import { useEvent, useStable } from './use-stable.ts'
import './posts.css'

/** The list pane: every post on this device, found and filtered without a network. */
export default function PostsRoute() {
  const { t } = useTranslation('posts')
  const { id = null } = useParams({ strict: false })
  const navigate = useNavigate()
  const now = useNow()
  const [remembered, remember] = useRemembered<ListView>('posts.view', plainView)
  const view = useStable(remembered)
  const setView = useEvent(remember)
  const [query, setQuery] = useState('')
  const [menu, setMenu] = useState<{ row: PostRow; at: { x: number; y: number } } | null>(null)
  const list = useList(view, query)
  const tags = useStable(useMemo(() => tagsInUse(list.all), [list.all]))
  const sync = useReceiptSync()
  const search = useRef<HTMLInputElement>(null)
  const newPost = useEvent(useNewPost())
  const publishing = usePublishing()
  const entriesOf = usePostMenu()
  const [cursor, open] = useCursor(id, (next) => void navigate({ to: '/posts/$id', params: { id: next } }))

  useCommand({
    id: 'posts.search',
    titleKey: 'posts:command.search',
    group: 'posts',
    shortcut: '/',
    run: () => search.current?.focus(),
  })

  const onKey = (event: KeyboardEvent, row: PostRow | undefined): void => {
    if (!row) return
    const run = publishing.commandsOf(row)
    if (event.key === 'Delete' || event.key === 'Backspace') run.remove()
    else if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'd') run.duplicate()
    else if (event.key === 'ContextMenu' || (event.shiftKey && event.key === 'F10')) {
      const option = event.currentTarget.querySelector('[aria-selected="true"]')?.getBoundingClientRect()
      if (option) setMenu({ row, at: { x: option.left + 24, y: option.top + 24 } })
    } else return
    event.preventDefault()
  }
  const toWork = (row: PostRow): void => {
    open(row.id)
    requestAnimationFrame(() => document.querySelector<HTMLElement>('.posts-body')?.focus())
  }

  const narrowed = query.trim() !== '' || view.group !== 'all' || view.tags.length > 0 || view.visibility !== 'any'
  return (
    <div className="posts-list">
      <ListHead
        view={view}
        counts={list.ready ? list.counts : null}
        tags={tags}
        query={query}
        searchRef={search}
        onView={setView}
        onQuery={setQuery}
        onNew={newPost}
      />
      {list.ready && (
        <VirtualList
          label={t('list.label')}
          items={list.rows}
          rowHeight={56}
          keyOf={(row) => row.id}
          selectedKey={cursor}
          onSelect={(row) => open(row.id)}
          onOpen={toWork}
          onKey={onKey}
          onContextMenu={(row, at) => setMenu({ row, at })}
          renderRow={(row) => <PostRowView row={row} query={query} now={now} sync={sync} />}
          empty={
            narrowed ? (
              <EmptyState
                size="small"
                picture={<SearchX />}
                title={t('empty.none')}
                action={
                  <Button
                    onPress={() => {
                      setView(plainView)
                      setQuery('')
                    }}
                  >
                    {t('empty.showAll')}
                  </Button>
                }
              >
                {query.trim() === '' ? t(`empty.group.${view.group}`) : t('empty.search', { query: query.trim() })}
              </EmptyState>
            ) : (
              <EmptyState
                size="small"
                picture={<PenLine />}
                title={t('empty.title')}
                action={
                  <Button variant="primary" shortcut="N" onPress={newPost}>
                    {t('empty.first')}
                  </Button>
                }
              >
                {t('empty.text')}
              </EmptyState>
            )
          }
        />
      )}
      {menu && (
        <ContextMenu
          label={menu.row.title || t('untitled')}
          at={menu.at}
          items={entriesOf(menu.row.state, menu.row.path !== '', menu.row.plan, publishing.commandsOf(menu.row))}
          onClose={() => setMenu(null)}
        />
      )}
      {publishing.dialog}
    </div>
  )
}

const settleMs = 120

/**
 * The row the keyboard is on. It moves at once; the post opens at once too, unless an arrow is held down: then where it
 * comes to rest.
 */
function useCursor(id: string | null, go: (id: string) => void): [string | null, (id: string) => void] {
  const [cursor, setCursor] = useState(id)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const last = useRef(0)
  useEffect(() => {
    setCursor(id)
    return () => {
      if (timer.current) clearTimeout(timer.current)
    }
  }, [id])
  const open = (next: string): void => {
    const at = performance.now()
    setCursor(next)
    if (timer.current) clearTimeout(timer.current)
    if (at - last.current > settleMs) go(next)
    else timer.current = setTimeout(() => go(next), settleMs)
    last.current = at
  }
  return [cursor, open]
}
