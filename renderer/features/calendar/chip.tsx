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
    >
      <StateIcon state={post.state} />
      <span className="calendar-chip-time">{timeText(placed, scene)}</span>
      <span className="calendar-chip-title">{post.title || scene.t('untitled')}</span>
      <span className="sr-only">
        {scene.stateWord(post.state)}
        {fixed ? `, ${scene.t('fixed')}` : ''}
      </span>
    </button>
  )
})

/** `02:30`, or `02:30 ②` for the second of two on the night the clock goes back. */
export const timeText = (placed: PlacedPost, scene: Scene): string =>
  placed.second ? `${scene.words.time(placed.wall)} ②` : scene.words.time(placed.wall)
