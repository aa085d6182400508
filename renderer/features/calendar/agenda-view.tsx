// biome-ignore-all lint/a11y/useSemanticElements: a virtual list: rows are placed by hand
// biome-ignore-all lint/a11y/useFocusableInteractive: the buttons in the rows take the focus
// biome-ignore-all lint/a11y/noStaticElementInteractions: hears for the buttons inside it
import { useVirtualizer } from '@tanstack/react-virtual'
import { CalendarPlus, ChevronUp } from 'lucide-react'
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react'
import { addDays, type Day } from '../../../shared/domain/calendar-days.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { type CalendarPost, isFixed } from './calendar-post.ts'
import { timeText } from './chip.tsx'
import type { PlacedPost, PostsByDay, Scene } from './scene.ts'
import { StateIcon } from './state-icon.tsx'
import { placeOf } from './words.ts'
import './agenda-view.css'

type Row = { kind: 'day'; day: Day; count: number } | { kind: 'post'; placed: PlacedPost }

const dayHeight = 44
const postHeight = 36

type ListProps = {
  posts: PostsByDay
  scene: Scene
  label: string
  /** Without the headings of the days, where there is only one. */
  isBare?: boolean
}

/** Posts one under the other, by day. Draws only what is in sight. Enter and clicks are heard by the calendar around it. */
export function AgendaList({ posts, scene, label, isBare }: ListProps) {
  const rows = useMemo(() => rowsOf(posts, isBare), [posts, isBare])
  const scroller = useRef<HTMLDivElement>(null)
  const [active, setActive] = useState(() =>
    Math.max(
      0,
      rows.findIndex((row) => row.kind === 'post'),
    ),
  )
  const wantsFocus = useRef(isBare ?? false)
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (rows[index]?.kind === 'day' ? dayHeight : postHeight),
    getItemKey: (index) => keyOf(rows[index]!),
    overscan: 10,
    paddingEnd: 24,
    scrollPaddingStart: dayHeight,
  })

  useEffect(() => {
    if (!wantsFocus.current) return
    wantsFocus.current = false
    scroller.current?.querySelector<HTMLElement>(`[data-row="${active}"]`)?.focus()
  }, [active])

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.metaKey || event.ctrlKey || event.altKey) return
    const page = Math.floor((scroller.current?.clientHeight ?? 400) / postHeight) - 1
    const target = nextRow(rows, active, event.key, page)
    if (target === null) return
    event.preventDefault()
    event.stopPropagation()
    virtual.scrollToIndex(target)
    if (target === active) return
    wantsFocus.current = true
    setActive(target)
  }

  return (
    <div className="calendar-agenda" ref={scroller} onKeyDown={onKeyDown} data-scroller>
      <div className="calendar-agenda-space" role="list" aria-label={label} style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index]
          if (!row) return null
          const style = { height: item.size, transform: `translateY(${item.start}px)` }
          return (
            <div
              key={item.key}
              role="listitem"
              className="calendar-agenda-item"
              data-kind={row.kind}
              style={style}
              aria-posinset={item.index + 1}
              aria-setsize={rows.length}
            >
              {row.kind === 'day' ? (
                <AgendaDay day={row.day} count={row.count} scene={scene} />
              ) : (
                <AgendaPost
                  placed={row.placed}
                  index={item.index}
                  isActive={item.index === active}
                  onFocus={setActive}
                  scene={scene}
                />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function AgendaDay({ day, count, scene }: { day: Day; count: number; scene: Scene }) {
  const { words, t, today } = scene
  return (
    <h2 className="calendar-agenda-day" data-today={day === today ? '' : undefined}>
      {day === today ? `${t('today')}, ` : day === today + 1 ? `${t('tomorrow')}, ` : ''}
      {words.dayLong(day)}
      <span className="calendar-agenda-count num">{words.number(count)}</span>
    </h2>
  )
}

type PostProps = { placed: PlacedPost; index: number; isActive: boolean; onFocus(index: number): void; scene: Scene }

function AgendaPost({ placed, index, isActive, onFocus, scene }: PostProps) {
  const { item: post } = placed
  const own = post.zone !== '' && post.zone !== scene.offsets.zone
  return (
    <button
      type="button"
      className="calendar-agenda-post"
      data-chip={post.id}
      data-row={index}
      data-state={post.state}
      tabIndex={isActive ? 0 : -1}
      onFocus={() => onFocus(index)}
    >
      <span className="calendar-agenda-time num">{timeText(placed, scene)}</span>
      <span className="calendar-agenda-title truncate">{post.title || scene.t('untitled')}</span>
      {own && (
        <span className="calendar-agenda-zone">
          {post.local.slice(11, 16)} {placeOf(post.zone)}
        </span>
      )}
      <span className="calendar-agenda-state">
        <StateIcon state={post.state} />
        {scene.stateWord(post.state)}
        {isFixed(post) && <span className="sr-only">, {scene.t('fixed')}</span>}
      </span>
    </button>
  )
}

function rowsOf(posts: PostsByDay, isBare = false): Row[] {
  const rows: Row[] = []
  for (const day of [...posts.keys()].sort((a, b) => a - b)) {
    const list = posts.get(day)!
    if (!isBare) rows.push({ kind: 'day', day, count: list.length })
    for (const placed of list) rows.push({ kind: 'post', placed })
  }
  return rows
}

type ViewProps = {
  day: Day
  posts: PostsByDay
  scene: Scene
  label: string
  onDay(day: Day): void
  onMove(post: CalendarPost): void
  postOf(id: string): CalendarPost | undefined
}

/** What comes from a day on, for as far as posts are planned. */
export function AgendaView({ day, posts, scene, label, onDay, onMove, postOf }: ViewProps) {
  const { t } = scene
  const onKeyDown = (event: KeyboardEvent) => {
    const post = postOf((event.target as HTMLElement).dataset.chip ?? '')
    const isMove = event.key.toLowerCase() === 'm' || event.key === ' '
    if (!post || !isMove || event.metaKey || event.ctrlKey || event.altKey || isFixed(post)) return
    event.preventDefault()
    event.stopPropagation()
    onMove(post)
  }
  return (
    <div className="calendar-agenda-view" onKeyDown={onKeyDown}>
      <div className="calendar-agenda-earlier">
        <Button
          variant="quiet"
          size="compact"
          icon={<ChevronUp aria-hidden />}
          onPress={() => onDay(addDays(day, -30))}
        >
          {t('earlier')}
        </Button>
      </div>
      {posts.size === 0 ? (
        <EmptyState picture={<CalendarPlus />} title={t('agendaEmpty.title')}>
          {t('agendaEmpty.text')}
        </EmptyState>
      ) : (
        // A list from another day on is another list: it starts at its top.
        <AgendaList key={day} posts={posts} scene={scene} label={label} />
      )}
    </div>
  )
}

const keyOf = (row: Row): string => (row.kind === 'day' ? `day-${row.day}` : row.placed.item.id)

/** The row that a key leads to; headings are passed over. */
function nextRow(rows: Row[], from: number, key: string, page: number): number | null {
  const step = (start: number, by: 1 | -1): number => {
    let at = Math.max(0, Math.min(rows.length - 1, start))
    while (rows[at]?.kind === 'day') at += by
    return rows[at] ? at : from
  }
  switch (key) {
    case 'ArrowDown':
      return step(from + 1, 1)
    case 'ArrowUp':
      return step(from - 1, -1)
    case 'PageDown':
      return step(from + page, -1)
    case 'PageUp':
      return step(from - page, 1)
    case 'Home':
      return step(0, 1)
    case 'End':
      return step(rows.length - 1, -1)
    default:
      return null
  }
}
