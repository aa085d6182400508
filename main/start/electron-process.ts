import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Electron's program, or undefined where its download was not made. Only looked for, never asked for: since version 42
 * the package fetches it as soon as its own launcher is called.
 */
export function findElectron(root: string, platform: NodeJS.Platform = process.platform): string | undefined {
  const dist = join(root, 'node_modules/electron/dist')
  const listed = join(root, 'node_modules/electron/path.txt')
  const usual =
    { darwin: 'Electron.app/Contents/MacOS/Electron', win32: 'electron.exe' }[platform as string] ?? 'electron'
  const program = join(dist, existsSync(listed) ? readFileSync(listed, 'utf8').trim() : usual)
  return existsSync(program) ? program : undefined
}

/** Runs the built shell; it ends when this process does, because its standard input closes then. */
export function startElectron(options: { program: string; root: string; env: Record<string, string> }) {
  const { program, root, env } = options
  const sandbox = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  const child = spawn(program, [...sandbox, join(root, 'dist/electron/main/main.js')], {
    env: { ...process.env, ...env, GROVER_PARENT_PIPE: 'true' },
    stdio: ['pipe', 'inherit', 'inherit'],
  })
  child.stdin.on('error', () => undefined)
  const closed = new Promise<void>((resolve, reject) => {
    child.once('exit', () => resolve())
    child.once('error', reject)
  })
  return {
    closed,
    async close() {
      child.stdin.end()
      if (process.platform !== 'win32') child.kill('SIGTERM')
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000)
      await closed
      clearTimeout(timer)
    },
  }
}
