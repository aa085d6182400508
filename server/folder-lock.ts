import { randomBytes } from 'node:crypto'
import { existsSync, linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

export class FolderInUse extends Error {
  readonly pid: number
  constructor(pid: number, message: string) {
    super(message)
    this.pid = pid
  }
}

/** When a process began, in the kernel's own ticks: a number that is used again by another process is told apart. */
function startOf(pid: number): string | undefined {
  if (process.platform !== 'linux') return existsAsProcess(pid) ? '' : undefined
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return fields[0] === 'Z' ? undefined : fields[19]
  } catch {
    return undefined
  }
}

function existsAsProcess(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * Takes the lock `file` for this process until the returned function is called or the process ends, however it ends.
 * Errors: FolderInUse, naming the process that has it.
 */
export function lockFolder(file: string, who: string): () => void {
  mkdirSync(dirname(file), { recursive: true })
  const mine = `${process.pid} ${startOf(process.pid) ?? ''}`
  // The content is there before the name is, so that nobody reads an empty lock and takes it for a stale one.
  const draft = `${file}.${randomBytes(4).toString('hex')}`
  writeFileSync(draft, mine, { mode: 0o644 })
  try {
    for (;;) {
      try {
        linkSync(draft, file)
        break
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        removeIfStale(file, who)
      }
    }
  } finally {
    rmSync(draft, { force: true })
  }
  return () => {
    if (existsSync(file) && readFileSync(file, 'utf8') === mine) unlinkSync(file)
  }
}

function removeIfStale(file: string, who: string): void {
  const read = (path: string) => {
    try {
      return readFileSync(path, 'utf8')
    } catch {
      return undefined
    }
  }
  const content = read(file)
  if (content === undefined) return
  const [pid, start] = content.split(' ')
  const now = startOf(Number(pid))
  if (now !== undefined && now === (start ?? ''))
    throw new FolderInUse(Number(pid), `${who} already runs on ${dirname(file)} (process ${pid}).`)
  const aside = `${file}.stale-${randomBytes(4).toString('hex')}`
  try {
    renameSync(file, aside)
  } catch {
    return
  }
  // Another start may have replaced the stale lock in between: then what we moved is a living one. Put it back.
  if (read(aside) !== content) renameSync(aside, file)
  else rmSync(aside, { force: true })
}
