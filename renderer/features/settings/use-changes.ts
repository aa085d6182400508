import { useRef, useState } from 'react'

export type Changes = {
  /** What the newest of those that are through failed with. */
  error: unknown
  change(work: () => Promise<unknown>): void
}

/** Changes of settings that hold at once: made one after another, and none is lost because another is under way. */
export function useChanges(): Changes {
  const [error, setError] = useState<unknown>(null)
  const last = useRef(Promise.resolve())
  return {
    error,
    change(work) {
      last.current = last.current.then(work).then(() => setError(null), setError)
    },
  }
}
