import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const root = join(import.meta.dirname, '..')

/** More than our programs take by their own word; the runner gives a hook twice as long. */
const stopWithinMs = 60_000

export type Running = {
  process: ChildProcess
  /** The value of each printed line `name  value`, by name. */
  lines: Record<string, string>
  output(): string
  kill(signal?: NodeJS.Signals): Promise<void>
}

/** Runs one of our own entries, and resolves when it has printed a line for each of `names`. */
export async function launch(
  entry: string,
  args: string[],
  names: string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Running> {
  const child = spawn(process.execPath, [entry, ...args], {
    cwd: root,
    // As `npm start` does: compiled code is kept between starts.
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/grover'),
      GROVER_LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const lines: Record<string, string> = {}
  let output = ''
  let rest = ''
  const ready = new Promise<void>((resolve, reject) => {
    const take = (chunk: Buffer) => {
      output += chunk
      rest += chunk
      for (let end = rest.indexOf('\n'); end >= 0; end = rest.indexOf('\n')) {
        const match = /^(server|studio|sign in) {2,}(.+)$/.exec(rest.slice(0, end).trimEnd())
        if (match) lines[match[1]!] = match[2]!.trim()
        rest = rest.slice(end + 1)
      }
      if (names.every((name) => lines[name])) resolve()
    }
    child.stdout.on('data', take)
    child.stderr.on('data', (chunk: Buffer) => (output += chunk))
    child.once('exit', (code) => reject(new Error(`${entry} ended (${code}) before it was ready:\n${output}`)))
    child.once('error', reject)
  })
  await ready
  return {
    process: child,
    lines,
    output: () => output,
    async kill(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const exited = once(child, 'exit')
      child.kill(signal)
      let isLate = false
      const late = setTimeout(() => {
        isLate = true
        child.kill('SIGKILL')
      }, stopWithinMs)
      await exited
      clearTimeout(late)
      if (isLate) throw new Error(`${entry} did not stop within ${stopWithinMs / 1000} s of ${signal}:\n${output}`)
    },
  }
}

export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `grover-${name}-`))
  // As root the database runs as another account: it can pass, and so its files are here and go with the folder.
  chmodSync(folder, 0o711)
  return folder
}
export const removeFolder = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })

export async function freePort(): Promise<number> {
  const probe = createServer()
  probe.listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  probe.close()
  await once(probe, 'close')
  return port
}

/** The companion server alone, on a port of its own. */
export async function startServer(options: {
  dataDir: string
  port: number
  publicUrl?: string
  env?: NodeJS.ProcessEnv
}): Promise<Running> {
  return await launch('server/start.ts', [], ['server'], {
    GROVER_DATA_DIR: options.dataDir,
    GROVER_PORT: String(options.port),
    GROVER_ATTEMPTS_PER_MINUTE: '1000',
    ...(options.publicUrl ? { GROVER_PUBLIC_URL: options.publicUrl } : {}),
    ...options.env,
  })
}
