import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { chown, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import type { PoolConfig } from 'pg'
import { installBinaries } from './binaries.ts'
import { type Account, type ClusterPlace, placeCluster } from './cluster-place.ts'

export type EmbeddedPostgres = {
  connection: PoolConfig
  /** Resolves when PostgreSQL ends without having been asked to. */
  died: Promise<string>
  stop(): Promise<void>
}

type Options = { dataDir: string; binariesDir?: string; settings?: Record<string, string> }

const run = (program: string, args: string[], account: Account | undefined): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { ...account, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'], env: postgresEnv() })
    let output = ''
    child.stdout.on('data', (d) => (output += d))
    child.stderr.on('data', (d) => (output += d))
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${program} failed (${code}): ${output.trim()}`)),
    )
  })

/** Nothing of our own environment, which may carry secrets, reaches PostgreSQL. */
const postgresEnv = (): NodeJS.ProcessEnv => ({ PATH: process.env.PATH, LC_ALL: 'C', TZ: 'UTC' })

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** What a process was started with, in one line; undefined where the operating system does not tell. */
async function commandOf(pid: number, platform: NodeJS.Platform): Promise<string | undefined> {
  try {
    if (platform === 'linux') return (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ')
    if (platform !== 'win32') {
      const env = { ...process.env, LC_ALL: 'en_US.UTF-8' }
      return (await promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { env })).stdout
    }
    const ask = `[Console]::OutputEncoding = [Text.Encoding]::UTF8; (Get-CimInstance Win32_Process -Filter ProcessId=${pid}).CommandLine`
    const { stdout } = await promisify(execFile)('powershell.exe', ['-NoProfile', '-Command', ask])
    // Arguments with spaces stand between quotes.
    return stdout.trim() === '' ? undefined : stdout.replaceAll('"', '')
  } catch {
    return undefined
  }
}

/**
 * A server that was killed leaves its PostgreSQL running. Stops it, so that the new one is ours to supervise. After the
 * machine went down the number in `postmaster.pid` may be a stranger's: only what is proved to be a PostgreSQL of this
 * folder gets a signal. Where nothing is proved, PostgreSQL itself decides whether it may start.
 */
export async function stopLeftOver(data: string, platform = process.platform): Promise<void> {
  const pidFile = join(data, 'postmaster.pid')
  const pid = Number((await readFile(pidFile, 'utf8').catch(() => '')).split('\n')[0])
  if (!Number.isInteger(pid) || pid <= 1) return
  const command = alive(pid) ? await commandOf(pid, platform) : ''
  if (command === undefined) return
  if (!['postgres', 'postgres.exe'].some((program) => command.includes(`${program} -D ${data} `))) {
    // PostgreSQL would mistake the stranger for itself, and not start.
    await rm(pidFile, { force: true })
    return
  }
  process.kill(pid, 'SIGINT')
  for (let waited = 0; alive(pid); waited += 20) {
    if (waited === 5_000) process.kill(pid, 'SIGQUIT')
    if (waited > 15_000) throw new Error(`A PostgreSQL left by an earlier run (process ${pid}) does not stop.`)
    await delay(20)
  }
}

const settings: Record<string, string> = {
  listen_addresses: '',
  max_connections: '120',
  shared_buffers: '64MB',
  // A published post must survive the power cut: the default, said aloud.
  fsync: 'on',
  synchronous_commit: 'on',
  max_wal_size: '512MB',
  checkpoint_timeout: '15min',
  log_min_messages: 'warning',
  log_timezone: 'UTC',
  timezone: 'UTC',
  // Small queries by the thousand: compiling them costs more than it gains.
  jit: 'off',
  // The files are ours alone; a shared memory segment by key could collide with a neighbour's cluster.
  dynamic_shared_memory_type: 'posix',
}

/** How a cluster of ours is reached while it runs. */
export const connectionOf = ({ socket }: Pick<ClusterPlace, 'socket'>) => ({
  host: socket,
  port: 5432,
  user: 'grover',
  database: 'postgres',
})

/**
 * Real PostgreSQL from an npm package, run and supervised by this process on a private socket. The caller must already
 * hold the data folder's lock. Errors: those of initdb and of the start, with PostgreSQL's own words.
 */
export async function startEmbedded({ dataDir, binariesDir, settings: extra }: Options): Promise<EmbeddedPostgres> {
  const place = await placeCluster(dataDir)
  const programs = await installBinaries(binariesDir ?? place.binaries, place.account)
  await stopLeftOver(place.data)
  if (!existsSync(join(place.data, 'PG_VERSION'))) await createCluster(programs, place)
  const child = await launch(join(programs, 'bin', 'postgres'), place, { ...settings, ...extra })
  let stopping = false
  const ended = new Promise<string>((resolve) =>
    child.once('exit', (code, signal) => resolve(`PostgreSQL ended (${signal ?? code})`)),
  )
  const died = new Promise<string>((resolve) => {
    void ended.then((how) => stopping || resolve(how))
  })
  return {
    connection: connectionOf(place),
    died,
    async stop() {
      stopping = true
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGINT')
      await ended
    },
  }
}

/**
 * A new cluster, made beside its place and renamed into it: initdb writes the file that says "a cluster" first of all, so
 * one that was cut short would be taken for whole ever after.
 */
async function createCluster(programs: string, place: ClusterPlace): Promise<void> {
  const draft = `${place.data}.new-${randomBytes(4).toString('hex')}`
  const parent = dirname(place.data)
  for (const name of await readdir(parent).catch(() => []))
    if (name.startsWith(`${basename(place.data)}.new-`)) await rm(join(parent, name), { recursive: true, force: true })
  await mkdir(draft, { recursive: true, mode: 0o700 })
  if (place.account) await chown(draft, place.account.uid, place.account.gid)
  const options = ['-U', 'grover', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-instructions']
  // One call to the file system instead of one for each of a thousand files.
  if (process.platform === 'linux') options.push('--sync-method=syncfs')
  await run(join(programs, 'bin', 'initdb'), ['-D', draft, ...options], place.account)
  await rename(draft, place.data)
}

async function launch(
  program: string,
  place: { data: string; socket: string; account: Account | undefined },
  options: Record<string, string>,
): Promise<ChildProcess> {
  const args = ['-D', place.data, '-k', place.socket]
  for (const [name, value] of Object.entries(options)) args.push('-c', `${name}=${value}`)
  // A log file, not a pipe: PostgreSQL must be able to write after our death.
  const log = await open(join(place.data, 'server.log'), 'a', 0o600)
  const child = spawn(program, args, {
    ...place.account,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
    env: postgresEnv(),
  })
  await log.close()
  const failed = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      void readFile(join(place.data, 'server.log'), 'utf8').then((text) =>
        reject(new Error(`PostgreSQL did not start (${code}): ${text.trim().split('\n').slice(-5).join('\n')}`)),
      )
    })
  })
  const ready = (async () => {
    // The eighth line of postmaster.pid says when it takes connections; pg_ctl waits by the same sign.
    while (child.exitCode === null && child.signalCode === null) {
      const status = await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => '')
      const lines = status.split('\n')
      if (Number(lines[0]) === child.pid && lines[7]?.trim() === 'ready') return
      await delay(10)
    }
  })()
  await Promise.race([ready, failed])
  return child
}
