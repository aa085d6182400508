import type { KeyboardEvent } from 'react'
import { addDays, addMonths, type Day, startOfWeek } from '../../../shared/domain/calendar-days.ts'
import type { CalendarPost } from './calendar-post.ts'
import type { PlanView } from './plan-search.ts'
import type { Carrying } from './use-carry.ts'

export type Cursor = { day: Day; slot: number }

export type GridKeys = {
  root: HTMLElement
  view: PlanView
  cursor: Cursor
  weekStart: number
  slotCount: number
  carrying: Carrying
  postOf(id: string): CalendarPost | undefined
  /** Moves the cursor, turns the page where it leaves it, and takes the focus along. */
  moveCursor(to: Cursor): void
  /** Shows the day that a held post has reached. */
  reveal(day: Day): void
  focusPost(id: string, at: Cursor): void
  openDay(day: Day): void
  openMove(post: CalendarPost): void
  unschedule(post: CalendarPost): void
  say(text: string): void
  emptyText: string
}

/**
 * The keys of month and week. On a day or slot the arrows walk and Enter goes in; among its posts up and down walk,
 * Enter opens (the button's own), Space picks up, M asks for a time, Esc steps back out.
 */
export function onGridKey(event: KeyboardEvent, grid: GridKeys): void {
  if (event.metaKey || event.ctrlKey || event.altKey || event.defaultPrevented) return
  const target = event.target as HTMLElement
  const handled = grid.carrying.carry
    ? onCarryKey(event, grid)
    : target.dataset.chip !== undefined || target.dataset.more !== undefined
      ? onPostKey(event, target, grid)
      : target.dataset.day !== undefined && onCellKey(event, grid)
  if (!handled) return
  event.preventDefault()
  event.stopPropagation()
}

function onCarryKey({ key, shiftKey }: KeyboardEvent, grid: GridKeys): boolean {
  const { carrying, view, cursor } = grid
  const byTime = view === 'week' || shiftKey
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowRight':
      grid.reveal(carrying.stepDays(key === 'ArrowLeft' ? -1 : 1))
      return true
    case 'ArrowUp':
    case 'ArrowDown': {
      const down = key === 'ArrowDown' ? 1 : -1
      grid.reveal(byTime ? carrying.stepMinutes(15 * down) : carrying.stepDays(7 * down))
      return true
    }
    case 'PageUp':
    case 'PageDown':
      grid.reveal(carrying.stepDays(key === 'PageUp' ? -7 : 7))
      return true
    case 'Enter':
    case ' ': {
      const id = carrying.carry!.post.id
      if (carrying.drop()) grid.focusPost(id, cursor)
      return true
    }
    case 'Escape': {
      const { id } = carrying.carry!.post
      carrying.cancel()
      grid.focusPost(id, cursor)
      return true
    }
    case 'Tab':
      // Held until it is put down or let go: the focus does not leave with something in its hand.
      return true
    default:
      return false
  }
}

function onPostKey({ key }: KeyboardEvent, target: HTMLElement, grid: GridKeys): boolean {
  const { root, cursor } = grid
  const post = target.dataset.chip ? grid.postOf(target.dataset.chip) : undefined
  switch (key) {
    case 'ArrowUp':
    case 'ArrowDown': {
      const items = itemsOf(root, cursor.day)
      const next = items[items.indexOf(target) + (key === 'ArrowDown' ? 1 : -1)]
      if (next) next.focus()
      else if (key === 'ArrowUp') grid.moveCursor(cursor)
      return true
    }
    case 'ArrowLeft':
    case 'ArrowRight': {
      const day = addDays(cursor.day, key === 'ArrowLeft' ? -1 : 1)
      const near = nearest(itemsOf(root, day), target)
      if (near) near.focus()
      else grid.moveCursor({ ...cursor, day })
      return true
    }
    case ' ':
      if (post) grid.carrying.begin(post, cursor.day)
      else target.click()
      return true
    case 'm':
    case 'M':
      if (post) grid.openMove(post)
      return post !== undefined
    case 'Delete':
    case 'Backspace':
      if (post && post.mode !== 'draft') grid.unschedule(post)
      return post !== undefined
    case 'Escape':
      grid.moveCursor(cursor)
      return true
    default:
      return false
  }
}

function onCellKey({ key, shiftKey }: KeyboardEvent, grid: GridKeys): boolean {
  const { cursor, view, weekStart, root } = grid
  const inWeek = view === 'week'
  const go = (day: Day, slot = cursor.slot) => grid.moveCursor({ day, slot })
  switch (key) {
    case 'ArrowLeft':
      go(addDays(cursor.day, -1))
      return true
    case 'ArrowRight':
      go(addDays(cursor.day, 1))
      return true
    case 'ArrowUp':
    case 'ArrowDown': {
      const by = key === 'ArrowUp' ? -1 : 1
      if (inWeek) go(cursor.day, Math.max(0, Math.min(grid.slotCount - 1, cursor.slot + by)))
      else go(addDays(cursor.day, 7 * by))
      return true
    }
    case 'Home':
      go(startOfWeek(cursor.day, weekStart))
      return true
    case 'End':
      go(addDays(startOfWeek(cursor.day, weekStart), 6))
      return true
    case 'PageUp':
    case 'PageDown': {
      const by = key === 'PageUp' ? -1 : 1
      go(inWeek ? addDays(cursor.day, 7 * by) : addMonths(cursor.day, shiftKey ? 12 * by : by))
      return true
    }
    case 'Enter':
    case ' ': {
      const first = itemsAtCursor(root, cursor, inWeek)[0]
      if (first) first.focus()
      else if (inWeek) grid.say(grid.emptyText)
      else grid.openDay(cursor.day)
      return true
    }
    default:
      return false
  }
}

/** The posts drawn on a day, and its “+n more”, in the order of the eye. */
function itemsOf(root: HTMLElement, day: Day): HTMLElement[] {
  const items = [...root.querySelectorAll<HTMLElement>(`[data-items="${day}"] > :is([data-chip], [data-more])`)]
  return items.sort((a, b) => a.offsetTop - b.offsetTop || a.offsetLeft - b.offsetLeft)
}

function itemsAtCursor(root: HTMLElement, cursor: Cursor, inWeek: boolean): HTMLElement[] {
  const items = itemsOf(root, cursor.day)
  if (!inWeek) return items
  const cell = root.querySelector<HTMLElement>(`[data-day="${cursor.day}"][data-slot="${cursor.slot}"]`)
  if (!cell) return []
  const { top, bottom } = cell.getBoundingClientRect()
  return items.filter((item) => {
    const start = item.getBoundingClientRect().top
    return start >= top - 1 && start < bottom - 1
  })
}

function nearest(items: HTMLElement[], to: HTMLElement): HTMLElement | undefined {
  const top = to.getBoundingClientRect().top
  const far = (item: HTMLElement) => Math.abs(item.getBoundingClientRect().top - top)
  return items.reduce<HTMLElement | undefined>(
    (best, item) => (best && far(best) <= far(item) ? best : item),
    undefined,
  )
}
