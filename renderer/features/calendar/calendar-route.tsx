import { useNavigate, useSearch } from '@tanstack/react-router'
import { useCallback, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { instantsOf, localOf, proposeWhen, startOfDay, type When } from '../../../shared/domain/calendar.ts'
import {
  addDays,
  addMonths,
  type Day,
  dayWall,
  isoDay,
  minuteMs,
  monthGrid,
  parseDay,
  weekDays,
} from '../../../shared/domain/calendar-days.ts'
import { utcFromMs } from '../../../shared/domain/units.ts'
import { runCommand, useCommandList } from '../../app/commands.ts'
import { sentenceOf } from '../../app/errors.ts'
import { deviceZone, localeOf } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { useTitle } from '../../app/title.ts'
import { usePosts, usePostsBetween, useSetting, useStudio } from '../../data/index.ts'
import { toast } from '../../ui/toast.tsx'
import { useRemembered, useWidth } from '../../ui/use-media.ts'
import { WorkArea } from '../../ui/work-area.tsx'
import { usePlan } from '../posts/use-plan.ts'
import { calendarPost } from './calendar-post.ts'
import { CalendarView } from './calendar-view.tsx'
import { PauseState } from './paused-banner.tsx'
import type { PlanSearch, PlanView } from './plan-search.ts'
import type { CalendarActions as Actions } from './planning.ts'
import { createScene, type Scene } from './scene.ts'
import { CalendarActions, Turn } from './toolbar.tsx'
import { weekStartOf } from './words.ts'
import { ZoneChoice } from './zone-choice.tsx'

/** How far ahead the agenda looks, in days. */
const agendaDays = 400
const narrow = 1180

/** The planning calendar: `/plan?view=month|week|agenda&date=…&zone=…`. */
export default function CalendarRoute() {
  const studio = useStudio()
  const navigate = useNavigate()
  const search = useSearch({ strict: false }) as PlanSearch
  const { t } = useTranslation('calendar')
  const settings = useSetting('calendar')
  const publishing = useSetting('publishing')
  const now = useNow()
  const [rememberedView, rememberView] = useRemembered<PlanView>('calendar.view', 'month')
  // On a narrow window the days need the room: there the tray is called for.
  const isNarrow = useWidth() < narrow
  const [isTrayOpenWide, setTrayOpenWide] = useRemembered('calendar.tray', true)
  const [isTrayOpenNarrow, setTrayOpenNarrow] = useRemembered('calendar.tray.narrow', false)
  const [isTrayOpen, setTrayOpen] = isNarrow ? [isTrayOpenNarrow, setTrayOpenNarrow] : [isTrayOpenWide, setTrayOpenWide]

  const view = search.view ?? rememberedView
  const homeZone = settings.zone || deviceZone()
  const zone = search.zone ?? homeZone
  const scene = useScene(zone, settings.weekStart, now)
  const day = (search.date && parseDay(search.date)) || scene.today
  const { words } = scene

  const { from, to } = useMemo(() => rangeOf(view, day, scene), [view, day, scene])
  const rows = usePostsBetween(utcFromMs(from), utcFromMs(to))
  const posts = useMemo(() => rows.map(calendarPost), [rows])
  const draftRows = usePosts({ filter: { states: ['draft'] } })
  const drafts = useMemo(() => draftRows.filter((row) => row.plan.mode === 'draft').map(calendarPost), [draftRows])

  const go = useCallback(
    (next: PlanSearch, replace = false) =>
      navigate({ to: '/plan', search: (old: PlanSearch) => ({ ...old, ...next }), replace }),
    [navigate],
  )
  const onDay = useCallback((to: Day) => void go({ date: isoDay(to) }, true), [go])
  const onView = (to: PlanView) => {
    rememberView(to)
    void go({ view: to, date: isoDay(day) })
  }
  const onPage = (by: number) => onDay(view === 'week' ? addDays(day, 7 * by) : addMonths(day, by))
  /** The frame's command: it says what was done and offers the way back. */
  const onPause = () => runCommand('publishing.pause')

  const plan = usePlan()
  const actions = useMemo<Actions>(
    () => ({
      open: (id) => void navigate({ to: '/posts/$id', params: { id } }),
      schedule: plan,
      cancel: (id) => studio.posts.cancel(id),
      publishNow: (id) => studio.posts.publishNow(id),
      create: async (when) => {
        const id = await studio.posts.create()
        await studio.posts.schedule(id, when)
        await navigate({ to: '/posts/$id', params: { id } })
      },
    }),
    [navigate, studio, plan],
  )
  const create = (on: Day, minute: number | null) => {
    const when = newWhen(on, minute, scene)
    if (when) actions.create(when).catch((error: unknown) => toast({ message: sentenceOf(error, t), tone: 'red' }))
    else toast({ message: t('refuse.dayOver') })
  }

  const cursor = useRef<{ day: Day; minute: number | null }>({ day, minute: null })
  const onCursor = useCallback((at: { day: Day; minute: number | null }) => {
    cursor.current = at
  }, [])
  const createHere = () =>
    create(
      Math.max(cursor.current.day, scene.today) as Day,
      cursor.current.day < scene.today ? null : cursor.current.minute,
    )

  useCommandList([
    { id: 'calendar.new', titleKey: 'calendar:command.new', group: 'calendar', shortcut: 'N', run: createHere },
    {
      id: 'calendar.today',
      titleKey: 'calendar:command.today',
      group: 'calendar',
      shortcut: 'T',
      run: () => onDay(scene.today),
    },
    {
      id: 'calendar.month',
      titleKey: 'calendar:command.month',
      group: 'calendar',
      shortcut: '1',
      run: () => onView('month'),
    },
    {
      id: 'calendar.week',
      titleKey: 'calendar:command.week',
      group: 'calendar',
      shortcut: '2',
      run: () => onView('week'),
    },
    {
      id: 'calendar.agenda',
      titleKey: 'calendar:command.agenda',
      group: 'calendar',
      shortcut: '3',
      run: () => onView('agenda'),
    },
    { id: 'calendar.previous', titleKey: 'calendar:command.previous', group: 'calendar', run: () => onPage(-1) },
    { id: 'calendar.next', titleKey: 'calendar:command.next', group: 'calendar', run: () => onPage(1) },
    {
      id: 'calendar.tray',
      titleKey: 'calendar:command.tray',
      group: 'calendar',
      shortcut: 'D',
      run: () => setTrayOpen(!isTrayOpen),
    },
  ])

  const title = titleOf(view, day, scene)
  useTitle(title, t('title'))
  return (
    <WorkArea
      title={title}
      status={<Turn scene={scene} view={view} onToday={() => onDay(scene.today)} onPage={onPage} />}
      actions={
        <>
          <ZoneChoice
            label={t('zone.label')}
            zone={zone}
            homeZone={homeZone}
            at={Math.max(from, Math.min(now, to))}
            locale={words.locale}
            onChoose={(to) => void navigate({ to: '/plan', search: zoneSearch(search, to, homeZone) })}
          />
          <CalendarActions
            scene={scene}
            view={view}
            isPaused={publishing.paused}
            isTrayOpen={isTrayOpen}
            draftCount={drafts.length}
            onView={onView}
            onPause={onPause}
            onTray={setTrayOpen}
            onCreate={createHere}
          />
        </>
      }
    >
      <PauseState isPaused={publishing.paused} onResume={onPause} />
      <CalendarView
        view={view}
        day={day}
        posts={posts}
        drafts={drafts}
        scene={scene}
        homeZone={homeZone}
        now={now}
        actions={actions}
        isTrayOpen={isTrayOpen}
        label={title}
        onDay={onDay}
        onCreate={create}
        onPage={onPage}
        onCursor={onCursor}
      />
    </WorkArea>
  )
}

/** Changes with zone, language or the day, not with every minute. */
function useScene(zone: string, weekStart: number, now: number): Scene {
  const { t, i18n } = useTranslation('calendar')
  const { t: ui } = useTranslation('ui')
  const locale = localeOf(i18n.resolvedLanguage ?? i18n.language)
  const [made] = useState(new Map<string, Scene>())
  return useMemo(() => {
    const scene = createScene({
      zone,
      locale,
      weekStart: weekStartOf(weekStart, locale),
      now,
      t,
      stateWord: (state) => ui(`state.${state}`),
    })
    const key = `${zone} ${locale} ${scene.weekStart} ${scene.today}`
    const same = made.get(key)
    if (same && same.t === t) return same
    made.clear()
    made.set(key, scene)
    return scene
  }, [made, zone, locale, weekStart, now, t, ui])
}

function rangeOf(view: PlanView, day: Day, { offsets, weekStart }: Scene): { from: number; to: number } {
  switch (view) {
    case 'month':
      return instantsOf(monthGrid(day, weekStart).days, offsets)
    case 'week':
      return instantsOf(weekDays(day, weekStart), offsets)
    case 'agenda':
      return { from: startOfDay(day, offsets), to: startOfDay(addDays(day, agendaDays), offsets) }
  }
}

function titleOf(view: PlanView, day: Day, { words, weekStart, t }: Scene): string {
  switch (view) {
    case 'month':
      return words.month(day)
    case 'week': {
      const days = weekDays(day, weekStart)
      return words.range(days[0]!, days[6]!)
    }
    case 'agenda':
      return t('from', { day: words.day(day) })
  }
}

function newWhen(day: Day, minute: number | null, { offsets }: Scene): When | null {
  if (minute === null) return proposeWhen(day, offsets.zone, Date.now())
  const when = { local: localOf(dayWall(day) + minute * minuteMs), zone: offsets.zone }
  const reading = offsets.read(dayWall(day) + minute * minuteMs)
  // Pointed at a slot that is over or does not exist: the day's own proposal instead.
  return reading.kind !== 'never' && reading.at > Date.now() ? when : proposeWhen(day, offsets.zone, Date.now())
}

function zoneSearch(search: PlanSearch, zone: string, homeZone: string): PlanSearch {
  const { zone: _, ...rest } = search
  return zone === homeZone ? rest : { ...rest, zone }
}
