import type { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'

const drainBytes = 100_000_000
const drainMs = 10_000

/**
 * Reads a refused body to its end, within reason: a connection that is closed while its sender is still sending loses
 * the answer that says why.
 */
export async function drain(source: Readable): Promise<void> {
  const deadline = AbortSignal.timeout(drainMs)
  const rest = (async () => {
    let bytes = 0
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > drainBytes || deadline.aborted) return
    }
  })()
  // A sender that hangs up while we read on has no use for the answer.
  await Promise.race([rest.catch(() => {}), after(drainMs, undefined, { ref: false })])
}
