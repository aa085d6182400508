import { spawn } from 'node:child_process'

const timeout = 20_000

/** What a program says, on both lines; undefined when it does not run, fails or takes too long. */
export const ask = (path: string, args: string[]) =>
  new Promise<{ out: string; said: string } | undefined>((resolve) => {
    const child = spawn(path, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      windowsHide: true,
      timeout,
      // One that hangs in a driver heeds no other.
      killSignal: 'SIGKILL',
    })
    let out = ''
    let said = ''
    child.stdout.on('data', (part) => (out += part))
    child.stderr.on('data', (part) => (said += part))
    child.once('error', () => resolve(undefined))
    child.once('close', (code) => resolve(code === 0 ? { out, said } : undefined))
  })
