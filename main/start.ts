import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { variables } from '../server/config-variables.ts'
import { defaultDataDir } from '../server/database/cluster-place.ts'
import { FolderInUse, lockFolder } from '../server/folder-lock.ts'
import { BuildFailed, build, builtProgram, isStale, type Target, targets } from '../tools/targets.ts'
import { ArgumentError, help, readArguments, type StartOptions } from './start/arguments.ts'
import { findElectron, startElectron } from './start/electron-process.ts'
import { ServerEnded, startServer } from './start/server-process.ts'

const root = resolve(import.meta.dirname, '..')
/** What was started, undone in reverse order. */
const cleanups: (() => Promise<void> | void)[] = []
const stopped = new AbortController()
const say = (text: string) => console.error(text)

async function stop(code: number): Promise<never> {
  if (stopped.signal.aborted) return new Promise<never>(() => undefined)
  stopped.abort()
  for (const cleanup of cleanups.reverse())
    try {
      await cleanup()
    } catch (error) {
      say(`Something could not be stopped cleanly: ${error instanceof Error ? error.message : error}`)
      code ||= 1
    }
  process.exit(code)
}

/** An expected reason not to start, said as it is. */
class CannotStart extends Error {}

async function start(options: StartOptions): Promise<void> {
  const data = options.data ?? resolve(process.env.GROVER_DATA_DIR || defaultDataDir())
  const electron = hostProgram(options.host)
  const isNew = !existsSync(data) || (await readdir(data)).length === 0
  if (options.demo && !isNew)
    say(`${data} already has something in it: --demo fills a new folder only. It is started as it is.`)
  mkdirSync(data, { recursive: true, mode: 0o700 })
  cleanups.push(lockFolder(join(data, 'studio.lock'), 'Grover Studio'))

  let serverUrl = foreignServer()
  const server = serverUrl === undefined ? runServer(data, options, isNew) : undefined
  const folder = join(data, 'studio')
  const { renderer, electron: shell, programs } = targets(root)
  const built = Promise.all([ensure(renderer), ...(electron ? [ensure(shell)] : [])])
  built.catch(() => undefined)

  const studio = electron ? undefined : await browserStudio(folder, () => serverUrl ?? 'http://127.0.0.1:4310')
  serverUrl ??= await server?.ready
  await built
  if (stopped.signal.aborted) return
  console.log(`server  ${serverUrl}`)

  if (studio) {
    console.log(`studio  ${studio.ticketUrl()}`)
    if (options.open) await studio.openWindow()
    if (process.stdin.isTTY) offerNewAddresses(studio.ticketUrl)
  } else if (electron) {
    const env = { GROVER_SERVER_URL: serverUrl ?? '', GROVER_DATA_DIR: data }
    const window = startElectron({ program: electron, root, env })
    cleanups.push(window.close)
    console.log('studio  in its own window')
    // Quitting the desktop app is meant for all of it.
    void window.closed.then(() => stop(0), cannotGoOn)
  }
  buildForNextTime(programs)
}

/** The server named by the setting, or undefined where one is to be started here. */
function foreignServer(): string | undefined {
  const { name, range, parse } = variables.serverUrl
  const text = process.env[name] ?? ''
  try {
    return parse(text) || undefined
  } catch {
    throw new ArgumentError(`${name} is «${text}», but must be ${range}.`)
  }
}

/** Electron's program where it is to be used, undefined for the browser host. */
function hostProgram(wanted: StartOptions['host']): string | undefined {
  if (wanted === 'browser') return undefined
  const electron = findElectron(root)
  if (wanted === 'electron' && !electron)
    throw new CannotStart(
      "Electron's program is not installed: «npx install-electron» fetches it, or use --host browser, which needs none.",
    )
  return electron
}

function runServer(data: string, options: StartOptions, isNew: boolean) {
  const server = startServer({
    entry: join(root, 'server/start.ts'),
    env: {
      GROVER_DATA_DIR: data,
      GROVER_DEMO: String(options.demo && isNew),
      ...(options.port === undefined ? {} : { GROVER_PORT: String(options.port) }),
    },
    logFile: join(data, 'logs/server.log'),
    line: (text) => console.log(text),
    say,
  })
  cleanups.push(server.stop)
  void server.givenUp.then(stop)
  return server
}

async function browserStudio(folder: string, serverUrl: () => string) {
  // Loaded while the server starts, and not at all for Electron, which brings its own.
  const built = builtProgram(root, 'studio')
  const { startBrowserStudio }: typeof import('./start/studio.ts') = await (built
    ? import(built)
    : import('./start/studio.ts'))
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
  const studio = await startBrowserStudio({ root, folder, version, serverUrl, say })
  cleanups.push(studio.close)
  return studio
}

async function ensure(target: Target): Promise<void> {
  if (!isStale(target)) return
  say(`Building the ${target.name}: a few seconds, once.`)
  await build(target, root, stopped.signal)
}

/** For the next start, which is quicker with it; this one runs from the sources, and goes on where it cannot be built. */
function buildForNextTime(target: Target): void {
  if (isStale(target)) build(target, root, stopped.signal).catch(() => undefined)
}

/** Each address works once, so that one seen by somebody else is worth nothing; Enter gives another. */
function offerNewAddresses(ticketUrl: () => string): void {
  process.stdin.on('data', () => console.log(`studio  ${ticketUrl()}`))
  process.stdin.unref()
}

async function cannotGoOn(error: unknown): Promise<void> {
  if (stopped.signal.aborted) return
  if (error instanceof ServerEnded) return stop(error.code)
  if (error instanceof ArgumentError) {
    say(error.message)
    return stop(2)
  }
  const isExpected = [CannotStart, FolderInUse, BuildFailed].some((kind) => error instanceof kind)
  say(
    isExpected
      ? (error as Error).message
      : `The studio could not start. ${error instanceof Error ? error.stack : error}`,
  )
  return stop(1)
}

function main(): void {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stop(0))
  try {
    if (existsSync(join(root, '.env'))) process.loadEnvFile(join(root, '.env'))
    const options = readArguments(process.argv.slice(2))
    if (options.help) console.log(help)
    else start(options).catch(cannotGoOn)
  } catch (error) {
    void cannotGoOn(error)
  }
}

main()
