import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type TestServer, testServer } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

/** RFC 6238 by the book, independent of the library under test. */
function totp(uri: string, at = Date.now()): string {
  const base32 = new URL(uri).searchParams.get('secret')!
  let bits = ''
  for (const letter of base32) bits += 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(letter).toString(2).padStart(5, '0')
  const key = Buffer.from(bits.match(/.{8}/g)!.map((byte) => Number.parseInt(byte, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const mac = createHmac('sha1', key).update(counter).digest()
  const offset = mac.at(-1)! & 15
  return String((mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}
const password = 'correct horse battery'

async function withSecondFactor(email: string, handle: string) {
  await server.signUp({ email, handle })
  const first = (await server.signIn(email, { deviceName: 'Desk' })).body.token as string
  const enabled = await server.call('POST', '/api/auth/two-factor/enable', { token: first, body: { password } })
  const { totpURI, backupCodes } = enabled.body as { totpURI: string; backupCodes: string[] }
  const verified = await server.call('POST', '/api/auth/two-factor/verify-totp', {
    token: first,
    body: { code: totp(totpURI) },
  })
  return { first, token: verified.body.token as string, totpURI, backupCodes, enabled, verified }
}
const challengeFor = async (email: string) => (await server.signIn(email)).body.challenge as string
const answer = (kind: 'totp' | 'backup-code', challenge: string | undefined, code: string) =>
  server.call('POST', `/api/auth/two-factor/verify-${kind}`, { body: { code, challenge, deviceName: 'Phone' } })

test('a second factor is on only once its first code is entered; then sign-in takes both', async () => {
  await server.signUp({ email: 'half@example.org', handle: 'half-way' })
  const half = (await server.signIn('half@example.org')).body.token
  expect(
    (await server.call('POST', '/api/auth/two-factor/enable', { token: half, body: { password: 'wrong wrong wrong' } }))
      .body.code,
  ).toBe('password_wrong')
  await server.call('POST', '/api/auth/two-factor/enable', { token: half, body: { password } })
  expect((await server.signIn('half@example.org')).body.token).toBeTruthy()

  const { first, token, totpURI, backupCodes, verified } = await withSecondFactor('ada@example.org', 'ada')
  expect(totpURI).toMatch(/^otpauth:\/\/totp\/Grover:ada%40example\.org\?.*issuer=Grover/)
  expect(backupCodes).toHaveLength(10)
  expect(verified.status).toBe(200)
  // The session is renewed: the old token has ended, the device keeps its name.
  expect((await server.call('GET', '/probe', { token: first })).status).toBe(401)
  expect((await server.call('GET', '/api/session', { token })).body.user.twoFactorEnabled).toBe(true)
  expect((await server.call('GET', '/api/sessions', { token })).body.sessions[0].deviceName).toBe('Desk')

  const signedIn = await server.signIn('ada@example.org')
  expect(signedIn.body).toEqual({ secondFactor: true, challenge: expect.any(String) })
  const done = await answer('totp', signedIn.body.challenge, totp(totpURI))
  expect(done.status).toBe(200)
  const session = await server.call('GET', '/api/sessions', { token: done.body.token })
  expect(session.body.sessions[0]).toMatchObject({ current: true, deviceName: 'Phone' })
})

test('a code is good for one sign-in', async () => {
  const { totpURI } = await withSecondFactor('once@example.org', 'once')
  const code = totp(totpURI)
  expect((await answer('totp', await challengeFor('once@example.org'), code)).status).toBe(200)
  const count = async () => (await server.db.selectFrom('sessions').select('id').execute()).length
  const before = await count()
  const again = await answer('totp', await challengeFor('once@example.org'), code)
  expect(again.body.code).toBe('second_factor_failed')
  expect(await count()).toBe(before)
})

test('a challenge is worth nothing without the code, forged, twice, or after five wrong codes', async () => {
  const { totpURI } = await withSecondFactor('guessed@example.org', 'guessed')
  const challenge = await challengeFor('guessed@example.org')
  expect((await server.call('GET', '/probe', { token: challenge })).status).toBe(401)
  const wrong = String((Number(totp(totpURI)) + 1) % 1_000_000).padStart(6, '0')
  for (const forged of ['x', 'x.y', `${challenge.slice(0, -6)}AAAAAA`, 'a; grover.session_token=b', '\r\nx: y'])
    expect((await answer('totp', forged, totp(totpURI))).body.code, forged).toMatch(/second_factor_failed/)
  expect((await answer('totp', undefined, totp(totpURI))).body.code).toBe('second_factor_failed')
  for (let i = 0; i < 5; i++) expect((await answer('totp', challenge, wrong)).body.code).toBe('second_factor_failed')
  const sixth = await answer('totp', challenge, totp(totpURI))
  expect(sixth.body.code).toBe('too_many_requests')
  expect(sixth.headers['retry-after']).toBeDefined()
  // Ten wrong codes in a row lock the second factor for a while, whatever the challenge.
  const next = await challengeFor('guessed@example.org')
  for (let i = 0; i < 5; i++) await answer('totp', next, wrong)
  expect((await answer('totp', await challengeFor('guessed@example.org'), totp(totpURI))).body.code).toBe(
    'too_many_requests',
  )
})

test('a backup code works once; new ones replace the old', async () => {
  const { token, backupCodes } = await withSecondFactor('backup@example.org', 'backup-person')
  const [one = '', two = ''] = backupCodes
  expect((await answer('backup-code', await challengeFor('backup@example.org'), ` ${one} `)).status).toBe(200)
  expect((await answer('backup-code', await challengeFor('backup@example.org'), one)).body.code).toBe(
    'second_factor_failed',
  )
  const renewed = await server.call('POST', '/api/auth/two-factor/generate-backup-codes', { token, body: { password } })
  expect(renewed.body.backupCodes).toHaveLength(10)
  expect((await answer('backup-code', await challengeFor('backup@example.org'), two)).body.code).toBe(
    'second_factor_failed',
  )
  expect(
    (await answer('backup-code', await challengeFor('backup@example.org'), renewed.body.backupCodes[0])).status,
  ).toBe(200)
})

test('secret and backup codes are unreadable in the database and absent from the log', async () => {
  const { totpURI, backupCodes } = await withSecondFactor('quiet@example.org', 'quiet-one')
  const rows = JSON.stringify(await server.db.selectFrom('second_factors').selectAll().execute())
  const text = rows + server.lines.join('')
  const base32 = new URL(totpURI).searchParams.get('secret')!
  for (const secret of [base32, ...backupCodes]) expect(text).not.toContain(secret)
})

test('switching it off needs the password, tells the owner, and renews the session', async () => {
  const { token } = await withSecondFactor('off@example.org', 'off-person')
  const off = (words: string) =>
    server.call('POST', '/api/auth/two-factor/disable', { token, body: { password: words } })
  expect((await off('not the password')).body.code).toBe('password_wrong')
  const done = await off(password)
  expect(done.body).toMatchObject({ status: true, token: expect.any(String) })
  expect((await server.call('GET', '/probe', { token })).status).toBe(401)
  expect((await server.call('GET', '/probe', { token: done.body.token })).status).toBe(200)
  expect((await server.signIn('off@example.org')).body.token).toBeTruthy()
  await eventually(async () =>
    (await server.letters()).filter(({ to }) => to === 'off@example.org').map(({ subject }) => subject),
  ).toEqual(expect.arrayContaining(['Two-step sign-in is on', 'Two-step sign-in is off']))
})

test('a second factor cannot be put on an account again over the one it has', async () => {
  const { token } = await withSecondFactor('again@example.org', 'again-one')
  const again = await server.call('POST', '/api/auth/two-factor/enable', { token, body: { password } })
  expect(again.body.code).toBe('conflict')
})
