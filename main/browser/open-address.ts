import { spawn } from 'node:child_process'
import { fail } from '../../shared/errors.ts'

const patienceMs = 3000

/**
 * Opens an address in the person's own browser, by the operating system. The address is an argument of a program, never of a
 * shell. Errors: `unavailable`, with the address to open by hand.
 */
export function createOpenAddress(options: {
  platform?: NodeJS.Platform
  /** Used where the system has no opener of its own. */
  browser?: () => string | undefined
  /** A desktop to open a window on. */
  display: boolean
}): (url: string) => Promise<void> {
  const { platform = process.platform, browser = () => undefined, display } = options
  return async (url) => {
    const tries: [string, string[]][] = []
    if (platform === 'darwin') tries.push(['open', [url]])
    // `start` would be the shell's; this is the program behind it.
    else if (platform === 'win32') tries.push(['rundll32.exe', ['url.dll,FileProtocolHandler', url]])
    else if (display) tries.push(['xdg-open', [url]])
    const found = display ? browser() : undefined
    if (found) tries.push([found, [url]])
    for (const [program, args] of tries) if (await starts(program, args)) return
    fail('unavailable', `No browser could be opened on this machine. Open this address in one: ${url}`, { url })
  }
}

/** Whether the program began and did not fail at once; one that goes on running has opened the address. */
const starts = (program: string, args: string[]) =>
  new Promise<boolean>((resolve) => {
    const child = spawn(program, args, { stdio: 'ignore', detached: true, windowsHide: true })
    const timer = setTimeout(() => resolve(true), patienceMs)
    child.once('error', () => resolve(false))
    child.once('exit', (code) => {
      clearTimeout(timer)
      resolve(code === 0)
    })
    child.unref()
  })
