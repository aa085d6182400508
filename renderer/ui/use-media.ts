import { useCallback, useState, useSyncExternalStore } from 'react'

const onResize = (changed: () => void) => {
  addEventListener('resize', changed)
  return () => removeEventListener('resize', changed)
}

/** Width of the window in CSS pixels. */
export const useWidth = (): number => useSyncExternalStore(onResize, () => innerWidth)

/** A choice about this window that outlives it: kept on this device, not synced. */
export function useRemembered<T>(name: string, initial: T): [T, (value: T) => void] {
  const key = `grover.${name}`
  const [value, setValue] = useState<T>(() => {
    try {
      const stored = localStorage.getItem(key)
      return stored === null ? initial : (JSON.parse(stored) as T)
    } catch {
      return initial
    }
  })
  const remember = useCallback(
    (next: T) => {
      setValue(next)
      localStorage.setItem(key, JSON.stringify(next))
    },
    [key],
  )
  return [value, remember]
}
