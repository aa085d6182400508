import { type ChildProcess, spawn } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { type Pipe, sendPagesOn } from './debugging-pipe.ts'

/** `closed` resolves with the browser's exit code: 0 when the person closed the window. */
export type AppWindow = { closed: Promise<number>; close(): Promise<void> }

const patienceMs = 5000

/**
 * Opens the studio in a window of its own, without tabs or address bar, with a profile that no other site shares. The command
 * line names only `doorUrl`, for every user of this machine can read it; where a page goes on from there is said over the
 * debugging pipe. A navigation over the pipe is the browser's own, as if typed: the strict cookie comes along, which it would
 * not from a file or a foreign page. And when this process is gone, however it ended, the browser reads the end of the pipe
 * and leaves too.
 */
export async function openAppWindow(options: {
  browser: string
  /** A page of ours that says nothing. */
  doorUrl: string
  /** Asked for each page that stands at the door: an address that opens the studio once. */
  ticketUrl: () => string
  profile: string
}): Promise<AppWindow> {
  const { browser, doorUrl, ticketUrl, profile } = options
  await mkdir(profile, { recursive: true, mode: 0o700 })
  const child = spawn(
    browser,
    [
      `--app=${doorUrl}`,
      `--user-data-dir=${profile}`,
      '--remote-debugging-pipe',
      '--no-first-run',
      '--no-default-browser-check',
      '--disable-sync',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-features=Translate,MediaRouter,OptimizationHints',
      '--window-size=1440,900',
      '--class=grover-studio',
      // Chromium refuses to run as root with its sandbox; root is asked for nothing else anywhere.
      ...(process.getuid?.() === 0 ? ['--no-sandbox', '--test-type'] : []),
    ],
    // 3 and 4 are the two ends of the debugging pipe.
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], windowsHide: true },
  )
  for (const pipe of [child.stdio[3], child.stdio[4]]) pipe?.on('error', () => undefined)
  sendPagesOn({ write: child.stdio[3], read: child.stdio[4] } as Pipe, doorUrl, ticketUrl)
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  const closed = new Promise<number>((resolve) => child.once('exit', (code) => resolve(code ?? 1)))
  return { closed, close: () => end(child, closed) }
}

async function end(child: ChildProcess, closed: Promise<number>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGTERM')
  const timer = setTimeout(() => child.kill('SIGKILL'), patienceMs)
  await closed
  clearTimeout(timer)
}

/** Whether there is a desktop on which a window could appear. */
export const hasDisplay = (env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): boolean =>
  platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY)
