import { readdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'

const forgottenAfterMs = 10 * 60_000

/** Removes files that nobody has written to for a while, and tells how many. Several servers may share the folder. */
export async function cleanFolder(folder: string): Promise<number> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  let removed = 0
  for (const name of names) {
    const path = join(folder, name)
    const age = await stat(path).then(
      (info) => Date.now() - info.mtimeMs,
      () => 0,
    )
    if (age < forgottenAfterMs) continue
    await rm(path, { force: true })
    removed++
  }
  return removed
}
