import { useCallback, useEffect, useRef, useState } from 'react'

type Draft = {
  text: string
  /** What the field's value was when the writer left it; null while they are in it. */
  leftAt: string | null
}

const flushes = new Set<() => void>()

/** Hands on what is half written in any field: for whoever is about to do something with the whole post. */
export function flushDrafts(): void {
  for (const flush of flushes) flush()
}

/**
 * A field that answers each key at once and hands on what was written at every pause, when it is left, and when the
 * page goes away. While the writer is in it, what arrives from elsewhere waits; afterwards the field follows.
 */
export function useDraftValue(value: string, commit: (value: string) => void, pauseMs = 500) {
  const [draft, setDraft] = useState<Draft | null>(null)
  const written = useRef<string | null>(null)
  const latest = useRef({ value, commit })
  latest.current = { value, commit }
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)

  const flush = useCallback(() => {
    if (timer.current) clearTimeout(timer.current)
    timer.current = null
    const text = written.current
    written.current = null
    if (text !== null && text !== latest.current.value) latest.current.commit(text)
  }, [])

  const change = useCallback(
    (text: string) => {
      written.current = text
      setDraft({ text, leftAt: null })
      if (timer.current) clearTimeout(timer.current)
      timer.current = setTimeout(flush, pauseMs)
    },
    [flush, pauseMs],
  )

  const leave = useCallback(() => {
    const known = latest.current.value
    flush()
    // What was written stays shown until the store answers with a value, its own or someone else's.
    setDraft((now) => (now === null || now.text === known ? null : { ...now, leftAt: known }))
  }, [flush])

  useEffect(() => {
    window.addEventListener('pagehide', flush)
    flushes.add(flush)
    return () => {
      flushes.delete(flush)
      window.removeEventListener('pagehide', flush)
      flush()
    }
  }, [flush])

  const follows = draft === null || (draft.leftAt !== null && draft.leftAt !== value)
  // The store has answered: the value that was left may come again, by undo or from the history, and is then to be shown.
  if (follows && draft !== null) setDraft(null)
  return { value: follows ? value : draft.text, change, leave, flush }
}
