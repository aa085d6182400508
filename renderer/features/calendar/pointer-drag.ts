/**
 * Drag with a pointer that never waits for React: while it lasts, the ghost and the mark under it are moved as
 * transforms from the pointer events themselves (the compositor's work, 60 frames a second whatever the month holds),
 * and nothing is drawn anew until the drop. A mouse picks up after 4 px; a finger after a long press, so that it can
 * still scroll.
 */
export type Picked = { id: string; time: string; title: string }

/** What lies under the pointer: an element with `data-drop`, and how far down it (0–1) the post would start. */
export type Over = { element: HTMLElement; kind: string; fraction: number }

export type DragOptions = {
  root: HTMLElement
  ghost: HTMLElement
  mark: HTMLElement
  /** What the chip carries; null where it may not be moved (`refuse` then says so). */
  pick(id: string): Picked | null
  refuse(id: string): void
  /** The time to show on the ghost, or null where it cannot be dropped. */
  preview(id: string, over: Over): string | null
  drop(id: string, over: Over): void
  /** Held over a `data-drop="page"` element: turn the page by this much. */
  page(by: number): void
}

type Drag = {
  picked: Picked
  chip: HTMLElement
  pointerId: number
  /** Where in the chip it is held. */
  holdX: number
  holdY: number
  x: number
  y: number
  over: Over | null
}

const startsAfterPx = 4
const longPressMs = 350
const turnsAfterMs = 650
const scrollEdgePx = 44

