import { createHash, randomUUID } from 'node:crypto'
import { mkdir, open, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { setTimeout as after } from 'node:timers/promises'
import { fail } from '../../shared/errors.ts'

/** A file that has arrived whole but is not accepted yet. `discard` is harmless after it was moved away. */
export type Staged = { file: string; hash: string; bytes: number; discard(): Promise<void> }

/**
 * Writes a stream to a file of its own while hashing it; never more than `maxBytes`. Errors: `too_large`, and the
 * stream's own; no file is left behind then. The stream itself is left open: it is a request, and its sender wants to
 * read the answer (see `drain`).
 */
export async function stage(source: Readable, dir: string, maxBytes: number): Promise<Staged> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, randomUUID())
  const discard = () => rm(file, { force: true })
  const sha256 = createHash('sha256')
  let bytes = 0
  const handle = await open(file, 'wx', 0o600)
  try {
    for await (const chunk of source.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length
      if (bytes > maxBytes) fail('too_large', `A picture can have ${maxBytes / 1024 / 1024} MB at most.`)
      sha256.update(chunk)
      await handle.writeFile(chunk)
    }
  } catch (error) {
    await handle.close()
    await discard()
    throw error
  }
  await handle.close()
  return { file, hash: sha256.digest('hex'), bytes, discard }
}

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
