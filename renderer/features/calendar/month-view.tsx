// biome-ignore-all lint/a11y/useSemanticElements: an interactive grid of divs, whose rows share the height and hold buttons
// biome-ignore-all lint/a11y/useFocusableInteractive: only cells take the focus, rows and headings do not
import { memo, useCallback, useMemo, useRef } from 'react'
import { dayLengthMs } from '../../../shared/domain/calendar.ts'
import { type Day, monthGrid } from '../../../shared/domain/calendar-days.ts'
import { Chip } from './chip.tsx'
import type { PlacedPost, PostsByDay, Scene } from './scene.ts'
import { useRoom } from './use-room.ts'
import './month-view.css'

type Props = {
  day: Day
  cursor: Day
  posts: PostsByDay
  carried: PlacedPost | null
  scene: Scene
  label: string
}

const none: PlacedPost[] = []
/** Heights as in month-view.css: the day's head with its padding, and one chip with its gap. */
const headHeight = 30
const chipHeight = 24

/** Whole weeks of a month. Keys, pointer and clicks are heard by the calendar around it. */
export function MonthView({ day, cursor, posts, carried, scene, label }: Props) {
  const { days, first, next } = useMemo(() => monthGrid(day, scene.weekStart), [day, scene.weekStart])
  const weeks = useMemo(() => Array.from({ length: days.length / 7 }, (_, i) => days.slice(i * 7, i * 7 + 7)), [days])
  const body = useRef<HTMLDivElement>(null)
  const rows = weeks.length
  const linesOf = useCallback((element: HTMLElement) => (element.clientHeight / rows - headHeight) / chipHeight, [rows])
  const capacity = useRoom(body, `lines of a day in ${rows} weeks`, linesOf)
  return (
    <div className="calendar-month" role="grid" aria-label={label}>
      <div className="calendar-weekdays" role="row">
        {weeks[0]?.map((each) => (
          <div key={each} role="columnheader" aria-label={scene.words.weekday(each, 'long')}>
            {scene.words.weekday(each, 'short')}
          </div>
        ))}
      </div>
      <div ref={body} className="calendar-weeks" role="rowgroup">
        {weeks.map((week) => (
          <div key={week[0]} className="calendar-week-row" role="row">
            {week.map((each) => (
              <DayCell
                key={each}
                day={each}
                posts={capacity === 0 ? none : (posts.get(each) ?? none)}
                carried={carried?.day === each ? carried : null}
                capacity={capacity}
                isOutside={each < first || each >= next}
                isCursor={each === cursor}
                scene={scene}
              />
            ))}
          </div>
        ))}
      </div>
    </div>
  )
}

type CellProps = {
  day: Day
  posts: PlacedPost[]
  carried: PlacedPost | null
  capacity: number
  isOutside: boolean
  isCursor: boolean
  scene: Scene
}

const DayCell = memo(function DayCell({ day, posts, carried, capacity, isOutside, isCursor, scene }: CellProps) {
  const { words, t } = scene
  const room = carried ? capacity - 1 : capacity
  // The last line says how many are left, so it never hides just one.
  const shown = posts.length > room ? posts.slice(0, Math.max(0, room - 1)) : posts
  const hidden = posts.length - shown.length
  const isToday = day === scene.today
  const hours = dayLengthMs(day, scene.offsets) / 3_600_000
  const isFirst = words.dayNumber(day) === words.number(1)
  const count = posts.length + (carried ? 1 : 0)
  return (
    <div
      role="gridcell"
      className="calendar-day"
      data-day={day}
      data-drop="day"
      data-items={day}
      data-outside={isOutside ? '' : undefined}
      data-past={day < scene.today ? '' : undefined}
      data-absent={hours === 0 ? '' : undefined}
      tabIndex={isCursor ? 0 : -1}
      aria-current={isToday ? 'date' : undefined}
    >
      <span className="sr-only">{cellLabel(day, count, hours, scene)}</span>
      <div className="calendar-day-head" aria-hidden>
        <span className="calendar-day-number num" data-today={isToday ? '' : undefined}>
          {isFirst ? words.firstOfMonth(day) : words.dayNumber(day)}
        </span>
        {isToday && <span className="calendar-day-today">{t('today')}</span>}
        {hours !== 24 && (
          <span className="calendar-day-hours" title={t(hours < 24 ? 'shortDay' : 'longDay')}>
            {t('hours', { hours: words.number(hours) })}
          </span>
        )}
      </div>
      {carried && <Chip placed={carried} scene={scene} isCarried />}
      {shown.map((placed) => (
        <Chip key={placed.item.id} placed={placed} scene={scene} />
      ))}
      {hidden > 0 && (
        <button type="button" className="calendar-more" data-more={day} tabIndex={-1}>
          {scene.counted('more', hidden)}
        </button>
      )}
    </div>
  )
})

function cellLabel(day: Day, count: number, hours: number, { words, t, today, counted }: Scene): string {
  const parts = [words.dayLong(day), counted('postCount', count)]
  if (day === today) parts.unshift(t('today'))
  if (hours !== 24) parts.push(t('hoursLong', { hours: words.number(hours) }))
  return parts.join(', ')
}
