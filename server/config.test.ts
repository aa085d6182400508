import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ConfigError, ensureSecret, readConfig } from './config.ts'
import { variables } from './config-variables.ts'

test('with nothing set every variable has its default', () => {
  const config = readConfig({})
  expect(config).toMatchObject({ host: '127.0.0.1', port: 4310, signUp: 'open', databaseUrl: undefined, oidc: [] })
})

test('wrong settings are refused together, each by its name, and a secret value is not repeated', () => {
  const read = () =>
    readConfig({
      GROVER_PORT: '70000',
      GROVER_PUBLIC_URL: 'ftp://x',
      GROVER_SMTP_URL: 'http://user:hunter2@host',
      GROVER_TYPO: '1',
    })
  expect(read).toThrow(ConfigError)
  expect(read).toThrow(/GROVER_PORT is «70000», but must be a whole number from 0 to 65535/)
  expect(read).toThrow(/GROVER_PUBLIC_URL/)
  expect(read).toThrow(/GROVER_TYPO is not a setting/)
  expect(read).not.toThrow(/hunter2/)
})

test('several servers on one database must be given one secret', () => {
  expect(() => readConfig({ GROVER_DATABASE_URL: 'postgres://h/db' })).toThrow(/GROVER_SECRET/)
})

test('a database is named as libpq names it, also by its socket', () => {
  const read = (url: string) => readConfig({ GROVER_DATABASE_URL: url, GROVER_SECRET: 's'.repeat(32) }).databaseUrl
  for (const url of [
    'postgres://user:secret@db.example:5433/grover',
    'postgresql:///grover?host=/var/run/postgresql',
    'postgres://grover@/grover?host=%2Fvar%2Frun%2Fpostgresql',
  ])
    expect(read(url)).toBe(url)
  expect(() => read('mysql://host/grover')).toThrow(/GROVER_DATABASE_URL/)
  expect(() => read('postgres://user@:99999/grover')).toThrow(/GROVER_DATABASE_URL/)
})

test('a bucket needs its key, and a key its bucket', () => {
  const key = { GROVER_S3_ACCESS_KEY_ID: 'id', GROVER_S3_SECRET_ACCESS_KEY: 'hunter2' }
  expect(readConfig({}).s3).toBeNull()
  expect(readConfig({ GROVER_S3_BUCKET: 'films', ...key }).s3).toMatchObject({ bucket: 'films', region: 'us-east-1' })
  expect(() => readConfig({ GROVER_S3_BUCKET: 'films' })).toThrow(/GROVER_S3_ACCESS_KEY_ID and GROVER_S3_SECRET/)
  expect(() => readConfig(key)).toThrow(/GROVER_S3_BUCKET is empty/)
  expect(() => readConfig({ GROVER_S3_BUCKET: 'a/b', ...key })).toThrow(/GROVER_S3_BUCKET is «a\/b»/)
})

test('an OIDC issuer without TLS is refused unless it is this machine', () => {
  const provider = (issuer: string) =>
    JSON.stringify([{ id: 'a', name: 'A', issuer, clientId: 'c', clientSecret: 's' }])
  expect(() => readConfig({ GROVER_OIDC: provider('http://id.example') })).toThrow(/GROVER_OIDC/)
  expect(readConfig({ GROVER_OIDC: provider('http://127.0.0.1:9000') }).oidc).toHaveLength(1)
})

test('the secret is made once, long, and readable by its owner alone', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grover-secret-'))
  const config = readConfig({ GROVER_DATA_DIR: folder })
  const secret = ensureSecret(config)
  expect(secret.length).toBeGreaterThanOrEqual(32)
  expect(ensureSecret(config)).toBe(secret)
  expect(statSync(join(folder, 'secret')).mode & 0o077).toBe(0)
  writeFileSync(join(folder, 'secret'), '')
  expect(() => ensureSecret(config)).toThrow(/damaged/)
  rmSync(folder, { recursive: true })
})

test('.env.example lists every setting with its meaning, range and default', async () => {
  const lines = Object.values(variables)
    .filter((v) => v.name !== 'GROVER_PARENT_PIPE')
    .map((v) => `# ${v.meaning}\n# ${v.range}\n${v.name}=${v.default}\n`)
  await expect(lines.join('\n')).toMatchFileSnapshot('../.env.example')
})
