import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** How a program ended: its whole standard output, and the last of what it said. */
export type Ended = { code: number; out: Buffer; said: string }

export type RunOptions = {
  signal?: AbortSignal
  /** Each whole line of standard output; then `out` is empty. */
  onLine?: (line: string) => void
  input?: Readable
  /** The folder it runs in. */
  folder?: string
  /** After so long it is ended, and `code` is -1; time in which it is held does not count. */
  patienceMs?: number
}

export type Processes = ReturnType<typeof createProcesses>
/** The programs of one job: run, held and ended together. */
export type Crew = ReturnType<Processes['crew']>

/** The programs of a crew, each with how long it may take. */
type Own = Map<ChildProcess, ReturnType<typeof createPatience> | undefined>

const { PRIORITY_BELOW_NORMAL, PRIORITY_LOW } = constants.priority
/** Enough to say what went wrong. */
const mostSaid = 16_384
export const canHold = process.platform !== 'win32'

/** Calls `end` after `ms` that were not held. */
function createPatience(ms: number, end: () => void) {
  let left = ms
  let since = 0
  let timer: NodeJS.Timeout | undefined
  const goOn = () => {
    since = performance.now()
    timer = setTimeout(end, left)
  }
  goOn()
  return {
    goOn,
    hold: () => {
      clearTimeout(timer)
      left -= performance.now() - since
    },
  }
}

/** Every program the engine has started. The studio's window comes first, so they run below normal priority. */
export function createProcesses() {
  const children = new Set<ChildProcess>()
  let calm = false

  const settle = (child: ChildProcess) => {
    for (const id of threadsOf(child))
      try {
        setPriority(id, calm ? PRIORITY_LOW : PRIORITY_BELOW_NORMAL)
      } catch {
        // It has ended, or the system does not let an ordinary user raise what was lowered: the next child runs as it should.
      }
  }

  function run(own: Own, command: string, args: string[], options: RunOptions = {}): Promise<Ended> {
    const { signal, onLine, input, folder, patienceMs } = options
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted()
      const child = spawn(command, args, {
        stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'],
        windowsHide: true,
        ...(folder ? { cwd: folder } : {}),
      })
      children.add(child)
      // What it wrote is thrown away in any case, so there is nothing it should do first.
      const end = () => child.kill('SIGKILL')
      own.set(child, patienceMs === undefined ? undefined : createPatience(patienceMs, end))
      settle(child)
      const out: Buffer[] = []
      let said = ''
      let rest = ''
      child.stdout?.on('data', (part: Buffer) => {
        if (!onLine) return void out.push(part)
        const lines = (rest + part.toString('latin1')).split('\n')
        rest = lines.pop() ?? ''
        for (const line of lines) onLine(line)
      })
      child.stderr?.on('data', (part: Buffer) => {
        said = (said + part.toString('utf8')).slice(-mostSaid)
      })
      let broken: unknown
      if (input && child.stdin)
        pipeline(input, child.stdin).catch((error: NodeJS.ErrnoException) => {
          // A program that has seen enough closes its end.
          if (error.code === 'EPIPE' || error.code === 'ERR_STREAM_PREMATURE_CLOSE') return
          broken = error
          end()
        })
      signal?.addEventListener('abort', end, { once: true })
      const gone = () => {
        children.delete(child)
        own.get(child)?.hold()
        own.delete(child)
        signal?.removeEventListener('abort', end)
      }
      child.once('error', (error) => {
        gone()
        reject(error)
      })
      child.once('close', (code) => {
        gone()
        if (signal?.aborted) reject(signal.reason)
        else if (broken) reject(broken)
        else resolve({ code: code ?? -1, out: Buffer.concat(out), said })
      })
    })
  }

  return {
    get count() {
      return children.size
    },
    crew() {
      const own: Own = new Map()
      let held: PromiseWithResolvers<void> | undefined
      /** At once, or when it is held no more. Rejects when it is ended instead. */
      async function whenGoing(signal?: AbortSignal): Promise<void> {
        if (held) await Promise.race([held.promise, ...(signal ? [aborted(signal)] : [])])
        signal?.throwIfAborted()
      }
      return {
        whenGoing,
        /** Begins no program while it is held. */
        async run(command: string, args: string[], options?: RunOptions): Promise<Ended> {
          await whenGoing(options?.signal)
          return await run(own, command, args, options)
        },
        hold: () => {
          if (held) return
          held = Promise.withResolvers()
          for (const [child, patience] of own) {
            child.kill('SIGSTOP')
            patience?.hold()
          }
        },
        goOn: () => {
          if (!held) return
          held.resolve()
          held = undefined
          for (const [child, patience] of own) {
            child.kill('SIGCONT')
            patience?.goOn()
          }
        },
      }
    },
    calm(on: boolean) {
      calm = on
      children.forEach(settle)
    },
    async stop() {
      await Promise.all(
        [...children].map(
          (child) =>
            new Promise<void>((resolve) => {
              child.once('close', () => resolve())
              child.kill('SIGKILL')
            }),
        ),
      )
    },
  }
}

const aborted = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })

/** On Linux each thread has a priority of its own, and ffmpeg encodes in many. */
function threadsOf({ pid }: ChildProcess): number[] {
  if (pid === undefined) return []
  if (process.platform !== 'linux') return [pid]
  try {
    return readdirSync(`/proc/${pid}/task`).map(Number)
  } catch {
    return []
  }
}
