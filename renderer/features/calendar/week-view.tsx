// biome-ignore-all lint/a11y/useSemanticElements: an interactive grid of divs under chips that lie across its rows
// biome-ignore-all lint/a11y/useFocusableInteractive: only cells take the focus, rows and headings do not
import { memo, useLayoutEffect, useMemo, useRef } from 'react'
import { dayLengthMs } from '../../../shared/domain/calendar.ts'
import { type Day, dayOfWall, dayWall, minuteMs } from '../../../shared/domain/calendar-days.ts'
import { layLanes, slotPosition, type WeekAxis } from '../../../shared/domain/calendar-week.ts'
import { Chip } from './chip.tsx'
import type { PlacedPost, PostsByDay, Scene } from './scene.ts'
import { useRoom } from './use-room.ts'
import { WeekSlots } from './week-slots.tsx'
import './week-view.css'

/** As in week-view.css. */
export const slotHeight = 24
const chipSlots = 22 / slotHeight
const laneWidth = 62
const firstHourShown = 7

type Props = {
  days: Day[]
  axis: WeekAxis
  cursor: { day: Day; slot: number }
  posts: PostsByDay
  carried: PlacedPost | null
  now: number
  scene: Scene
  label: string
}

/** Seven days by the clock, in half hours. Keys, pointer and clicks are heard by the calendar around it. */
export function WeekView({ days, axis, cursor, posts, carried, now, scene, label }: Props) {
  const scroller = useRef<HTMLDivElement>(null)
  const columns = useRef<HTMLDivElement>(null)
  const lanes = useRoom(columns, 'lanes of a day', lanesOf)

  useLayoutEffect(() => {
    scroller.current?.scrollTo({ top: firstHourShown * 2 * slotHeight })
  }, [])

  return (
    <div className="calendar-week" ref={scroller} data-scroller>
      <div role="grid" aria-label={label} className="calendar-week-grid">
        <WeekHead days={days} scene={scene} />
        <WeekSlots days={days} axis={axis} posts={posts} cursor={cursor} scene={scene} />
      </div>
      <div className="calendar-week-posts" ref={columns}>
        {days.map((each) => (
          <DayColumn
            key={each}
            posts={lanes === 0 ? undefined : posts.get(each)}
            carried={carried?.day === each ? carried : null}
            axis={axis}
            lanes={lanes}
            day={each}
            scene={scene}
          />
        ))}
        <NowLine days={days} axis={axis} now={now} scene={scene} />
      </div>
    </div>
  )
}

function WeekHead({ days, scene }: { days: Day[]; scene: Scene }) {
  const { words, t } = scene
  return (
    <div role="row" className="calendar-week-head">
      <span role="columnheader" className="calendar-week-corner">
        <span className="sr-only">{t('timeColumn')}</span>
      </span>
      {days.map((each) => {
        const hours = dayLengthMs(each, scene.offsets) / 3_600_000
        const isToday = each === scene.today
        return (
          <div
            key={each}
            role="columnheader"
            className="calendar-week-day"
            data-past={each < scene.today ? '' : undefined}
            aria-label={words.dayLong(each)}
          >
            <span>{words.weekday(each, 'short')}</span>
            <span className="calendar-day-number num" data-today={isToday ? '' : undefined}>
              {words.dayNumber(each)}
            </span>
            {isToday && <span className="calendar-day-today">{t('today')}</span>}
            {hours !== 24 && (
              <span className="calendar-day-hours" title={t(hours < 24 ? 'shortDay' : 'longDay')}>
                {t('hours', { hours: words.number(hours) })}
              </span>
            )}
          </div>
        )
      })}
    </div>
  )
}

type ColumnProps = {
  posts: PlacedPost[] | undefined
  carried: PlacedPost | null
  axis: WeekAxis
  lanes: number
  day: Day
  scene: Scene
}

const minuteOf = (placed: PlacedPost): number => (placed.wall - dayWall(placed.day)) / minuteMs

const DayColumn = memo(function DayColumn({ posts, carried, axis, lanes, day, scene }: ColumnProps) {
  const laid = useMemo(() => {
    const items = (posts ?? []).map((item) => ({ item, top: slotPosition(axis, minuteOf(item), item.second) }))
    return layLanes(items, chipSlots, lanes)
  }, [posts, axis, lanes])
  return (
    <div className="calendar-week-column" data-items={day}>
      {laid.chips.map(({ item, top, lane, lanes: of }) => (
        <Chip
          key={item.item.id}
          placed={item}
          scene={scene}
          look="block"
          isTight={of > 1}
          style={{ top: top * slotHeight + 1, left: `${(lane / of) * 100}%`, width: `${100 / of}%` }}
        />
      ))}
      {laid.overflows.map(({ items, top, lane, lanes: of }) => (
        <button
          key={top}
          type="button"
          className="calendar-more calendar-more-block"
          data-more={day}
          tabIndex={-1}
          aria-label={scene.counted('more', items.length)}
          style={{ top: top * slotHeight + 1, left: `${(lane / of) * 100}%`, width: `${100 / of}%` }}
        >
          +{scene.words.number(items.length)}
        </button>
      ))}
      {carried && (
        <Chip
          placed={carried}
          scene={scene}
          look="block"
          isCarried
          style={{
            top: slotPosition(axis, minuteOf(carried), carried.second) * slotHeight + 1,
            left: 0,
            width: '100%',
          }}
        />
      )}
    </div>
  )
})

/** How many chips fit side by side in a column, at the width one can still read. */
const lanesOf = (columns: HTMLElement): number => columns.clientWidth / 7 / laneWidth

function NowLine({ days, axis, now, scene }: { days: Day[]; axis: WeekAxis; now: number; scene: Scene }) {
  const wall = scene.offsets.wall(now)
  const column = days.indexOf(dayOfWall(wall))
  if (column < 0) return null
  const minute = (wall - dayWall(dayOfWall(wall))) / minuteMs
  const top = slotPosition(axis, minute, scene.offsets.isSecond(now)) * slotHeight
  return (
    <div
      className="calendar-now"
      aria-hidden
      style={{ top, left: `${(column / 7) * 100}%`, width: `${100 / 7}%` }}
      title={scene.words.time(wall)}
    />
  )
}
