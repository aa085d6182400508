import { type RefObject, useEffect, useRef } from 'react'
import { createPortal } from 'react-dom'
import { wallOf } from '../../../shared/domain/calendar.ts'
import type { Day } from '../../../shared/domain/calendar-days.ts'
import type { Slot } from '../../../shared/domain/calendar-week.ts'
import { toast } from '../../ui/toast.tsx'
import { type CalendarPost, isFixed } from './calendar-post.ts'
import { type Target, whenOf } from './planning.ts'
import { type Over, pointerDrag } from './pointer-drag.ts'
import type { Scene } from './scene.ts'
import type { Planning } from './use-planning.ts'
import './drag-layer.css'

type Props = {
  root: RefObject<HTMLElement | null>
  scene: Scene
  postOf(id: string): CalendarPost | undefined
  slotOf(element: HTMLElement): Slot | undefined
  planning: Planning
  onPage(by: number): void
  /** While the keyboard holds a post, the pointer picks up none. */
  isHeld: boolean
}

/** What floats while a post is dragged: the post itself and the place it would take. Moved by `pointerDrag`, not drawn. */
export function DragLayer(props: Props) {
  const ghost = useRef<HTMLDivElement>(null)
  const mark = useRef<HTMLDivElement>(null)
  const latest = useRef(props)
  latest.current = props
  const { root } = props

  useEffect(() => {
    if (!root.current || !ghost.current || !mark.current) return
    const targetOf = (over: Over): Target | null => {
      const { element, kind, fraction } = over
      if (kind === 'tray') return { kind: 'tray' }
      const day = Number(element.dataset.day) as Day
      if (kind === 'day') return { kind: 'day', day }
      const slot = latest.current.slotOf(element)
      return slot ? { kind: 'slot', day, slot, fraction } : null
    }
    return pointerDrag({
      root: root.current,
      ghost: ghost.current,
      mark: mark.current,
      pick: (id) => {
        const { postOf, scene, isHeld } = latest.current
        const post = postOf(id)
        if (!post || isHeld || isFixed(post)) return null
        return { id, title: post.title || scene.t('untitled'), time: timeOf(post, scene) }
      },
      refuse: (id) => {
        const { postOf, scene, isHeld } = latest.current
        if (postOf(id) && !isHeld) toast({ message: scene.t('refuse.fixed') })
      },
      preview: (id, over) => {
        const { postOf, scene } = latest.current
        const post = postOf(id)
        const target = targetOf(over)
        if (!post || !target) return null
        if (target.kind === 'tray') return post.mode === 'draft' ? null : scene.t('backToDrafts')
        const when = whenOf(post, target, scene.offsets, Date.now())
        if (!when) return timeOf(post, scene)
        return when.zone === scene.offsets.zone ? scene.words.time(wallOf(when.local)) : slotTime(target, post, scene)
      },
      drop: (id, over) => {
        const { postOf, planning } = latest.current
        const post = postOf(id)
        const target = targetOf(over)
        if (post && target) planning.putOn(post, target)
      },
      page: (by) => latest.current.onPage(by),
    })
  }, [root])

  return createPortal(
    <>
      <div ref={mark} className="calendar-drop-mark" hidden aria-hidden />
      <div ref={ghost} className="calendar-ghost" hidden aria-hidden>
        <span data-part="time" className="num" />
        <span data-part="title" className="truncate" />
      </div>
    </>,
    document.body,
  )
}

const timeOf = (post: CalendarPost, { words, offsets }: Scene): string =>
  Number.isNaN(post.at) ? '' : words.time(offsets.wall(post.at))

/** For a post planned in another zone: the time that the eye sees at the place it is held over. */
const slotTime = (target: Target, post: CalendarPost, scene: Scene): string =>
  target.kind === 'slot' ? scene.words.time((target.slot.minute + target.fraction * 30) * 60_000) : timeOf(post, scene)
