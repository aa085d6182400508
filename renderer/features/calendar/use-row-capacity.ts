import { type RefObject, useLayoutEffect, useRef, useState } from 'react'

/** Heights in the month's grid, as in month-view.css: the day's head with its padding, and one chip with its gap. */
const headHeight = 30
const chipHeight = 24

/**
 * How many lines of chips a day has room for; measured, so that a tall window shows more before it says “+n more”.
 * Zero until then: the empty grid is measured and its posts are drawn once, at the right number, before anything shows.
 */
export function useRowCapacity(rows: number): [RefObject<HTMLDivElement | null>, number] {
  const ref = useRef<HTMLDivElement>(null)
  const [capacity, setCapacity] = useState(0)
  useLayoutEffect(() => {
    const element = ref.current
    if (!element) return
    const measure = () => setCapacity(Math.max(1, Math.floor((element.clientHeight / rows - headHeight) / chipHeight)))
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [rows])
  return [ref, capacity]
}
