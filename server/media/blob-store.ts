import type { Readable } from 'node:stream'

/** A finished file on this machine. The store may move it away instead of copying it. */
export type FileSource = { file: string }

/** From the first byte wanted to the last, both included. */
export type ByteRange = { start: number; end: number }

/**
 * Where bytes are kept. Keys are names of the server's own making: letters, digits, `-`, `_`, `.` and `/` between parts.
 * What is under a key is whole or not there, and never changes; putting it again is harmless.
 */
export type BlobStore = {
  /** A folder of this machine for files still arriving; where blobs are files, beside them: keeping one is a rename. */
  readonly incomingDir: string
  put(key: string, source: Readable | Buffer | FileSource): Promise<{ bytes: number }>
  /** All of it, or the part asked for, which has to lie within. Errors: `not_found`. */
  get(key: string, range?: ByteRange): Promise<Readable>
  /** Null when there is nothing under the key. */
  head(key: string): Promise<{ bytes: number } | null>
  /** Harmless where there is nothing under the key. */
  delete(key: string): Promise<void>
  /** Errors: when nothing could be stored now, or the place is another installation’s. */
  ready(): Promise<void>
  /** Removes what was never finished, and tells how many files that were. */
  cleanUp(): Promise<number>
}

/** Guards against keys that lead out of the store, whoever made them. */
export function checkKey(key: string): string {
  const parts = key.split('/')
  if (key.length > 300 || parts.some((part) => !/^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(part))) {
    throw new Error(`“${key.slice(0, 80)}” is no key of the blob store.`)
  }
  return key
}
