import type { EditorView } from '@tiptap/pm/view'

/** Where something that floats over the text stands, in pixels of the positioned box around the text. */
export type Place = { left: number; top: number; above: boolean }

/**
 * Beside a range of the text: below it, or above it where it is asked for or where the scroller has no room below.
 * `size` is what the floating thing needs. Counted from `box`, so that it scrolls along with the text.
 */
export function placeBeside(
  view: EditorView,
  box: HTMLElement,
  range: { from: number; to: number },
  size: { width: number; height: number },
  prefer: 'above' | 'below',
): Place {
  const start = view.coordsAtPos(range.from)
  const end = view.coordsAtPos(range.to, -1)
  const frame = box.getBoundingClientRect()
  const seen = (box.closest('.work-body') ?? document.documentElement).getBoundingClientRect()
  const roomAbove = start.top - seen.top
  const roomBelow = seen.bottom - end.bottom
  const above =
    prefer === 'above'
      ? roomAbove > size.height + 8 || roomBelow < size.height
      : roomBelow < size.height + 8 && roomAbove > roomBelow
  const middle = prefer === 'above' && start.top === end.top ? (start.left + end.left) / 2 - size.width / 2 : start.left
  const left = Math.max(8, Math.min(middle - frame.left, frame.width - size.width - 8))
  return { left, top: (above ? start.top - 8 : end.bottom + 8) - frame.top, above }
}
