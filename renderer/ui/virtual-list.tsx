import { useVirtualizer } from '@tanstack/react-virtual'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import './virtual.css'

type Props<T> = {
  label: string
  items: readonly T[]
  /** Pixels; every row is as high as the others. */
  rowHeight: number
  keyOf(item: T): string
  renderRow(item: T, row: { isSelected: boolean; isActive: boolean }): ReactNode
  selectedKey?: string | null | undefined
  /** Arrow keys and clicks. */
  onSelect(item: T): void
  /** Enter and double click; falls back to `onSelect`. */
  onOpen?: ((item: T) => void) | undefined
  onKey?: ((event: KeyboardEvent, item: T | undefined) => void) | undefined
  onContextMenu?: ((item: T, at: { x: number; y: number }) => void) | undefined
  /** What to say where there are no rows. */
  empty?: ReactNode
}

/**
 * A list of any length that draws only what is in sight. One tab stop: focus stays on the list and the active row is
 * named by `aria-activedescendant`, so that scrolling a row out of the page never loses the keyboard.
 */
export function VirtualList<T>({
  label,
  items,
  rowHeight,
  keyOf,
  renderRow,
  selectedKey,
  onSelect,
  onOpen,
  onKey,
  onContextMenu,
  empty,
}: Props<T>) {
  const id = useId()
  const scroller = useRef<HTMLDivElement>(null)
  const [hasFocus, setHasFocus] = useState(false)
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowHeight,
    getItemKey: (index) => keyOf(items[index]!),
    overscan: 8,
    paddingStart: 4,
    paddingEnd: 4,
    scrollPaddingStart: 4,
    scrollPaddingEnd: 4,
  })
  const selectedIndex = selectedKey == null ? -1 : items.findIndex((item) => keyOf(item) === selectedKey)

  useEffect(() => {
    if (selectedIndex >= 0) virtual.scrollToIndex(selectedIndex, { align: 'auto' })
  }, [selectedIndex, virtual])

  const go = (index: number) => {
    const item = items[Math.max(0, Math.min(items.length - 1, index))]
    if (item) onSelect(item)
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const page = Math.max(1, Math.floor((scroller.current?.clientHeight ?? rowHeight) / rowHeight) - 1)
    const step: Record<string, number> = {
      ArrowDown: selectedIndex + 1,
      ArrowUp: selectedIndex < 0 ? 0 : selectedIndex - 1,
      Home: 0,
      End: items.length - 1,
      PageDown: selectedIndex + page,
      PageUp: selectedIndex - page,
    }
    const target = step[event.key]
    const plain = !(event.metaKey || event.ctrlKey || event.altKey)
    if (plain && target !== undefined) {
      event.preventDefault()
      go(target)
    } else if (plain && event.key === 'Enter' && items[selectedIndex]) {
      event.preventDefault()
      ;(onOpen ?? onSelect)(items[selectedIndex])
    } else {
      onKey?.(event, items[selectedIndex])
    }
  }

  if (items.length === 0 && empty) return <div className="virtual">{empty}</div>
  return (
    <div
      ref={scroller}
      className="virtual"
      role="listbox"
      aria-label={label}
      tabIndex={0}
      aria-activedescendant={selectedIndex >= 0 ? `${id}-${selectedIndex}` : undefined}
      onKeyDown={onKeyDown}
      onFocus={() => setHasFocus(true)}
      onBlur={() => setHasFocus(false)}
    >
      <div className="virtual-space" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((row) => {
          const item = items[row.index]
          if (!item) return null
          const isSelected = row.index === selectedIndex
          return (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the list's own, see onKeyDown
            <div
              key={row.key}
              id={`${id}-${row.index}`}
              className="virtual-item virtual-row"
              role="option"
              tabIndex={-1}
              aria-selected={isSelected}
              aria-posinset={row.index + 1}
              aria-setsize={items.length}
              data-active={isSelected && hasFocus ? '' : undefined}
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
              onMouseDown={(event) => {
                // The list keeps the focus; a row is not a tab stop.
                event.preventDefault()
                scroller.current?.focus({ preventScroll: true })
              }}
              onClick={() => onSelect(item)}
              onDoubleClick={() => onOpen?.(item)}
              onContextMenu={
                onContextMenu
                  ? (event) => {
                      event.preventDefault()
                      onContextMenu(item, { x: event.clientX, y: event.clientY })
                    }
                  : undefined
              }
            >
              {renderRow(item, { isSelected, isActive: isSelected && hasFocus })}
            </div>
          )
        })}
      </div>
    </div>
  )
}
