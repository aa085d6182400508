import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Variable, variables } from './config-variables.ts'
import { defaultDataDir } from './database/cluster-place.ts'
import type { S3Options } from './media/s3-blobs.ts'

export type OidcProvider = { id: string; name: string; issuer: string; clientId: string; clientSecret: string }

export type Config = {
  host: string
  port: number
  /** Origin that people and links use, no trailing slash. Empty until the server listens when it was not set. */
  publicUrl: string
  trustProxy: boolean
  dataDir: string
  databaseUrl: string | undefined
  /** Signs and encrypts sessions, links and second factors. */
  secret: string
  logLevel: string
  signUp: 'open' | 'closed'
  mail: { smtpUrl: string | undefined; from: string; folder: string }
  oidc: OidcProvider[]
  /** Origins of studios in other places, beside loopback and Electron. */
  corsOrigins: string[]
  limits: { requestsPerMinute: number; attemptsPerMinute: number }
  drainMs: number
  tombstoneDays: number
  /** Bytes that a workspace may store. */
  quotaBytes: number
  /** How long a file is kept that nothing refers to. */
  unusedMs: number
  /** Where pictures and films are kept; null: in the data folder. */
  s3: S3Options | null
  /** Bearer token that /metrics asks for; without one it answers this machine alone. */
  metricsToken: string | undefined
  demo: boolean
  /** Stop when standard input closes: the studio that started this server has ended. */
  parentPipe: boolean
}

/** A wrong setting: the message names each one and says what it should be. */
export class ConfigError extends Error {}

/**
 * Reads the whole configuration from the environment. Unknown GROVER_ names and values out of range are refused together,
 * by name. Errors: ConfigError.
 */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const problems: string[] = []
  const read = <T>(variable: Variable<T>): T => {
    const raw = env[variable.name]
    const text = raw === undefined || raw === '' ? variable.default : raw
    try {
      return variable.parse(text)
    } catch {
      problems.push(`${variable.name} is «${variable.secret ? '…' : text}», but must be ${variable.range}.`)
      return undefined as T
    }
  }
  const v = variables
  const known = new Set(Object.values(v).map((variable) => variable.name))
  for (const name of Object.keys(env))
    if (name.startsWith('GROVER_') && !known.has(name)) problems.push(`${name} is not a setting of Grover.`)

  const dataDir = resolve(read(v.dataDir) || defaultDataDir(env))
  const config: Config = {
    host: read(v.host),
    port: read(v.port),
    publicUrl: read(v.publicUrl),
    trustProxy: read(v.trustProxy),
    dataDir,
    databaseUrl: read(v.databaseUrl) || undefined,
    secret: read(v.secret),
    logLevel: read(v.logLevel),
    signUp: read(v.signUp),
    mail: {
      smtpUrl: read(v.smtpUrl) || undefined,
      from: read(v.mailFrom),
      folder: resolve(read(v.mailFolder) || join(dataDir, 'mail')),
    },
    oidc: read(v.oidc),
    corsOrigins: read(v.corsOrigins),
    limits: { requestsPerMinute: read(v.requestsPerMinute), attemptsPerMinute: read(v.attemptsPerMinute) },
    drainMs: read(v.drainSeconds) * 1000,
    tombstoneDays: read(v.tombstoneDays),
    quotaBytes: read(v.quotaGb) * 1e9,
    unusedMs: read(v.unusedDays) * 86_400_000,
    s3: null,
    metricsToken: read(v.metricsToken) || undefined,
    demo: read(v.demo),
    parentPipe: read(v.parentPipe),
  }
  const bucket = read(v.s3Bucket)
  const [endpoint, region] = [read(v.s3Endpoint), read(v.s3Region)]
  const [accessKeyId, secretAccessKey] = [read(v.s3AccessKeyId), read(v.s3SecretAccessKey)]
  if (bucket) {
    config.s3 = { endpoint, region, bucket, accessKeyId, secretAccessKey }
    if (!accessKeyId || !secretAccessKey)
      problems.push('GROVER_S3_BUCKET needs GROVER_S3_ACCESS_KEY_ID and GROVER_S3_SECRET_ACCESS_KEY beside it.')
  } else if (endpoint || accessKeyId || secretAccessKey)
    problems.push('GROVER_S3_BUCKET is empty, but other GROVER_S3_ settings are not: name the bucket, or remove them.')
  for (const elsewhere of [v.serverUrl, v.node, v.browser]) read<unknown>(elsewhere)
  if (problems.length === 0 && config.databaseUrl && !config.secret)
    problems.push('GROVER_SECRET must be set together with GROVER_DATABASE_URL: all servers of one database share it.')
  if (problems.length > 0) throw new ConfigError(problems.join('\n'))
  return config
}

/** The server's secret: as configured, else made once and kept in the data folder where only its owner reads it. */
export function ensureSecret(config: Config): string {
  if (config.secret) return config.secret
  const file = join(config.dataDir, 'secret')
  if (!existsSync(file)) {
    mkdirSync(config.dataDir, { recursive: true, mode: 0o700 })
    // Whole or not at all: half a secret would be one that others can guess.
    const draft = `${file}.${randomBytes(4).toString('hex')}`
    writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600, flag: 'wx', flush: true })
    renameSync(draft, file)
  }
  chmodSync(file, 0o600)
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < 32)
    throw new ConfigError(
      `The file ${file} is damaged: restore it from a backup, or remove it, which signs everybody out.`,
    )
  return secret
}
