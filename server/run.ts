import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import type { PoolConfig } from 'pg'
import pino, { type Logger } from 'pino'
import { refuseUnfinished } from './backup/unfinished.ts'
import { ConfigError, ensureSecret, readConfig } from './config.ts'
import { startEmbedded } from './database/embedded.ts'
import { FolderInUse, lockFolder } from './folder-lock.ts'

/** A port that is free now: the server's own address is needed before it listens. */
const freePort = (host: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, host, () => {
      const { port } = probe.address() as { port: number }
      probe.close(() => resolve(port))
    })
  })

/** An error's own words. Its other properties may be a whole connection, or what somebody wrote. */
const describe = (error: Error & { code?: unknown; detail?: unknown }) => ({
  type: error.name,
  message: error.message,
  code: error.code,
  stack: error.stack,
})

/** What was started, to be undone in reverse order. */
const cleanups: (() => Promise<void> | void)[] = []
let stopping = false

/** Longer than a server lets requests and jobs under way finish. */
const stopWithinMs = 45_000
const tooLong = (): Promise<never> =>
  new Promise((_, reject) => {
    const error = new Error(`A part of the server did not stop within ${stopWithinMs / 1000} seconds.`)
    setTimeout(reject, stopWithinMs, error).unref()
  })

async function stop(reason: string, code: number): Promise<void> {
  if (stopping) return
  stopping = true
  // A start that is under way is let finish, so that what it starts is known and can be ended.
  await started.catch(() => {})
  log?.info({ reason }, 'stopping')
  let failed = false
  // One that fails or never ends must not keep the next from running: the last of them stops PostgreSQL.
  for (const cleanup of cleanups.reverse())
    try {
      await Promise.race([cleanup(), tooLong()])
    } catch (error) {
      failed = true
      console.error('The server could not stop cleanly:', error)
    }
  process.exit(failed ? 1 : code)
}

let log: Logger | undefined

/** Loads the larger part of the program while PostgreSQL, a process of its own, starts. */
const composing = import('./compose.ts')
composing.catch(() => {})

async function main(): Promise<void> {
  // What the environment already says wins over the file.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig(process.env)
  if (config.port === 0) config.port = await freePort(config.host)
  const shownHost = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  config.publicUrl ||= `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${config.port}`
  // Standard output is for the lines people and scripts read; the log goes to standard error.
  log = pino(
    { level: config.logLevel, base: { pid: process.pid }, serializers: { err: describe } },
    pino.destination({ fd: 2, sync: true }),
  )
  if (config.parentPipe) {
    process.stdin.resume()
    process.stdin.once('end', () => void stop('the studio ended', 0))
    process.stdin.once('error', () => void stop('the studio ended', 0))
  }

  refuseUnfinished(config.dataDir)
  let connection: PoolConfig = { connectionString: config.databaseUrl }
  if (!config.databaseUrl) {
    cleanups.push(lockFolder(`${config.dataDir}/server.lock`, 'A Grover server'))
    const postgres = await startEmbedded({ dataDir: config.dataDir })
    cleanups.push(postgres.stop)
    connection = postgres.connection
    void postgres.died.then((how) => {
      log?.fatal({ how }, 'the database ended; stopping, so that a fresh start can recover it')
      return stop('database ended', 1)
    })
  }
  config.secret = ensureSecret(config)
  const { compose } = await composing
  const server = await compose({ config, log, clock: Date, connection })
  cleanups.push(server.stop)
  await server.listen()
  if (config.demo) for (const line of await server.fillDemo()) console.log(line)
  console.log(`server  ${config.publicUrl}`)
}

const started = main()
process.on('SIGHUP', () => void stop('hung up', 0))
process.on('SIGINT', () => void stop('interrupted', 0))
process.on('SIGTERM', () => void stop('terminated', 0))
started.catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof FolderInUse) console.error(error.message)
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    console.error('The port is in use by another program. Choose another with GROVER_PORT, or --port for npm start.')
  else console.error('The server could not start:', error)
  void stop('could not start', error instanceof ConfigError ? 2 : 1)
})
