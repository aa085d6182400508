import { useEffect, useRef } from 'react'
import { Popover } from 'react-aria-components/Popover'
import { type MenuEntry, MenuList } from '../../../ui/menu.tsx'

/** The menu of a row, where the pointer asked for it. */
export function ContextMenu({
  label,
  at,
  items,
  onClose,
}: {
  label: string
  at: { x: number; y: number }
  items: readonly MenuEntry[]
  onClose: () => void
}) {
  const anchor = useRef<HTMLSpanElement>(null)
  // Focus returns to where it was, which is the list, not to the point.
  const before = useRef<Element | null>(null)
  useEffect(() => {
    before.current = document.activeElement
    return () => {
      if (before.current instanceof HTMLElement) before.current.focus({ preventScroll: true })
    }
  }, [])
  return (
    <>
      <span ref={anchor} className="posts-context-anchor" style={{ left: at.x, top: at.y }} aria-hidden />
      <Popover
        className="floating"
        triggerRef={anchor}
        isOpen
        placement="bottom start"
        offset={0}
        onOpenChange={(open) => !open && onClose()}
        aria-label={label}
      >
        <MenuList label={label} items={items} autoFocus="first" onClose={onClose} />
      </Popover>
    </>
  )
}
