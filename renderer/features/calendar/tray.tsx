// biome-ignore-all lint/a11y/useSemanticElements: a virtual list: rows are placed by hand
// biome-ignore-all lint/a11y/useFocusableInteractive: the buttons in the rows take the focus
// biome-ignore-all lint/a11y/noStaticElementInteractions: hears for the buttons inside it
import { useVirtualizer } from '@tanstack/react-virtual'
import { CalendarPlus, GripVertical, Inbox } from 'lucide-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { IconButton } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import type { CalendarPost } from './calendar-post.ts'
import type { Scene } from './scene.ts'
import './tray.css'

type Props = {
  drafts: readonly CalendarPost[]
  scene: Scene
  onPickUp(post: CalendarPost): void
  onSchedule(post: CalendarPost): void
}

const rowHeight = 40

/** Drafts that have no time yet: dragged onto a day, or given one by “Schedule…”. A planned post dropped here loses its. */
export function Tray({ drafts, scene, onPickUp, onSchedule }: Props) {
  const { t, words } = scene
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(0)
  const wantsFocus = useRef(false)
  const virtual = useVirtualizer({
    count: drafts.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => drafts[index]!.id,
    overscan: 6,
  })
  const current = Math.min(active, Math.max(0, drafts.length - 1))

  useEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[data-row="${current}"]`)?.focus()
  }, [current])

  const onKeyDown = (event: KeyboardEvent) => {
    const row = (event.target as HTMLElement).dataset.row
    if (row === undefined || event.metaKey || event.ctrlKey || event.altKey) return
    const post = drafts[Number(row)]
    const target = { ArrowDown: current + 1, ArrowUp: current - 1, Home: 0, End: drafts.length - 1 }[event.key]
    if (target !== undefined) {
      const next = Math.max(0, Math.min(drafts.length - 1, target))
      virtual.scrollToIndex(next)
      wantsFocus.current = next !== current
      setActive(next)
    } else if (event.key === ' ' && post) onPickUp(post)
    else if (event.key.toLowerCase() === 'm' && post) onSchedule(post)
    else return
    event.preventDefault()
    event.stopPropagation()
  }

  return (
    <aside className="calendar-tray" aria-label={t('tray.label')} data-drop="tray">
      <h2 className="calendar-tray-title">
        {t('tray.label')}
        <span className="num">{words.number(drafts.length)}</span>
      </h2>
      {drafts.length === 0 ? (
        <EmptyState size="small" picture={<Inbox />} title={t('tray.emptyTitle')}>
          {t('tray.empty')}
        </EmptyState>
      ) : (
        <div className="calendar-tray-list" ref={scroller} onKeyDown={onKeyDown}>
          <div
            role="list"
            aria-label={t('tray.label')}
            style={{ height: virtual.getTotalSize(), position: 'relative' }}
          >
            {virtual.getVirtualItems().map((item) => {
              const post = drafts[item.index]
              if (!post) return null
              return (
                <div
                  key={item.key}
                  role="listitem"
                  className="calendar-tray-item"
                  aria-posinset={item.index + 1}
                  aria-setsize={drafts.length}
                  style={{ height: item.size, transform: `translateY(${item.start}px)` }}
                >
                  <button
                    type="button"
                    className="calendar-tray-post"
                    data-chip={post.id}
                    data-row={item.index}
                    data-state={post.state}
                    tabIndex={item.index === current ? 0 : -1}
                    onFocus={() => setActive(item.index)}
                  >
                    <GripVertical aria-hidden />
                    <span className="truncate">{post.title || t('untitled')}</span>
                  </button>
                  <IconButton
                    size="compact"
                    label={t('tray.schedule', { title: post.title || t('untitled') })}
                    icon={<CalendarPlus aria-hidden />}
                    onPress={() => onSchedule(post)}
                  />
                </div>
              )
            })}
          </div>
        </div>
      )}
    </aside>
  )
}
