import { existsSync } from 'node:fs'
import { createServer } from 'node:net'
import pino from 'pino'
import { compose } from './compose.ts'
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

async function main(): Promise<void> {
  // What the environment already says wins over the file.
  if (existsSync('.env')) process.loadEnvFile('.env')
  const config = readConfig(process.env)
  if (config.port === 0) config.port = await freePort(config.host)
  const shownHost = config.host === '0.0.0.0' || config.host === '::' ? '127.0.0.1' : config.host
  config.publicUrl ||= `http://${shownHost.includes(':') ? `[${shownHost}]` : shownHost}:${config.port}`
  // Standard output is for the lines people and scripts read; the log goes to standard error.
  const log = pino({ level: config.logLevel, base: { pid: process.pid } }, pino.destination({ fd: 2, sync: true }))

  const unlock = config.databaseUrl ? () => {} : lockFolder(`${config.dataDir}/server.lock`, 'A Grover server')
  config.secret = ensureSecret(config)
  const postgres = config.databaseUrl ? undefined : await startEmbedded({ dataDir: config.dataDir })
  const server = await compose({
    config,
    log,
    clock: Date,
    connection: postgres?.connection ?? { connectionString: config.databaseUrl },
  }).catch(async (error: unknown) => {
    await postgres?.stop()
    unlock()
    throw error
  })

  let stopping: Promise<void> | undefined
  const stop = (reason: string, code: number) => {
    stopping ??= (async () => {
      log.info({ reason }, 'stopping')
      await server.stop()
      await postgres?.stop()
      unlock()
    })().then(
      () => process.exit(code),
      (error: unknown) => {
        log.fatal({ err: error }, 'could not stop cleanly')
        process.exit(1)
      },
    )
  }
  process.on('SIGINT', () => stop('interrupted', 0))
  process.on('SIGTERM', () => stop('terminated', 0))
  if (config.parentPipe) {
    process.stdin.resume()
    process.stdin.once('end', () => stop('the studio ended', 0))
    process.stdin.once('error', () => stop('the studio ended', 0))
  }
  void postgres?.died.then((how) => {
    log.fatal({ how }, 'the database ended; stopping, so that a fresh start can recover it')
    stop('database ended', 1)
  })

  await server.listen()
  if (config.demo) for (const line of await server.fillDemo()) console.log(line)
  console.log(`server  ${config.publicUrl}`)
}

main().catch((error: unknown) => {
  if (error instanceof ConfigError || error instanceof FolderInUse) console.error(error.message)
  else if ((error as NodeJS.ErrnoException).code === 'EADDRINUSE')
    console.error('The port is in use by another program. Choose another with GROVER_PORT, or --port for npm start.')
  else console.error('The server could not start:', error)
  process.exit(error instanceof ConfigError ? 2 : 1)
})
