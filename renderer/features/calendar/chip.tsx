import { type CSSProperties, memo } from 'react'
import { isFixed } from './calendar-post.ts'
import type { PlacedPost, Scene } from './scene.ts'
import { StateIcon } from './state-icon.tsx'
import './chip.css'

type Props = {
  placed: PlacedPost
  scene: Scene
  /** `line` in a month's day and in lists, `block` in the week's grid. */
  look?: 'line' | 'block'
  style?: CSSProperties
  isCarried?: boolean
  /** Too narrow for the time as well: where it stands says it. */
  isTight?: boolean
}

/**
 * One post in the calendar. A plain button with no handlers of its own: a month has hundreds of them, and the grid
 * around them listens once for all (`data-chip`).
 */
export const Chip = memo(function Chip({ placed, scene, look = 'line', style, isCarried, isTight }: Props) {
  const { item: post } = placed
  const fixed = isFixed(post)
  const time = timeText(placed, scene)
  const title = post.title || scene.t('untitled')
  return (
    <button
      type="button"
      className="calendar-chip"
      data-chip={post.id}
      data-state={post.state}
      data-look={look}
      data-fixed={fixed ? '' : undefined}
      data-carried={isCarried ? '' : undefined}
      data-tight={isTight ? '' : undefined}
      tabIndex={-1}
      style={style}
      // One string in place of a hidden element more in each of hundreds.
      aria-label={`${time} ${title}, ${scene.stateWord(post.state)}${fixed ? `, ${scene.fixedWord}` : ''}`}
    >
      <StateIcon state={post.state} />
      <span className="calendar-chip-time">{time} </span>
      {title}
    </button>
  )
})

/** `02:30`, or `02:30 ②` for the second of two on the night the clock goes back. */
export const timeText = (placed: PlacedPost, scene: Scene): string =>
  placed.second ? `${scene.words.time(placed.wall)} ②` : scene.words.time(placed.wall)
