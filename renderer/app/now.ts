import { useEffect, useState } from 'react'

/** The time, new at each full `everyMs` (a clock that shows minutes turns with the minute). */
export function useNow(everyMs = 60_000): number {
  const [now, setNow] = useState(Date.now)
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout>
    const tick = () => {
      const time = Date.now()
      setNow(time)
      timer = setTimeout(tick, everyMs - (time % everyMs) + 5)
    }
    // A laptop that slept must not show the hour it fell asleep at.
    const onVisible = () => {
      if (document.visibilityState === 'visible') setNow(Date.now())
    }
    timer = setTimeout(tick, everyMs - (Date.now() % everyMs) + 5)
    document.addEventListener('visibilitychange', onVisible)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', onVisible)
    }
  }, [everyMs])
  return now
}
