import { readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { sep } from 'node:path'
import { isMissing } from '../files.ts'
import { ask } from './ask.ts'

/** A program, and the folder it runs in. */
type Place = { pid: number; folder: string }

/**
 * Ends programs that a studio which was killed has left working in `folder`, also those that stand still. They are known by
 * the folder they run in, which is the engine's own. On Windows, where nothing stands still, they end with their film.
 */
export async function endStrays(folder: string): Promise<void> {
  // What a system tells are real paths.
  const own = realPath(folder)
  if (own === undefined) return
  for (const { pid, folder } of await places())
    if (folder.startsWith(own + sep))
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // Gone meanwhile.
      }
}

function realPath(folder: string): string | undefined {
  try {
    return realpathSync(folder)
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

async function places(): Promise<Place[]> {
  if (process.platform === 'linux') return ofProc()
  if (process.platform === 'darwin')
    return ofLsof((await ask('/usr/sbin/lsof', ['-w', '-a', '-d', 'cwd', '-c', 'ff', '-F', 'pn']))?.out ?? '')
  return []
}

function ofProc(): Place[] {
  const found: Place[] = []
  for (const pid of processIds())
    try {
      found.push({ pid, folder: readlinkSync(`/proc/${pid}/cwd`) })
    } catch {
      // Another person's, or gone meanwhile.
    }
  return found
}

/** None where a container shows no `/proc`. */
function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger)
  } catch {
    return []
  }
}

/** `p` a process, `n` the name of what it has open; https://lsof.readthedocs.io/en/latest/manpage/#output-for-other-programs */
export function ofLsof(text: string): Place[] {
  const found: Place[] = []
  let pid = 0
  for (const line of text.split('\n')) {
    if (line.startsWith('p')) pid = Number(line.slice(1))
    else if (line.startsWith('n')) found.push({ pid, folder: line.slice(1) })
  }
  return found
}
