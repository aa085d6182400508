import { setTimeout as delay } from 'node:timers/promises'
import { createQueue } from './queue.ts'

/** Parts smaller than this cost more than they carry; none is held back longer than a second for its size. */
const smallestPart = 1024
/** The limit may have been changed meanwhile. */
const lookEveryMs = 250

/**
 * Shares a line among all who send: each asks before it sends, waits its turn and is told how many of its bytes may go. Half
 * a second may be caught up on, so that short pauses of a sender do not cost what the line could have carried. What was
 * not sent was not counted.
 */
export function createThrottle(parts: {
  bytesPerSecond: () => number
  now?: () => number
  wait?: (ms: number, signal: AbortSignal) => Promise<unknown>
}) {
  const {
    bytesPerSecond,
    now = () => performance.now(),
    wait = (ms, signal) => delay(ms, undefined, { signal }),
  } = parts
  const inTurn = createQueue()
  let allowed = 0
  let at = now()

  return (bytes: number, signal: AbortSignal): Promise<number> =>
    inTurn(async () => {
      for (;;) {
        signal.throwIfAborted()
        const limit = bytesPerSecond()
        if (limit <= 0) return bytes
        const passed = (now() - at) / 1000
        at += passed * 1000
        allowed = Math.min(allowed + passed * limit, Math.max(limit / 2, smallestPart))
        const least = Math.min(bytes, Math.max(limit / 20, smallestPart))
        if (allowed >= least) {
          const granted = Math.min(bytes, Math.floor(allowed))
          allowed -= granted
          return granted
        }
        await wait(Math.min(lookEveryMs, ((least - allowed) / limit) * 1000), signal)
      }
    })
}
export type Throttle = ReturnType<typeof createThrottle>
