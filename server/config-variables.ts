import type { OidcProvider } from './config.ts'

/** One environment variable: what it is called, means, may be, and is when nothing is set. */
export type Variable<T> = {
  name: string
  default: string
  range: string
  meaning: string
  secret?: boolean
  parse(text: string): T
}

const variable = <T>(v: Variable<T>): Variable<T> => v

const integer = (min: number, max: number) => (text: string) => {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < min || value > max) throw new RangeError(text)
  return value
}
const oneOf =
  <const T extends string>(...values: T[]) =>
  (text: string): T => {
    if (!values.includes(text as T)) throw new RangeError(text)
    return text as T
  }
const optionalUrl =
  (...protocols: string[]) =>
  (text: string): string => {
    if (text !== '' && !protocols.includes(new URL(text).protocol)) throw new RangeError(text)
    return text
  }
/** As libpq has them: the host may be left out, also after a user, when a socket is named by `?host=/folder`. */
const databaseAddress = (text: string): string => {
  optionalUrl('postgres:', 'postgresql:')(text.replace(/^(\w+:\/\/[^/?#@]*@)(?=\/)/, '$1localhost'))
  return text
}
const origin = (text: string): string => {
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol) || url.pathname !== '/' || url.search || url.hash || url.username)
    throw new RangeError(text)
  return url.origin
}
const atLeast = (length: number) => (text: string) => {
  if (text !== '' && text.length < length) throw new RangeError('too short')
  return text
}
const anyText = (text: string) => text

const oidcProviders = (text: string): OidcProvider[] => {
  if (text === '') return []
  const list = JSON.parse(text) as unknown
  if (!Array.isArray(list)) throw new RangeError('not a list')
  return list.map((entry: Record<string, unknown>) => {
    const { id, name, issuer, clientId, clientSecret = '' } = entry
    if (![id, name, issuer, clientId, clientSecret].every((part) => typeof part === 'string'))
      throw new RangeError('parts')
    const provider = { id, name, issuer, clientId, clientSecret } as OidcProvider
    if (!/^[a-z0-9-]{1,40}$/.test(provider.id)) throw new RangeError('id')
    const url = new URL(provider.issuer)
    const loopback = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname)
    if (url.protocol !== 'https:' && !(loopback && url.protocol === 'http:')) throw new RangeError('issuer')
    return provider
  })
}

/** Every setting there is. `.env.example` and docs/operations.md are checked against this table. */
export const variables = {
  host: variable({
    name: 'GROVER_HOST',
    default: '127.0.0.1',
    range: 'an address of this machine',
    meaning: 'Address to listen on; 0.0.0.0 behind a proxy or in a container.',
    parse: (text) => {
      if (!/^[0-9a-z.:-]+$/i.test(text)) throw new RangeError(text)
      return text
    },
  }),
  port: variable({
    name: 'GROVER_PORT',
    default: '4310',
    range: 'a whole number from 0 to 65535 (0: any free port)',
    meaning: 'Port to listen on.',
    parse: integer(0, 65535),
  }),
  publicUrl: variable({
    name: 'GROVER_PUBLIC_URL',
    default: '',
    range: 'an origin such as https://studio.example, with nothing after the host',
    meaning: 'Address by which people reach the server; used in links, feeds and mail. Empty: the address listened on.',
    parse: (text) => (text === '' ? '' : origin(text)),
  }),
  trustProxy: variable({
    name: 'GROVER_TRUST_PROXY',
    default: 'false',
    range: 'true or false',
    meaning: 'Believe X-Forwarded-* headers. Only behind a proxy that sets them itself.',
    parse: (text) => oneOf('true', 'false')(text) === 'true',
  }),
  dataDir: variable({
    name: 'GROVER_DATA_DIR',
    default: '',
    range: 'a folder',
    meaning:
      "Everything the server keeps: database, pictures, secret, mail not sent. Empty: the operating system's place for it (root: /var/lib/grover).",
    parse: anyText,
  }),
  databaseUrl: variable({
    name: 'GROVER_DATABASE_URL',
    default: '',
    range: 'a postgres:// address',
    meaning: 'PostgreSQL 15 or newer to use instead of the embedded one. Needed for several servers.',
    secret: true,
    parse: databaseAddress,
  }),
  secret: variable({
    name: 'GROVER_SECRET',
    default: '',
    range: 'at least 32 characters',
    meaning: 'Key for sessions, links and second factors. Empty: made once and kept in the data folder.',
    secret: true,
    parse: atLeast(32),
  }),
  logLevel: variable({
    name: 'GROVER_LOG_LEVEL',
    default: 'info',
    range: 'trace, debug, info, warn, error, fatal or silent',
    meaning: 'How much is logged to standard error.',
    parse: oneOf('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  }),
  signUp: variable({
    name: 'GROVER_SIGN_UP',
    default: 'open',
    range: 'open or closed',
    meaning: 'Whether new accounts may be made.',
    parse: oneOf('open', 'closed'),
  }),
  smtpUrl: variable({
    name: 'GROVER_SMTP_URL',
    default: '',
    range: 'an smtp:// or smtps:// address',
    meaning: 'Mail server. Empty: mail is written to GROVER_MAIL_FOLDER and its path logged.',
    secret: true,
    parse: optionalUrl('smtp:', 'smtps:'),
  }),
  mailFrom: variable({
    name: 'GROVER_MAIL_FROM',
    default: 'Grover <no-reply@localhost>',
    range: 'an address, with or without a name',
    meaning: 'Sender of all mail.',
    parse: (text) => {
      if (!/^[^\r\n]*@[^\r\n]*$/.test(text)) throw new RangeError(text)
      return text
    },
  }),
  mailFolder: variable({
    name: 'GROVER_MAIL_FOLDER',
    default: '',
    range: 'a folder',
    meaning: 'Where mail goes when there is no mail server. Empty: mail/ in the data folder.',
    parse: anyText,
  }),
  oidc: variable({
    name: 'GROVER_OIDC',
    default: '',
    range: 'a JSON list of {"id","name","issuer","clientId","clientSecret"} with https issuers',
    meaning: 'OpenID Connect providers people may sign in with.',
    secret: true,
    parse: oidcProviders,
  }),
  corsOrigins: variable({
    name: 'GROVER_CORS_ORIGINS',
    default: '',
    range: 'origins separated by commas',
    meaning: 'Further origins that may call the API from a browser, beside the studio itself.',
    parse: (text) => (text === '' ? [] : text.split(',').map((part) => origin(part.trim()))),
  }),
  requestsPerMinute: variable({
    name: 'GROVER_REQUESTS_PER_MINUTE',
    default: '6000',
    range: 'a whole number from 10 to 1000000',
    meaning: 'Requests one address may make in a minute.',
    parse: integer(10, 1_000_000),
  }),
  attemptsPerMinute: variable({
    name: 'GROVER_ATTEMPTS_PER_MINUTE',
    default: '10',
    range: 'a whole number from 1 to 10000',
    meaning: 'Attempts at signing in, up, or resetting that one address, and one account, may make in a minute.',
    parse: integer(1, 10_000),
  }),
  drainSeconds: variable({
    name: 'GROVER_DRAIN_SECONDS',
    default: '10',
    range: 'a whole number from 0 to 300',
    meaning: 'How long requests under way may take to finish after a stop is asked for.',
    parse: integer(0, 300),
  }),
  tombstoneDays: variable({
    name: 'GROVER_TOMBSTONE_DAYS',
    default: '90',
    range: 'a whole number from 31 to 3650',
    meaning:
      'How long the server remembers what was deleted. A device that was away for longer compares everything anew.',
    parse: integer(31, 3650),
  }),
  metricsToken: variable({
    name: 'GROVER_METRICS_TOKEN',
    default: '',
    range: 'at least 16 characters',
    meaning: 'Bearer token for /metrics. Empty: it answers requests from this machine alone.',
    secret: true,
    parse: atLeast(16),
  }),
  quotaGb: variable({
    name: 'GROVER_QUOTA_GB',
    default: '100',
    range: 'a whole number from 1 to 1000000',
    meaning: 'How many gigabytes of pictures, films and sound one workspace may store.',
    parse: integer(1, 1_000_000),
  }),
  unusedDays: variable({
    name: 'GROVER_UNUSED_DAYS',
    default: '7',
    range: 'a whole number from 1 to 3650',
    meaning: 'How long a file is kept that no post, profile or library refers to any more.',
    parse: integer(1, 3650),
  }),
  s3Bucket: variable({
    name: 'GROVER_S3_BUCKET',
    default: '',
    range: 'the name of a bucket',
    meaning: 'S3-compatible bucket for pictures, films and sound. Empty: they are files in the data folder.',
    parse: (text) => {
      if (!/^([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])?$/.test(text)) throw new RangeError(text)
      return text
    },
  }),
  s3Endpoint: variable({
    name: 'GROVER_S3_ENDPOINT',
    default: '',
    range: 'an http:// or https:// address',
    meaning: "Address of the S3-compatible service. Empty: Amazon's, by region.",
    parse: optionalUrl('http:', 'https:'),
  }),
  s3Region: variable({
    name: 'GROVER_S3_REGION',
    default: 'us-east-1',
    range: 'the name of a region',
    meaning: 'Region of the bucket; most other services than Amazon take any.',
    parse: (text) => {
      if (!/^[a-z0-9-]{2,40}$/.test(text)) throw new RangeError(text)
      return text
    },
  }),
  s3AccessKeyId: variable({
    name: 'GROVER_S3_ACCESS_KEY_ID',
    default: '',
    range: 'a key id',
    meaning: 'Who the server is at the S3 service. It has to read, write and delete objects of the bucket.',
    parse: anyText,
  }),
  s3SecretAccessKey: variable({
    name: 'GROVER_S3_SECRET_ACCESS_KEY',
    default: '',
    range: 'the key that belongs to the id',
    meaning: 'The key of GROVER_S3_ACCESS_KEY_ID.',
    secret: true,
    parse: anyText,
  }),
  demo: variable({
    name: 'GROVER_DEMO',
    default: 'false',
    range: 'true or false',
    meaning: 'Fill a new data folder with a sample creator and posts; refused on one that is in use.',
    parse: (text) => oneOf('true', 'false')(text) === 'true',
  }),
  serverUrl: variable({
    name: 'GROVER_SERVER_URL',
    default: '',
    range: 'an origin such as https://studio.example',
    meaning: 'For the studio: use this server instead of starting one here.',
    parse: (text) => (text === '' ? '' : origin(text)),
  }),
  node: variable({
    name: 'GROVER_NODE',
    default: '',
    range: 'the path of a Node.js 24 program',
    meaning: 'For the npm scripts: the Node.js to run. Empty: the one running, the npm package, or PATH.',
    parse: anyText,
  }),
  browser: variable({
    name: 'GROVER_BROWSER',
    default: '',
    range: 'the path of a Chromium, Chrome or Edge program',
    meaning: 'For the studio without Electron: the browser whose window it opens. Empty: the first one found.',
    parse: anyText,
  }),
  parentPipe: variable({
    name: 'GROVER_PARENT_PIPE',
    default: 'false',
    range: 'true or false',
    meaning: 'Stop when standard input closes: set by the studio for the server it starts.',
    parse: (text) => oneOf('true', 'false')(text) === 'true',
  }),
} as const
