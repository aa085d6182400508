import { useRef, useState } from 'react'

export type Task = {
  isRunning: boolean
  error: unknown
  /** Runs one at a time; what it throws is kept for the form to say. Resolves to whether it went well. */
  run(work: (signal: AbortSignal) => Promise<void>): Promise<boolean>
  /** Stops waiting for it. */
  cancel(): void
  clear(): void
}

/** One thing a form does with the server: its progress and its failure. */
export function useTask(): Task {
  const [state, setState] = useState<{ isRunning: boolean; error: unknown }>({ isRunning: false, error: null })
  const running = useRef<AbortController | null>(null)
  return {
    ...state,
    async run(work) {
      if (running.current) return false
      const control = new AbortController()
      running.current = control
      setState({ isRunning: true, error: null })
      try {
        await work(control.signal)
        setState({ isRunning: false, error: null })
        return true
      } catch (error) {
        setState({ isRunning: false, error: control.signal.aborted ? null : error })
        return false
      } finally {
        running.current = null
      }
    },
    cancel: () => running.current?.abort(),
    clear: () => setState((now) => ({ ...now, error: null })),
  }
}
