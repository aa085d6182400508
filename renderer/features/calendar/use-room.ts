import { type RefObject, useLayoutEffect, useState } from 'react'

const last = new Map<string, { windowSize: string; room: number }>()
const windowSize = (): string => `${innerWidth} × ${innerHeight}`

/**
 * How many of something fit into an element. Zero until it is measured: what fills it is then drawn once, at the right
 * number, before anything shows. A view that comes back in a window of the same size starts with the number it had,
 * without waiting for a layout of its empty self.
 */
export function useRoom(
  ref: RefObject<HTMLElement | null>,
  what: string,
  count: (element: HTMLElement) => number,
): number {
  const [room, setRoom] = useState(() => {
    const known = last.get(what)
    return known?.windowSize === windowSize() ? known.room : 0
  })
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => {
      const found = Math.max(1, Math.floor(count(element)))
      last.set(what, { windowSize: windowSize(), room: found })
      setRoom(found)
    }
    if (last.get(what)?.windowSize !== windowSize()) measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref, what, count])
  return room
}
