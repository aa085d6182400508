import { spawn } from 'node:child_process'

const patienceMs = 10_000

/** What a program says, on both lines; undefined when it does not run, fails or takes too long. */
export const ask = (path: string, args: string[]) =>
  new Promise<{ out: string; said: string } | undefined>((resolve) => {
    const child = spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'], windowsHide: true, timeout: patienceMs })
    let out = ''
    let said = ''
    child.stdout.on('data', (part) => (out += part))
    child.stderr.on('data', (part) => (said += part))
    child.once('error', () => resolve(undefined))
    child.once('close', (code) => resolve(code === 0 ? { out, said } : undefined))
  })
