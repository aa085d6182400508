// biome-ignore-all lint/a11y/useSemanticElements: an interactive grid of divs under chips that lie across its rows
// biome-ignore-all lint/a11y/useFocusableInteractive: only cells take the focus, rows and headings do not
import { memo } from 'react'
import { type Day, dayWall, minuteMs } from '../../../shared/domain/calendar-days.ts'
import { type Slot, slotExists, slotMinutes, type WeekAxis } from '../../../shared/domain/calendar-week.ts'
import type { PostsByDay, Scene } from './scene.ts'

type Props = {
  days: Day[]
  axis: WeekAxis
  posts: PostsByDay
  cursor: { day: Day; slot: number }
  scene: Scene
}

/** The half hours under the chips: what is focused, clicked and dropped on. */
export function WeekSlots({ days, axis, posts, cursor, scene }: Props) {
  const counts = countBySlot(days, posts)
  return (
    <div role="rowgroup" className="calendar-slots">
      {axis.slots.map((slot, index) => (
        <SlotRow
          key={`${slot.minute}${slot.second ? 'b' : ''}`}
          index={index}
          slot={slot}
          days={days}
          axis={axis}
          // Only the row that holds the cursor is drawn again when it moves.
          cursor={cursor.slot === index ? cursor.day : null}
          counts={days.map((day) => counts.get(slotKey(day, slot.minute, slot.second)) ?? 0).join()}
          scene={scene}
        />
      ))}
    </div>
  )
}

const slotKey = (day: Day, minute: number, second: boolean): number => (day * 1440 + minute) * 2 + Number(second)

function countBySlot(days: Day[], posts: PostsByDay): Map<number, number> {
  const counts = new Map<number, number>()
  for (const day of days) {
    for (const placed of posts.get(day) ?? []) {
      const minute = Math.floor((placed.wall - dayWall(day)) / minuteMs / slotMinutes) * slotMinutes
      const key = slotKey(day, minute, placed.second)
      counts.set(key, (counts.get(key) ?? 0) + 1)
    }
  }
  return counts
}

type RowProps = {
  index: number
  slot: Slot
  days: Day[]
  axis: WeekAxis
  cursor: Day | null
  counts: string
  scene: Scene
}

const SlotRow = memo(function SlotRow({ index, slot, days, axis, cursor, counts, scene }: RowProps) {
  const { words, t } = scene
  const time = words.time(slot.minute * minuteMs)
  const named = slot.second ? t('secondTime', { time }) : time
  const numbers = counts.split(',').map(Number)
  const isHour = slot.minute % 60 === 0
  return (
    <div role="row" className="calendar-slot-row" data-hour={isHour ? '' : undefined}>
      <span role="rowheader" className="calendar-slot-time num">
        {isHour && index > 0 && !slot.second ? time : <span className="sr-only">{named}</span>}
        {isHour && slot.second && <span aria-hidden>{time} ②</span>}
      </span>
      {days.map((day, column) => {
        const exists = slotExists(slot, axis.shapes[column]!)
        const count = numbers[column]!
        return (
          <div
            key={day}
            role="gridcell"
            className="calendar-slot"
            data-day={day}
            data-slot={index}
            data-drop="slot"
            data-absent={exists ? undefined : ''}
            tabIndex={cursor === day ? 0 : -1}
            aria-disabled={exists ? undefined : true}
            aria-label={`${words.day(day)}, ${named}, ${exists ? scene.counted('postCount', count) : t('absent')}`}
          />
        )
      })}
    </div>
  )
})
