import { useCallback, useMemo, useRef } from 'react'

/**
 * The same object as long as it says the same. A post comes anew from the database at every pause of the writer; what
 * stands beside the text is drawn again only when something in it has changed. For small plain data.
 */
export function useStable<T>(value: T): T {
  const kept = useRef(value)
  if (kept.current !== value && JSON.stringify(kept.current) !== JSON.stringify(value)) kept.current = value
  return kept.current
}

/** The same function for good, which does what the newest one does. For handlers, never during drawing. */
export function useEvent<Args extends unknown[], Result>(run: (...args: Args) => Result): (...args: Args) => Result {
  const newest = useRef(run)
  newest.current = run
  return useCallback((...args: Args) => newest.current(...args), [])
}

/** As `useEvent`, for a set of functions by name. */
// biome-ignore lint/suspicious/noExplicitAny: whatever each of them takes, it is handed on as it came
export function useEvents<Runs extends Record<string, (...args: any[]) => unknown>>(runs: Runs): Runs {
  const newest = useRef(runs)
  newest.current = runs
  const names = Object.keys(runs).join(' ')
  return useMemo(() => {
    const stable: Record<string, unknown> = {}
    for (const name of names.split(' ')) stable[name] = (...args: unknown[]) => newest.current[name]?.(...args)
    return stable as Runs
  }, [names])
}
