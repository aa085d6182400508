import { setTimeout as delay } from 'node:timers/promises'

/**
 * Shares a line among all who send: each asks before it sends, and waits its turn. A second may be caught up on, so that
 * short pauses of the sender do not cost what the line could have carried.
 */
export function createThrottle({
  bytesPerSecond,
  now = Date.now,
}: {
  bytesPerSecond: () => number
  now?: () => number
}) {
  /** When the line is free again. */
  let freeAt = 0
  return async (bytes: number, signal: AbortSignal): Promise<void> => {
    const limit = bytesPerSecond()
    if (limit <= 0) return
    freeAt = Math.max(freeAt, now() - 1000) + (bytes / limit) * 1000
    const waitMs = freeAt - now()
    if (waitMs > 0) await delay(waitMs, undefined, { signal })
  }
}
export type Throttle = ReturnType<typeof createThrottle>
