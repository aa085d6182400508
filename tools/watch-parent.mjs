// Ends this process when the one that started it is gone, however it ended. Preloaded by run.mjs with `--import`;
// `?of=<pid>` names the process to watch, because workers and forks inherit the preload but not the pipe.
import module from 'node:module'
import { Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { isMainThread } from 'node:worker_threads'

const graceMs = 20_000

/** npm does not tell its script when it is killed: under npm, a changed parent means that npm is gone. */
export function watchLauncher(gone) {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const parent = process.ppid
  const timer = setInterval(() => {
    if (process.ppid === parent) return
    clearInterval(timer)
    gone()
  }, 1000)
  timer.unref()
}

/**
 * Keeps what Node makes of our TypeScript (types stripped, compiled) for the next start, which is then twice as fast. Beside the
 * modules, not in the shared temporary folder: it is code. Where that cannot be written, nothing is kept and nothing is lost.
 */
export function keepCompiled() {
  module.enableCompileCache?.(fileURLToPath(new URL('../node_modules/.cache/grover', import.meta.url)))
}

const watched = Number(new URL(import.meta.url).searchParams.get('of'))
if (watched > 0 && watched === process.ppid && isMainThread) {
  keepCompiled()
  const pipe = new Socket({ fd: 3, readable: true, writable: false })
  const gone = () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), graceMs).unref()
  }
  pipe.once('close', gone)
  pipe.on('error', () => {})
  pipe.resume()
  pipe.unref()
}
