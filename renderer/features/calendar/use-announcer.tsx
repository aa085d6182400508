import { type ReactNode, useCallback, useState } from 'react'

/** Says things to a screen reader. The same sentence twice is said twice. */
export function useAnnouncer(): [say: (text: string) => void, region: ReactNode] {
  const [said, setSaid] = useState({ text: '', turn: 0 })
  const say = useCallback((text: string) => setSaid((last) => ({ text, turn: last.turn + 1 })), [])
  return [
    say,
    <div key="announcer" className="sr-only" role="status" aria-live="assertive" data-testid="calendar-said">
      <span key={said.turn}>{said.text}</span>
    </div>,
  ]
}