/** Listens until the returned function is called. */
export function pointerDrag(options: DragOptions): () => void {
  const { root, ghost, mark } = options
  let pending: { chip: HTMLElement; event: PointerEvent; timer: ReturnType<typeof setTimeout> | undefined } | null =
    null
  let drag: Drag | null = null
  let turning: { element: HTMLElement; timer: ReturnType<typeof setTimeout> } | null = null
  let frame = 0
  let suppressClick = false

  const start = (chip: HTMLElement, event: PointerEvent) => {
    forget()
    const id = chip.dataset.chip!
    const picked = options.pick(id)
    if (!picked) {
      suppressClick = true
      options.refuse(id)
      return
    }
    const rect = chip.getBoundingClientRect()
    const width = Math.min(rect.width, 220)
    drag = {
      picked,
      chip,
      pointerId: event.pointerId,
      holdX: Math.min(event.clientX - rect.left, width - 12),
      holdY: Math.min(event.clientY - rect.top, 20),
      x: event.clientX,
      y: event.clientY,
      over: null,
    }
    suppressClick = true
    // On the root, not the chip: turning the page takes the chip away, and its capture with it.
    root.setPointerCapture(event.pointerId)
    chip.dataset.dragged = ''
    root.dataset.dragging = ''
    ghost.style.width = `${width}px`
    ghost.dataset.state = chip.dataset.state ?? ''
    ghost.querySelector('[data-part="title"]')!.textContent = picked.title
    ghost.hidden = false
    follow()
    frame = requestAnimationFrame(scrollAtEdges)
  }

  const follow = () => {
    if (!drag) return
    const { x, y, holdX, holdY, picked } = drag
    ghost.style.transform = `translate(${x - holdX}px, ${y - holdY}px)`
    const over = findOver(x, y, y - holdY)
    const text = over && over.kind !== 'page' ? options.preview(picked.id, over) : null
    drag.over = text === null ? null : over
    ghost.querySelector('[data-part="time"]')!.textContent = text ?? picked.time
    showMark(drag.over)
    turnPage(over?.kind === 'page' ? over.element : null)
  }

  const showMark = (over: Over | null) => {
    mark.hidden = over === null
    if (!over) return
    const rect = over.element.getBoundingClientRect()
    const isSlot = over.kind === 'slot'
    mark.style.transform = `translate(${rect.left}px, ${rect.top + (isSlot ? over.fraction * rect.height : 0)}px)`
    mark.style.width = `${rect.width}px`
    mark.style.height = `${rect.height}px`
  }

  const turnPage = (element: HTMLElement | null) => {
    if (turning?.element === element) return
    if (turning) clearTimeout(turning.timer)
    turning = element && {
      element,
      timer: setTimeout(() => {
        turning = null
        options.page(Number(element.dataset.by))
        // Held on, it turns again.
        requestAnimationFrame(follow)
      }, turnsAfterMs),
    }
  }

  const scrollAtEdges = () => {
    if (!drag) return
    const scroller = drag.over?.element.closest<HTMLElement>('[data-scroller]')
    if (scroller) {
      const rect = scroller.getBoundingClientRect()
      const above = rect.top + 36 + scrollEdgePx - drag.y
      const below = drag.y - (rect.bottom - scrollEdgePx)
      const speed = above > 0 ? -above / 4 : below > 0 ? below / 4 : 0
      if (speed !== 0) {
        scroller.scrollTop += speed
        follow()
      }
    }
    frame = requestAnimationFrame(scrollAtEdges)
  }

  const forget = () => {
    if (pending?.timer) clearTimeout(pending.timer)
    pending = null
  }

  const end = (dropped: boolean) => {
    forget()
    if (!drag) return
    const { picked, over, chip, pointerId } = drag
    drag = null
    cancelAnimationFrame(frame)
    turnPage(null)
    ghost.hidden = true
    mark.hidden = true
    delete root.dataset.dragging
    delete chip.dataset.dragged
    if (root.hasPointerCapture(pointerId)) root.releasePointerCapture(pointerId)
    if (dropped && over) options.drop(picked.id, over)
  }

  const onDown = (event: PointerEvent) => {
    suppressClick = false
    const chip = (event.target as Element).closest<HTMLElement>('[data-chip]')
    if (!chip || !event.isPrimary || event.button !== 0 || event.ctrlKey) return
    const timer = event.pointerType === 'touch' ? setTimeout(() => start(chip, event), longPressMs) : undefined
    pending = { chip, event, timer }
  }

  const onMove = (event: PointerEvent) => {
    if (drag) {
      if (event.pointerId !== drag.pointerId) return
      drag.x = event.clientX
      drag.y = event.clientY
      follow()
      return
    }
    if (!pending || event.pointerId !== pending.event.pointerId) return
    const far = Math.hypot(event.clientX - pending.event.clientX, event.clientY - pending.event.clientY)
    if (event.pointerType === 'touch') {
      if (far > 8) forget()
    } else if (far > startsAfterPx) {
      start(pending.chip, pending.event)
      onMove(event)
    }
  }

  const onKey = (event: KeyboardEvent) => {
    if (!drag || event.key !== 'Escape') return
    event.preventDefault()
    event.stopPropagation()
    end(false)
  }
  const onUp = () => end(true)
  const onCancel = () => end(false)
  const onClick = (event: MouseEvent) => {
    if (!suppressClick) return
    suppressClick = false
    event.preventDefault()
    event.stopPropagation()
  }
  // A scroll that the browser starts cannot be stopped later: while a post is held, the finger moves it, not the page.
  const onTouchMove = (event: TouchEvent) => drag && event.preventDefault()
  const onContextMenu = (event: Event) => (drag || pending?.timer) && event.preventDefault()

  root.addEventListener('pointerdown', onDown)
  root.addEventListener('pointermove', onMove)
  root.addEventListener('pointerup', onUp)
  root.addEventListener('pointercancel', onCancel)
  root.addEventListener('click', onClick, true)
  root.addEventListener('touchmove', onTouchMove, { passive: false })
  root.addEventListener('contextmenu', onContextMenu, true)
  window.addEventListener('keydown', onKey, true)
  return () => {
    end(false)
    root.removeEventListener('pointerdown', onDown)
    root.removeEventListener('pointermove', onMove)
    root.removeEventListener('pointerup', onUp)
    root.removeEventListener('pointercancel', onCancel)
    root.removeEventListener('click', onClick, true)
    root.removeEventListener('touchmove', onTouchMove)
    root.removeEventListener('contextmenu', onContextMenu, true)
    window.removeEventListener('keydown', onKey, true)
  }
}

/**
 * The drop target at a point. In a time grid it is the chip's upper edge that says the time, not the finger: a post
 * picked up and put down without moving stays where it was.
 */
function findOver(x: number, y: number, top: number): Over | null {
  const at = (probeY: number) =>
    document
      .elementsFromPoint(x, probeY)
      .find((each): each is HTMLElement => each instanceof HTMLElement && each.dataset.drop !== undefined)
  const hit = at(y)
  if (!hit) return null
  if (hit.dataset.drop !== 'slot') return { element: hit, kind: hit.dataset.drop!, fraction: 0 }
  const edge = at(top + 3)
  const slot = edge?.dataset.drop === 'slot' ? edge : hit
  const rect = slot.getBoundingClientRect()
  const down = (top + 3 - rect.top) / rect.height
  return { element: slot, kind: 'slot', fraction: slot === edge && down >= 0.5 ? 0.5 : 0 }
}
