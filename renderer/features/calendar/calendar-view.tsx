// biome-ignore-all lint/a11y/noStaticElementInteractions: hears for the grid, the list and the buttons inside it
// biome-ignore-all lint/a11y/useKeyWithClickEvents: the keys are heard beside the click
import { type MouseEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import { placeByDay, proposeFrom } from '../../../shared/domain/calendar.ts'
import { type Day, monthGrid, weekDays } from '../../../shared/domain/calendar-days.ts'
import { weekAxis } from '../../../shared/domain/calendar-week.ts'
import { AgendaView } from './agenda-view.tsx'
import type { CalendarPost } from './calendar-post.ts'
import { CarryBar } from './carry-bar.tsx'
import { ChipMenu, type MenuPlace } from './chip-menu.tsx'
import { DayDialog } from './day-dialog.tsx'
import { DragLayer } from './drag-layer.tsx'
import { type Cursor, type GridKeys, onGridKey } from './grid-keys.ts'
import { MonthView } from './month-view.tsx'
import type { PlanView } from './plan-search.ts'
import type { CalendarActions } from './planning.ts'
import { PostDetail } from './post-detail.tsx'
import type { PostsByDay, Scene } from './scene.ts'
import { Tray } from './tray.tsx'
import { useAnnouncer } from './use-announcer.tsx'
import { useCarry } from './use-carry.ts'
import { useHoverDetail } from './use-hover-detail.tsx'
import { usePlanning } from './use-planning.ts'
import { WeekView } from './week-view.tsx'
import { WhenDialog } from './when-dialog.tsx'
import './calendar-view.css'

type Props = {
  view: PlanView
  day: Day
  posts: readonly CalendarPost[]
  drafts: readonly CalendarPost[]
  scene: Scene
  homeZone: string
  now: number
  actions: CalendarActions
  isTrayOpen: boolean
  label: string
  onDay(day: Day): void
  /** A post is made on a day, at a time of day in minutes where one was pointed at. */
  onCreate(day: Day, minute: number | null): void
  onPage(by: number): void
  /** Where the keyboard stands, for “new post on this day”. */
  onCursor(cursor: { day: Day; minute: number | null }): void
}

/** The calendar itself, without toolbar or data: three views, the drafts' tray, and every way of moving a post. */
export function CalendarView(props: Props) {
  const { view, day, scene, actions, onDay, label } = props
  const [say, announcer] = useAnnouncer()
  const planning = usePlanning(props.posts, props.drafts, actions, scene)
  const carrying = useCarry(planning, scene, say)
  const [openDay, setOpenDay] = useState<Day | null>(null)
  const [moving, setMoving] = useState<CalendarPost | null>(null)
  const [menu, setMenu] = useState<MenuPlace | null>(null)
  const root = useRef<HTMLDivElement>(null)

  const carriedId = carrying.carry?.post.id
  const byDay: PostsByDay = useMemo(() => {
    const shown = carriedId ? planning.posts.filter((post) => post.id !== carriedId) : planning.posts
    return placeByDay(shown, (post) => post.at, scene.offsets)
  }, [planning.posts, carriedId, scene.offsets])
  const byId = useMemo(
    () => new Map([...planning.drafts, ...planning.posts].map((post) => [post.id, post])),
    [planning.posts, planning.drafts],
  )
  const hover = useHoverDetail((id) => {
    const post = byId.get(id)
    return post && <PostDetail post={post} scene={scene} />
  })

  const days = useMemo(
    () => (view === 'week' ? weekDays(day, scene.weekStart) : monthGrid(day, scene.weekStart).days),
    [view, day, scene.weekStart],
  )
  const axis = useMemo(() => (view === 'week' ? weekAxis(days, scene.offsets) : null), [view, days, scene.offsets])
  const { cursor, setCursor, focusCell, focusPost } = useCursor(root, days, day, view)
  const slot = axis?.slots[cursor.slot]
  const { onCursor } = props
  useEffect(() => onCursor({ day: cursor.day, minute: slot?.minute ?? null }), [onCursor, cursor.day, slot?.minute])

  // A held post is drawn in another cell after each step: the focus goes with it.
  useLayoutEffect(() => {
    if (carrying.carry) root.current?.querySelector<HTMLElement>('[data-carried]')?.focus()
  })

  const isShown = (each: Day) => each >= days[0]! && each <= days[days.length - 1]!
  const reveal = (to: Day) => {
    if (isShown(to)) return setCursor({ ...cursor, day: to })
    setCursor({ ...cursor, day: to })
    onDay(to)
  }
  const moveCursor = (to: Cursor) => {
    focusCell(to)
    if (!isShown(to.day)) onDay(to.day)
  }
  const grid = (): GridKeys => ({
    root: root.current!,
    view,
    cursor,
    weekStart: scene.weekStart,
    slotCount: axis?.slots.length ?? 0,
    carrying,
    postOf: (id) => byId.get(id),
    moveCursor,
    reveal,
    focusPost,
    openDay: setOpenDay,
    openMove: setMoving,
    unschedule: planning.unschedule,
    say,
    emptyText: scene.t('emptySlot'),
  })

  const onClick = (event: MouseEvent) => {
    const target = event.target as Element
    const chip = target.closest<HTMLElement>('[data-chip]')
    const more = target.closest<HTMLElement>('[data-more]')
    if (chip && !carrying.carry) actions.open(chip.dataset.chip!)
    else if (more) setOpenDay(Number(more.dataset.more) as Day)
  }
  const onDoubleClick = (event: MouseEvent) => {
    const target = event.target as Element
    const cell = target.closest<HTMLElement>('[data-day]')
    if (!cell || target.closest('[data-chip], [data-more]')) return
    const at = cell.dataset.slot === undefined ? undefined : axis?.slots[Number(cell.dataset.slot)]
    props.onCreate(Number(cell.dataset.day) as Day, at?.minute ?? null)
  }
  const onContextMenu = (event: MouseEvent) => {
    const chip = (event.target as Element).closest<HTMLElement>('[data-chip]')
    const post = chip && byId.get(chip.dataset.chip!)
    if (!post) return
    event.preventDefault()
    setMenu({ post, element: chip })
  }

  return (
    <>
      <div
        className="calendar"
        ref={root}
        onClick={onClick}
        onDoubleClick={onDoubleClick}
        onContextMenu={onContextMenu}
        onKeyDown={(event) => view !== 'agenda' && onGridKey(event, grid())}
        onFocus={(event) => {
          const cell = (event.target as HTMLElement).closest<HTMLElement>('[data-day], [data-items]')
          if (!cell || carrying.carry) return
          const at = Number(cell.dataset.day ?? cell.dataset.items) as Day
          setCursor({ day: at, slot: cell.dataset.slot === undefined ? cursor.slot : Number(cell.dataset.slot) })
        }}
        {...hover.props}
      >
        <div className="calendar-main">
          {view === 'month' && (
            <MonthView
              day={day}
              cursor={cursor.day}
              posts={byDay}
              carried={carrying.placed}
              scene={scene}
              label={label}
            />
          )}
          {view === 'week' && axis && (
            <WeekView
              days={days}
              axis={axis}
              cursor={cursor}
              posts={byDay}
              carried={carrying.placed}
              now={props.now}
              scene={scene}
              label={label}
            />
          )}
          {view === 'agenda' && (
            <AgendaView
              day={day}
              posts={byDay}
              scene={scene}
              label={label}
              onDay={onDay}
              onMove={setMoving}
              postOf={(id) => byId.get(id)}
            />
          )}
          {view !== 'agenda' && props.posts.length === 0 && !carrying.carry && (
            <p className="calendar-hint">{scene.t(view === 'month' ? 'hint.month' : 'hint.week')}</p>
          )}
          {carrying.carry && <CarryBar carry={carrying.carry} scene={scene} view={view} />}
        </div>
        {props.isTrayOpen && (
          <Tray
            drafts={planning.drafts}
            scene={scene}
            onPickUp={(post) => view !== 'agenda' && carrying.begin(post, cursor.day)}
            onSchedule={setMoving}
          />
        )}
        <DragLayer
          root={root}
          scene={scene}
          postOf={(id) => byId.get(id)}
          slotOf={(element) => axis?.slots[Number(element.dataset.slot)]}
          planning={planning}
          onPage={props.onPage}
          isHeld={carrying.carry !== null}
        />
        {hover.detail}
        {announcer}
      </div>
      {openDay !== null && (
        <DayDialog
          day={openDay}
          posts={byDay.get(openDay)}
          scene={scene}
          onOpen={actions.open}
          onMove={setMoving}
          onCreate={() => props.onCreate(openDay, null)}
          onClose={() => setOpenDay(null)}
        />
      )}
      {moving && (
        <WhenDialog
          title={scene.t(moving.mode === 'draft' ? 'when.schedule' : 'when.move', {
            title: moving.title || scene.t('untitled'),
          })}
          start={startOf(moving, scene, day)}
          scene={scene}
          homeZone={props.homeZone}
          onDone={(when) => planning.place(moving, when)}
          onClose={() => setMoving(null)}
        />
      )}
      {menu && (
        <ChipMenu
          place={menu}
          scene={scene}
          canCarry={view !== 'agenda'}
          onOpen={actions.open}
          onMove={setMoving}
          // Once the menu has given the focus back, or it would take it from the post in hand.
          onPickUp={(post) => setTimeout(() => carrying.begin(post, cursor.day), 50)}
          onUnschedule={planning.unschedule}
          onClose={() => setMenu(null)}
        />
      )}
    </>
  )
}

/** The cursor of the grid, and the focus that follows it once the cell it went to has been drawn. */
function useCursor(root: React.RefObject<HTMLDivElement | null>, days: Day[], day: Day, view: PlanView) {
  const [held, setHeld] = useState<Cursor>({ day, slot: 18 })
  const wanted = useRef<string[] | null>(null)
  const isShown = held.day >= days[0]! && held.day <= days[days.length - 1]!
  const cursor = isShown ? held : { ...held, day }

  useLayoutEffect(() => {
    if (!wanted.current) return
    const found = wanted.current.map((each) => root.current?.querySelector<HTMLElement>(each)).find(Boolean)
    if (!found) return
    wanted.current = null
    found.focus()
  })
  const cellOf = (to: Cursor) => `[data-day="${to.day}"]${view === 'week' ? `[data-slot="${to.slot}"]` : ''}`
  return {
    cursor,
    setCursor: (to: Cursor) => {
      if (to.day !== cursor.day || to.slot !== cursor.slot) setHeld(to)
    },
    focusCell: (to: Cursor) => {
      wanted.current = [cellOf(to)]
      setHeld({ ...to })
    },
    focusPost: (id: string, at: Cursor) => {
      wanted.current = [`[data-items] > [data-chip="${CSS.escape(id)}"]`, cellOf(at)]
      setHeld({ ...at })
    },
  }
}

function startOf(post: CalendarPost, scene: Scene, day: Day): { local: string; zone: string } {
  if (post.mode === 'schedule' && post.local) return { local: post.local, zone: post.zone }
  return proposeFrom(Math.max(day, scene.today) as Day, scene.offsets.zone, Date.now())
}
