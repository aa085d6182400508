import { type KeyboardEvent, type MouseEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Media } from '../../../shared/collections/media.ts'
import { useFormat } from '../../app/format.ts'

type Focus = Media['focus']
const within = (part: number): number => Math.round(Math.max(0, Math.min(1, part)) * 1000) / 1000

/** A picture with the point that every crop keeps: set by a click, moved by the arrows. */
export function FocusField({
  src,
  alt,
  focus,
  onChange,
}: {
  src: string
  alt: string
  focus: Focus
  onChange(focus: Focus): void
}) {
  const { t } = useTranslation('media')
  const { percent } = useFormat()
  // A held arrow is faster than the database answers.
  const [moving, setMoving] = useState<Focus | null>(null)
  const at = moving ?? focus
  const put = (next: Focus): void => {
    const inside = { x: within(next.x), y: within(next.y) }
    setMoving(inside)
    onChange(inside)
  }
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? 0.1 : 0.01
    const moves: Record<string, Focus> = {
      ArrowLeft: { x: at.x - step, y: at.y },
      ArrowRight: { x: at.x + step, y: at.y },
      ArrowUp: { x: at.x, y: at.y - step },
      ArrowDown: { x: at.x, y: at.y + step },
      Home: { x: 0.5, y: 0.5 },
    }
    const next = moves[event.key]
    if (!next) return
    event.preventDefault()
    put(next)
  }
  const onClick = (event: MouseEvent<HTMLElement>): void => {
    // A key that presses the button has no place.
    if (event.detail === 0) return
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect()
    put({ x: (event.clientX - left) / width, y: (event.clientY - top) / height })
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the point in it is the control; a click beside it moves it there
    // biome-ignore lint/a11y/useKeyWithClickEvents: as above
    <div className="media-focus" onClick={onClick}>
      <img src={src} alt={alt} />
      <button
        type="button"
        className="media-focus-point"
        aria-label={t('focus.at', { x: percent(at.x), y: percent(at.y) })}
        title={t('focus.hint')}
        style={{ left: `${at.x * 100}%`, top: `${at.y * 100}%` }}
        onKeyDown={onKeyDown}
        onBlur={() => setMoving(null)}
      />
    </div>
  )
}
