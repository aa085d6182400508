import { type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react'

type Shown = { id: string; x: number; y: number; isAbove: boolean }

const waitMs = 450

/**
 * One tooltip for all posts, shown after the pointer has rested on a chip: its whole title and exact time. Made for the
 * one chip that is pointed at, so that a thousand chips need no thousand formatted sentences.
 */
export function useHoverDetail(lines: (id: string) => ReactNode) {
  const [shown, setShown] = useState<Shown | null>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  const over = useRef<Element | null>(null)
  const hide = () => {
    clearTimeout(timer.current)
    over.current = null
    setShown(null)
  }
  useEffect(() => () => clearTimeout(timer.current), [])

  const onPointerOver = (event: PointerEvent) => {
    const chip = (event.target as Element).closest<HTMLElement>('[data-chip]')
    if (chip === over.current) return
    hide()
    if (!chip || event.pointerType === 'touch' || event.buttons !== 0) return
    over.current = chip
    timer.current = setTimeout(() => {
      if (!chip.isConnected) return
      const rect = chip.getBoundingClientRect()
      const isAbove = rect.bottom + 110 > window.innerHeight
      const x = Math.max(8, Math.min(rect.left, window.innerWidth - 300))
      setShown({ id: chip.dataset.chip!, x, y: isAbove ? rect.top - 6 : rect.bottom + 6, isAbove })
    }, waitMs)
  }

  const text = shown && lines(shown.id)
  return {
    props: { onPointerOver, onPointerLeave: hide, onPointerDown: hide },
    detail:
      shown && text ? (
        <div
          className="calendar-detail"
          role="tooltip"
          style={{ left: shown.x, top: shown.y, translate: shown.isAbove ? '0 -100%' : '0' }}
        >
          {text}
        </div>
      ) : null,
  }
}
