import { randomBytes } from 'node:crypto'
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { fail } from '../../shared/errors.ts'

const isCode = (error: unknown, ...codes: string[]) =>
  error instanceof Error && 'code' in error && codes.includes(String(error.code))

export const isMissing = (error: unknown) => isCode(error, 'ENOENT', 'ENOTDIR')

/**
 * Writes a whole file or nothing: beside its place, to the disk, then renamed over it. Only this user can read it.
 * Errors: `storage_full`.
 */
export async function writeAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString('hex')}.part`
  try {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(data)
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
  } catch (error) {
    await rm(draft, { force: true })
    asStorageFull(error)
  }
}

/** Throws what a write failed with, by its name where the disk is full. */
export function asStorageFull(error: unknown): never {
  if (isCode(error, 'ENOSPC', 'EDQUOT', 'EROFS'))
    fail('storage_full', 'The disk is full, so this could not be kept. Make some room and try again.')
  throw error
}

/** The file's text, or undefined when there is none. */
export async function readText(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

/** Puts a file that cannot be read out of the way, so that nothing it held is destroyed and work goes on. */
export async function setAside(path: string, now: number): Promise<string> {
  const aside = `${path}.unreadable-${now}`
  await rename(path, aside)
  return aside
}
