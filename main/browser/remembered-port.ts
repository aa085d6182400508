import { join } from 'node:path'
import { readText, writeAtomic } from '../services/files.ts'
import type { Log } from '../services/log.ts'

/**
 * The port is random the first time and kept: the browser's database belongs to the origin, and the port is part of it, so
 * another port would show an empty studio. Should another program have taken it, a new one is used for this time;
 * the server and the mirror bring the work back.
 */
export async function withRememberedPort<T>(
  folder: string,
  log: Log,
  listen: (port: number) => Promise<T & { origin: string }>,
): Promise<T & { origin: string }> {
  const path = join(folder, 'port')
  const remembered = Number(await readText(path))
  if (Number.isInteger(remembered) && remembered > 1023 && remembered < 65536)
    try {
      return await listen(remembered)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error
      log(
        `Port ${remembered}, where the studio keeps its local work, is taken by another program; another is used this time.`,
      )
      return listen(0)
    }
  const host = await listen(0)
  await writeAtomic(path, new URL(host.origin).port)
  return host
}
