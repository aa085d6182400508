import '@fontsource-variable/inter/opsz.css'
import '../../../renderer/ui/tokens.css'
import '../../../renderer/ui/base.css'
import '../../../renderer/app/frame.css'
import i18next from 'i18next'
import { useMemo, useState } from 'react'
import { flushSync } from 'react-dom'
import { createRoot, type Root } from 'react-dom/client'
import { useTranslation } from 'react-i18next'
import { startI18n } from '../../../renderer/app/i18n.ts'
import type { CalendarPost } from '../../../renderer/features/calendar/calendar-post.ts'
import { CalendarView } from '../../../renderer/features/calendar/calendar-view.tsx'
import { PausedBanner } from '../../../renderer/features/calendar/paused-banner.tsx'
import type { PlanView } from '../../../renderer/features/calendar/plan-search.ts'
import type { CalendarActions } from '../../../renderer/features/calendar/planning.ts'
import { createScene } from '../../../renderer/features/calendar/scene.ts'
import { CalendarActions as Toolbar, Turn } from '../../../renderer/features/calendar/toolbar.tsx'
import { weekStartOf } from '../../../renderer/features/calendar/words.ts'
import { ZoneChoice } from '../../../renderer/features/calendar/zone-choice.tsx'
import { ToastRegion } from '../../../renderer/ui/toast.tsx'
import { WorkArea } from '../../../renderer/ui/work-area.tsx'
import { checkWhen } from '../../../shared/domain/calendar.ts'
import { addDays, addMonths, type Day, parseDay, startOfMonth } from '../../../shared/domain/calendar-days.ts'
import { sampleDrafts, samplePosts } from './sample.ts'

type Setting = {
  view: PlanView
  day: string
  zone: string
  count: number
  drafts: number
  locale: string
  now: number
  theme: string
  paused: boolean
}

const query = new URLSearchParams(location.search)
const setting = (name: string, otherwise: string) => query.get(name) ?? otherwise
const initial: Setting = {
  view: setting('view', 'month') as PlanView,
  day: setting('day', '2026-06-10'),
  zone: setting('zone', 'Europe/Berlin'),
  count: Number(setting('count', '40')),
  drafts: Number(setting('drafts', '6')),
  locale: setting('locale', 'en-GB'),
  now: Date.parse(setting('now', new Date().toISOString())),
  theme: setting('theme', 'light'),
  paused: query.has('paused'),
}

/** The calendar as it is in the studio, over posts in memory: what is measured is the drawing, not the database. */
function Harness({ start, sample }: { start: Setting; sample: CalendarPost[] }) {
  const { t } = useTranslation('calendar')
  const { t: ui } = useTranslation('ui')
  const [posts, setPosts] = useState(sample)
  const [drafts, setDrafts] = useState(() => sampleDrafts(start.drafts))
  const [view, setView] = useState(start.view)
  const [day, setDay] = useState(parseDay(start.day)!)
  const [zone, setZone] = useState(start.zone)
  const [isTrayOpen, setTrayOpen] = useState(!query.has('notray'))
  const scene = useMemo(
    () =>
      createScene({
        zone,
        locale: start.locale,
        weekStart: weekStartOf(0, start.locale),
        now: start.now,
        t,
        stateWord: (state) => ui(`state.${state}`),
      }),
    [zone, start, t, ui],
  )
  const actions = useMemo<CalendarActions>(() => {
    const set = (id: string, change: (post: CalendarPost) => CalendarPost) => {
      setPosts((all) => {
        const known = all.find((post) => post.id === id) ?? sampleDrafts(start.drafts).find((post) => post.id === id)!
        return [...all.filter((post) => post.id !== id), change(known)].filter((post) => post.mode !== 'draft')
      })
      setDrafts((all) => all.filter((post) => post.id !== id))
    }
    const log = (...said: unknown[]) => {
      Object.assign(window, { last: said })
    }
    return {
      open: (id) => log('open', id),
      schedule: async (id, when) => {
        log('schedule', id, when)
        await new Promise((done) => setTimeout(done, 20))
        set(id, (post) => ({ ...post, ...when, at: checkWhen(when, 0).at, mode: 'schedule', state: 'scheduled' }))
      },
      cancel: async (id) => {
        log('cancel', id)
        setPosts((all) => all.filter((post) => post.id !== id))
        setDrafts((all) => [{ ...sampleDrafts(1)[0]!, id, title: 'Back again' }, ...all])
      },
      publishNow: async (id) => log('publishNow', id),
      create: async (when) => log('create', when),
    }
  }, [start])
  const onPage = (by: number) => setDay(view === 'week' ? addDays(day, 7 * by) : addMonths(day, by))
  const label = view === 'week' ? scene.words.range(day, addDays(day, 6)) : scene.words.month(day)
  return (
    <main className="frame-main" style={{ height: '100vh', display: 'flex', flexDirection: 'column' }}>
      <WorkArea
        title={label}
        status={<Turn scene={scene} view={view} onToday={() => setDay(scene.today)} onPage={onPage} />}
        actions={
          <>
            <ZoneChoice
              label={t('zone.label')}
              zone={zone}
              homeZone="Europe/Berlin"
              at={start.now}
              locale={start.locale}
              onChoose={setZone}
            />
            <Toolbar
              scene={scene}
              view={view}
              isPaused={start.paused}
              isTrayOpen={isTrayOpen}
              draftCount={drafts.length}
              onView={setView}
              onPause={() => {}}
              onTray={setTrayOpen}
              onCreate={() => {}}
            />
          </>
        }
      >
        {start.paused && <PausedBanner reach="waiting" onResume={() => {}} />}
        <CalendarView
          view={view}
          day={day}
          posts={posts}
          drafts={drafts}
          scene={scene}
          homeZone="Europe/Berlin"
          now={start.now}
          actions={actions}
          isTrayOpen={isTrayOpen}
          label={label}
          onDay={(to: Day) => setDay(to)}
          onCreate={(on, minute) => Object.assign(window, { last: ['create', on, minute] })}
          onPage={onPage}
          onCursor={() => {}}
        />
      </WorkArea>
      <ToastRegion />
    </main>
  )
}

document.documentElement.dataset.theme = initial.theme
await startI18n()
await i18next.changeLanguage(initial.locale.split('-')[0])
await i18next.loadNamespaces(['calendar', 'ui', 'app'])

let root: Root | undefined
const sampleOf = (start: Setting) =>
  samplePosts(start.count, startOfMonth(parseDay(start.day)!), 30, 'Europe/Berlin', start.now)
const draw = (start: Setting, sample: CalendarPost[]) => {
  root = createRoot(document.getElementById('root')!)
  flushSync(() => root!.render(<Harness start={start} sample={sample} />))
}

/** Draws the calendar from nothing; resolves with the milliseconds until it was laid out and until it was on screen. */
async function measure(change: Partial<Setting>): Promise<{ laidOutMs: number; shownMs: number; chips: number }> {
  root?.unmount()
  root = undefined
  const start = { ...initial, ...change }
  const sample = sampleOf(start)
  await new Promise((done) => setTimeout(done, 50))
  performance.mark('calendar:start')
  draw(start, sample)
  document.body.getBoundingClientRect()
  performance.mark('calendar:laid-out')
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)))
  performance.mark('calendar:shown')
  return {
    laidOutMs: performance.measure('laid out', 'calendar:start', 'calendar:laid-out').duration,
    shownMs: performance.measure('shown', 'calendar:start', 'calendar:shown').duration,
    chips: document.querySelectorAll('[data-chip]').length,
  }
}

draw(initial, sampleOf(initial))
Object.assign(window, { measure, ready: true })
