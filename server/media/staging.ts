import { createHash, randomUUID } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GroverError } from '../../shared/errors.ts'

/** A file that has arrived whole but is not accepted yet. `discard` is harmless after it was moved away. */
export type Staged = { file: string; hash: string; bytes: number; discard(): Promise<void> }

/**
 * Writes a stream to a file of its own while hashing it; never more than `maxBytes`. Errors: `too_large`, and the
 * stream's own; nothing is left behind then.
 */
export async function stage(source: Readable, dir: string, maxBytes: number): Promise<Staged> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const file = join(dir, randomUUID())
  const sha256 = createHash('sha256')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      bytes += chunk.length
      if (bytes > maxBytes) {
        next(new GroverError('too_large', `A picture can have ${maxBytes / 1024 / 1024} MB at most.`))
        return
      }
      sha256.update(chunk)
      next(null, chunk)
    },
  })
  const discard = () => rm(file, { force: true })
  try {
    await pipeline(source, measure, createWriteStream(file, { mode: 0o600, flags: 'wx' }))
  } catch (error) {
    await discard()
    throw error
  }
  return { file, hash: sha256.digest('hex'), bytes, discard }
}
