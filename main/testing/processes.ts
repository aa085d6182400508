import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { onTestFinished } from 'vitest'

export type Program = {
  child: ChildProcess
  /** What it has said so far. */
  readonly out: string
  readonly err: string
  /** The first line of standard output that begins like this, less its beginning. */
  line(beginning: string): Promise<string>
  said(part: string): Promise<void>
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>
}

const patienceMs = 90_000

/** Runs Node on a program of ours, and makes sure that nothing of it outlives the test. */
export function run(args: string[], env: NodeJS.ProcessEnv = {}, program = process.execPath, cwd?: string): Program {
  const child = spawn(program, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'], cwd })
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (err += part))
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.once('exit', (code, signal) => resolve({ code, signal })),
  )
  onTestFinished(async () => {
    child.kill('SIGTERM')
    await ended
  })
  const hears = async <T>(look: () => T | undefined) => {
    const found = await until(look, () => child.exitCode === null && child.signalCode === null)
    if (found === undefined) throw new Error(`It ended or waited too long. It said:\n${out}\n${err}`)
    return found
  }
  return {
    child,
    ended,
    get out() {
      return out
    },
    get err() {
      return err
    },
    line: (beginning) =>
      hears(() =>
        out
          .split('\n')
          .slice(0, -1)
          .find((line) => line.startsWith(beginning))
          ?.slice(beginning.length),
      ),
    said: async (part) => void (await hears(() => err.includes(part) || undefined)),
  }
}

/** Looks until there is something to see, nothing can come any more, or patience ends. */
export async function until<T>(look: () => T | undefined, goesOn: () => boolean = () => true): Promise<T | undefined> {
  const end = Date.now() + patienceMs
  for (;;) {
    const isLast = !goesOn() || Date.now() > end
    const found = look()
    if (found !== undefined || isLast) return found
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}

type Stat = { pid: number; parent: number; state: string; command: string }

function stats(): Stat[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      try {
        const stat = readFileSync(`/proc/${name}/stat`, 'utf8')
        const [state = '', parent = ''] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
        const command = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        return [{ pid: Number(name), parent: Number(parent), state, command }]
      } catch {
        return []
      }
    })
}

/** Everything that a process has started and what that has started, itself included (Linux). */
export function familyOf(pid: number): Stat[] {
  const all = stats()
  const family = all.filter((one) => one.pid === pid)
  for (const member of family) family.push(...all.filter((one) => one.parent === member.pid))
  return family
}

/** Those of them that still run; one that has ended and was not collected by its parent runs no more. */
export const stillRunning = (family: Stat[]): Stat[] =>
  stats().filter(
    (one) => one.state !== 'Z' && family.some(({ pid, command }) => pid === one.pid && command === one.command),
  )

export const allGone = (family: Stat[]) => until(() => stillRunning(family).length === 0 || undefined)
