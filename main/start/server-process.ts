import { type ChildProcess, spawn } from 'node:child_process'
import { createWriteStream, mkdirSync, renameSync, statSync } from 'node:fs'
import { getCompileCacheDir } from 'node:module'
import { dirname } from 'node:path'
import { createInterface } from 'node:readline'
import { worthTelling } from './server-log.ts'

export type ServerProcess = {
  /** Resolves with the origin the first time the server is ready. Rejects with ServerEnded when it cannot start. */
  ready: Promise<string>
  /** Resolves with an exit code when the server has ended for good without being asked. */
  givenUp: Promise<number>
  stop(): Promise<void>
}

/** The server ended before it was ready; it has said why. */
export class ServerEnded extends Error {
  readonly code: number
  constructor(code: number) {
    super(`The server ended with code ${code} before it was ready.`)
    this.code = code
  }
}

/** As many restarts in a minute before it is taken for a fault that a restart does not mend. */
const restarts = 5
const withinMs = 60_000
const largestLog = 10_000_000
/** Longer than the server's own longest drain. */
const patienceMs = 20_000

/**
 * Runs the companion server as a child: starts it again when it crashes, ends with it. The server reads the end of its standard
 * input when this process is gone, also by SIGKILL, and stops by itself.
 */
export function startServer(options: {
  /** The TypeScript file to run. */
  entry: string
  env: Record<string, string>
  logFile: string
  /** A line of its standard output beside the address. */
  line: (text: string) => void
  /** A sentence for the person at the terminal. */
  say: (text: string) => void
  clock?: { now(): number }
}): ServerProcess {
  const { entry, logFile, line, say, clock = Date } = options
  const log = openLog(logFile)
  const crashes: number[] = []
  let env = options.env
  let child: ChildProcess | undefined
  let ended = Promise.resolve()
  let isStopping = false
  let isReady = false
  const ready = Promise.withResolvers<string>()
  const givenUp = Promise.withResolvers<number>()
  ready.promise.catch(() => undefined)

  function launch() {
    const cache = getCompileCacheDir()
    const started = spawn(process.execPath, [entry], {
      env: {
        ...process.env,
        ...env,
        ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}),
        GROVER_PARENT_PIPE: 'true',
      },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    })
    child = started
    started.stdin.on('error', () => undefined)
    createInterface(started.stdout).on('line', (text) => {
      const [, origin] = /^server {2}(http\S+)$/.exec(text) ?? []
      if (origin === undefined) return line(text)
      isReady = true
      // After a crash it comes back where everybody knows it, and a folder is filled once.
      env = { ...env, GROVER_PORT: new URL(origin).port || env.GROVER_PORT || '', GROVER_DEMO: 'false' }
      ready.resolve(origin)
    })
    createInterface(started.stderr).on('line', (text) => {
      log.write(`${text}\n`)
      const sentence = worthTelling(text)
      // What breaks while it is being stopped is no news.
      if (sentence !== undefined && !isStopping) say(sentence)
    })
    ended = new Promise((resolve) => {
      // `close`, not `exit`: its last words are read first.
      started.once('close', (code, signal) => {
        resolve()
        after(code ?? 1, signal)
      })
      started.once('error', (error) => {
        say(`The server could not be started: ${error.message}.`)
        resolve()
        after(1, null)
      })
    })
  }

  function after(code: number, signal: NodeJS.Signals | null) {
    if (isStopping) return
    if (!isReady) {
      ready.reject(new ServerEnded(code))
      return
    }
    const now = clock.now()
    crashes.push(now)
    if (crashes.filter((at) => now - at < withinMs).length > restarts) {
      say(`The server stopped ${restarts + 1} times within a minute. Its log is ${logFile}.`)
      return givenUp.resolve(1)
    }
    say(`The server stopped unexpectedly (${signal ?? `code ${code}`}) and is started again.`)
    launch()
  }

  launch()
  return {
    ready: ready.promise,
    givenUp: givenUp.promise,
    async stop() {
      isStopping = true
      // Both ways of asking: Windows knows no SIGTERM, and there the end of its input has to do.
      child?.stdin?.end()
      if (process.platform !== 'win32') child?.kill('SIGTERM')
      const timer = setTimeout(() => child?.kill('SIGKILL'), patienceMs)
      await ended
      clearTimeout(timer)
      await new Promise<void>((resolve) => log.end(resolve))
    },
  }
}

function openLog(path: string) {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  try {
    if (statSync(path).size > largestLog) renameSync(path, `${path}.old`)
  } catch {
    // There is none yet.
  }
  return createWriteStream(path, { flags: 'a', mode: 0o600 })
}
