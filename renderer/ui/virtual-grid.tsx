import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type MouseEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import './virtual.css'

type Props<T> = {
  label: string
  items: readonly T[]
  keyOf(item: T): string
  /** The least width of a cell, px; 0: one cell a row, which is a list. */
  cellWidth: number
  /** Height of a cell that is so wide, px. */
  cellHeight(width: number): number
  renderCell(item: T): ReactNode
  selected: ReadonlySet<string>
  onSelect(keys: ReadonlySet<string>): void
  /** Enter and double click. */
  onOpen(item: T): void
  onKey?: ((event: KeyboardEvent) => void) | undefined
  empty?: ReactNode
}

const gap = 12

/**
 * Any number of things beside and below each other, of which only those in sight are drawn. One tab stop: the arrows move,
 * Shift takes along, Space and a click with Ctrl or Cmd add and take away.
 */
export function VirtualGrid<T>(props: Props<T>) {
  const { label, items, keyOf, cellWidth, cellHeight, renderCell, selected, onSelect, onOpen, onKey, empty } = props
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [width, setWidth] = useState(0)
  const [hasFocus, setHasFocus] = useState(false)
  const [cursorKey, setCursorKey] = useState<string | null>(null)
  const anchor = useRef(0)
  const isEmpty = items.length === 0
  // biome-ignore lint/correctness/useExhaustiveDependencies: the scroller is there only where there is something to scroll
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [isEmpty])

  const gridGap = cellWidth === 0 ? 0 : gap
  const inner = Math.max(0, width - 2 * gap)
  const columns = cellWidth === 0 ? 1 : Math.max(1, Math.floor((inner + gap) / (cellWidth + gap)))
  const cell = { width: (inner - (columns - 1) * gridGap) / columns, height: 0 }
  cell.height = cellHeight(cell.width)
  const virtual = useVirtualizer({
    count: width === 0 ? 0 : Math.ceil(items.length / columns),
    getScrollElement: () => scroller.current,
    estimateSize: () => cell.height + gridGap,
    overscan: 2,
    paddingStart: gap,
    // What is done with the selected may float over the end.
    paddingEnd: selected.size > 0 ? 6 * gap : gap,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows are measured anew when their height is another one
  useEffect(() => virtual.measure(), [virtual, cell.height])
  const found = cursorKey === null ? -1 : items.findIndex((item) => keyOf(item) === cursorKey)
  const cursor = found < 0 && !isEmpty ? 0 : found

  const range = (to: number): Set<string> => {
    const [first, last] = [Math.min(anchor.current, to), Math.max(anchor.current, to)]
    return new Set(items.slice(first, last + 1).map(keyOf))
  }
  const go = (index: number, extends_: boolean): void => {
    const at = Math.max(0, Math.min(items.length - 1, index))
    const item = items[at]
    if (!item) return
    setCursorKey(keyOf(item))
    if (!extends_) anchor.current = at
    onSelect(extends_ ? range(at) : new Set([keyOf(item)]))
    virtual.scrollToIndex(Math.floor(at / columns), { align: 'auto' })
  }
  const toggle = (index: number): void => {
    const item = items[index]
    if (!item) return
    anchor.current = index
    setCursorKey(keyOf(item))
    const next = new Set(selected)
    if (!next.delete(keyOf(item))) next.add(keyOf(item))
    onSelect(next)
  }

  const onKeyDown = (event: KeyboardEvent): void => {
    const page = columns * Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / (cell.height + gridGap)))
    const step: Record<string, number> = {
      ArrowRight: cursor + 1,
      ArrowLeft: cursor - 1,
      ArrowDown: cursor + columns,
      ArrowUp: cursor - columns,
      Home: 0,
      End: items.length - 1,
      PageDown: cursor + page,
      PageUp: cursor - page,
    }
    const target = step[event.key]
    const mod = event.metaKey || event.ctrlKey
    const item = items[cursor]
    if (target !== undefined && !mod && !event.altKey) go(cursorKey === null ? 0 : target, event.shiftKey)
    else if (event.key === ' ') toggle(cursor)
    else if (mod && event.key.toLowerCase() === 'a') onSelect(new Set(items.map(keyOf)))
    else if (event.key === 'Enter' && item) onOpen(item)
    else {
      onKey?.(event)
      return
    }
    event.preventDefault()
  }
  const onClick = (event: MouseEvent, index: number): void => {
    if (event.metaKey || event.ctrlKey) toggle(index)
    else go(index, event.shiftKey)
  }

  if (isEmpty && empty) return <div className="virtual">{empty}</div>
  return (
    <div
      ref={scroller}
      className="virtual"
      role="listbox"
      aria-label={label}
      aria-multiselectable
      tabIndex={0}
      aria-activedescendant={cursor >= 0 && cursorKey !== null ? `${id}-${cursor}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
    >
      <div className="virtual-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().flatMap((row) =>
          items.slice(row.index * columns, (row.index + 1) * columns).map((item, column) => {
            const index = row.index * columns + column
            return (
              // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the grid's own, see onKeyDown
              <div
                key={keyOf(item)}
                id={`${id}-${index}`}
                className="virtual-item"
                role="option"
                tabIndex={-1}
                aria-selected={selected.has(keyOf(item))}
                aria-posinset={index + 1}
                aria-setsize={items.length}
                data-active={index === cursor && hasFocus && cursorKey !== null ? '' : undefined}
                style={{
                  width: cell.width,
                  height: cell.height,
                  transform: `translate(${gap + column * (cell.width + gridGap)}px, ${row.start}px)`,
                }}
                onMouseDown={(event) => {
                  // The grid keeps the focus; a cell is not a tab stop.
                  event.preventDefault()
                  scroller.current?.focus({ preventScroll: true })
                }}
                onClick={(event) => onClick(event, index)}
                onDoubleClick={() => onOpen(item)}
              >
                {renderCell(item)}
              </div>
            )
          }),
        )}
      </div>
    </div>
  )
}
