import { type KeyboardEvent, type PointerEvent, type ReactNode, useId, useState } from 'react'
import { useTranslation } from 'react-i18next'
import './split-pane.css'

type Props = {
  /** Names the remembered width. */
  id: string
  /** Which side the sized pane is on. */
  side: 'start' | 'end'
  /** Names the pane for screen readers. */
  label: string
  pane: ReactNode
  children: ReactNode
  initial?: number
  min?: number
  max?: number
  isFolded?: boolean | undefined
}

const key = (id: string) => `grover.pane.${id}`

function remembered(id: string): number | null {
  const value = Number(localStorage.getItem(key(id)))
  return Number.isFinite(value) && value > 0 ? value : null
}

/** Two areas with a line between them that can be dragged, moved by arrows and set back by a double click. */
export function SplitPane({
  id,
  side,
  label,
  pane,
  children,
  initial = 300,
  min = 240,
  max = 480,
  isFolded = false,
}: Props) {
  const { t } = useTranslation('ui')
  const paneId = useId()
  const clamp = (width: number) => Math.round(Math.max(min, Math.min(max, width)))
  const [width, setWidth] = useState(() => clamp(remembered(id) ?? initial))
  const [drag, setDrag] = useState<{ x: number; width: number } | null>(null)
  const towards = side === 'start' ? 1 : -1

  const set = (next: number) => {
    const clamped = clamp(next)
    setWidth(clamped)
    localStorage.setItem(key(id), String(clamped))
  }
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.shiftKey ? 64 : 16
    const target: Record<string, number> = {
      ArrowRight: width + step * towards,
      ArrowLeft: width - step * towards,
      Home: min,
      End: max,
      Enter: initial,
    }
    const next = target[event.key]
    if (next === undefined) return
    event.preventDefault()
    set(next)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    event.currentTarget.setPointerCapture(event.pointerId)
    setDrag({ x: event.clientX, width })
  }
  const onPointerMove = (event: PointerEvent) => {
    if (drag) setWidth(clamp(drag.width + (event.clientX - drag.x) * towards))
  }
  const onPointerUp = () => {
    if (drag) set(width)
    setDrag(null)
  }

  const sized = (
    <section id={paneId} className="split-sized" aria-label={label} style={{ width }}>
      {pane}
    </section>
  )
  const handle = (
    // biome-ignore lint/a11y/useSemanticElements: an hr cannot be dragged; this is ARIA's window splitter
    <div
      className="split-handle"
      role="separator"
      tabIndex={0}
      aria-orientation="vertical"
      aria-controls={paneId}
      aria-label={t('resize', { pane: label })}
      aria-valuenow={width}
      aria-valuemin={min}
      aria-valuemax={max}
      data-dragging={drag ? '' : undefined}
      onKeyDown={onKeyDown}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onPointerCancel={onPointerUp}
      onDoubleClick={() => set(initial)}
    />
  )
  return (
    <div className="split" data-side={side} data-dragging={drag ? '' : undefined}>
      {side === 'start' && !isFolded && (
        <>
          {sized}
          {handle}
        </>
      )}
      <div className="split-rest">{children}</div>
      {side === 'end' && !isFolded && (
        <>
          {handle}
          {sized}
        </>
      )}
    </div>
  )
}
