import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createBrowser, startOidc } from './oidc-testing.ts'
import { loopbackRedirect } from './studio-sign-in.ts'
import { sweep } from './sweep.ts'
import { type TestServer, testServer } from './testing.ts'

let oidc: Awaited<ReturnType<typeof startOidc>>
let server: TestServer
beforeAll(async () => {
  oidc = await startOidc()
  server = await testServer({ listen: true, oidc: [oidc.config] })
  oidc.allow(`${server.config.publicUrl}/api/auth/callback/test-id`)
})
afterAll(async () => {
  await server.stop()
  await oidc.stop()
})

const studio = 'http://127.0.0.1:51234/callback'
const begin = (provider: string, changes: Record<string, string> = {}) => {
  const verifier = randomBytes(32).toString('base64url')
  const state = randomBytes(16).toString('base64url')
  const query = new URLSearchParams({
    provider,
    redirect_uri: studio,
    code_challenge: createHash('sha256').update(verifier).digest('base64url'),
    code_challenge_method: 'S256',
    state,
    ...changes,
  })
  return { verifier, state, address: `${server.config.publicUrl}/studio/sign-in?${query}` }
}
const trade = (code: string | null, verifier: string) =>
  server.call('POST', '/studio/token', { body: { code, code_verifier: verifier, device_name: 'Desk' } })
const submit = (path: string) => `${server.config.publicUrl}${path}`

test('by password: the browser brings a code back, the studio trades it for a session, nothing stays in the browser', async () => {
  await server.signUp({ email: 'ada@example.org', handle: 'ada' })
  const browser = createBrowser()
  const { address, verifier, state } = begin('password')
  const page = await browser.go(address)
  expect(page.text).toContain('Sign in to Grover Studio')
  expect(page.headers.get('content-security-policy')).toContain("form-action 'self' http://127.0.0.1:51234")
  const wrong = await browser.go(submit('/studio/sign-in'), {
    email: 'ada@example.org',
    password: 'wrong horse battery',
  })
  expect(wrong.status).toBe(401)
  expect(wrong.text).toContain('role="alert"')
  const done = await browser.go(submit('/studio/sign-in'), {
    email: 'ada@example.org',
    password: 'correct horse battery',
  })
  expect(done.url.origin + done.url.pathname).toBe(studio)
  expect(done.url.searchParams.get('state')).toBe(state)
  expect(browser.cookies(new URL(server.config.publicUrl).host)).toEqual({})

  const code = done.url.searchParams.get('code')
  const stored = JSON.stringify(await server.db.selectFrom('studio_sign_ins').selectAll().execute())
  expect(stored).not.toContain(code)
  const { status, body } = await trade(code, verifier)
  expect(status).toBe(200)
  const sessions = await server.call('GET', '/api/sessions', { token: body.token })
  expect(sessions.body.sessions).toMatchObject([{ current: true, deviceName: 'Desk' }])
  expect((await trade(code, verifier)).body.code).toBe('sign_in_failed')
})

test('a code is refused with another verifier, which also spends it, and after a minute', async () => {
  const signIn = async () => {
    const browser = createBrowser()
    const { address, verifier } = begin('password')
    await browser.go(address)
    const done = await browser.go(submit('/studio/sign-in'), {
      email: 'ada@example.org',
      password: 'correct horse battery',
    })
    return { code: done.url.searchParams.get('code'), verifier }
  }
  const stolen = await signIn()
  expect((await trade(stolen.code, randomBytes(32).toString('base64url'))).status).toBe(401)
  expect((await trade(stolen.code, stolen.verifier)).status).toBe(401)
  const slow = await signIn()
  server.clock.offsetMs = 61_000
  expect((await trade(slow.code, slow.verifier)).status).toBe(401)
  server.clock.offsetMs = 0
  const good = await signIn()
  const [one, two] = await Promise.all([trade(good.code, good.verifier), trade(good.code, good.verifier)])
  expect([one.status, two.status].sort()).toEqual([200, 401])
})

test('only an address on this computer is ever redirected to', async () => {
  for (const good of ['http://127.0.0.1:1234/', 'http://[::1]:1234/callback', 'http://127.0.0.1:65535/a?b=c'])
    expect(loopbackRedirect(good), good).not.toBeNull()
  for (const bad of [
    'http://localhost:1234/callback',
    'https://127.0.0.1:1234/callback',
    'http://127.0.0.1/callback',
    'http://127.0.0.1.evil.example:80/',
    'http://127.0.0.1:1234@evil.example:80/',
    'http://evil.example:1234/',
    'http://192.168.1.2:1234/',
    'http://127.0.0.1:1234/#x',
    'javascript:alert(1)',
    '//evil.example:80/',
    '',
  ]) {
    expect(loopbackRedirect(bad), bad).toBeNull()
    const answer = await fetch(begin('password', { redirect_uri: bad }).address, { redirect: 'manual' })
    expect(answer.status, bad).toBe(400)
    expect(answer.headers.get('location')).toBeNull()
  }
  for (const changes of [{ code_challenge_method: 'plain' }, { code_challenge: 'short' }, { state: '' }])
    expect((await fetch(begin('password', changes as never).address, { redirect: 'manual' })).status).toBe(400)
  expect((await fetch(begin('unknown').address, { redirect: 'manual' })).status).toBe(404)
})

test('a form from another site, or without a sign-in under way, is refused', async () => {
  const browser = createBrowser()
  await browser.go(begin('password').address)
  const form = { email: 'ada@example.org', password: 'correct horse battery' }
  expect((await browser.go(submit('/studio/sign-in'), form, 'https://evil.example')).status).toBe(403)
  expect((await createBrowser().go(submit('/studio/sign-in'), form)).status).toBe(400)
})

test('by a provider: PKCE both ways, a first sign-in makes an account with a handle, the next finds it', async () => {
  oidc.person.sub = 'subject-grace'
  oidc.person.claims = { email: 'grace@example.org', email_verified: true, name: 'Grace Hopper' }
  const signIn = async () => {
    const browser = createBrowser()
    const { address, verifier, state } = begin('test-id')
    const done = await browser.go(address)
    expect(done.url.origin + done.url.pathname, done.url.href).toBe(studio)
    expect(done.url.searchParams.get('state')).toBe(state)
    expect(
      Object.keys(browser.cookies(new URL(server.config.publicUrl).host)).filter((name) =>
        /session_token|studio/.test(name),
      ),
    ).toEqual([])
    const { body } = await trade(done.url.searchParams.get('code'), verifier)
    return (await server.call('GET', '/api/session', { token: body.token })).body
  }
  const first = await signIn()
  expect(first).toMatchObject({
    user: { email: 'grace@example.org', name: 'Grace Hopper', emailVerified: true, hasPassword: false },
    workspace: { handle: 'grace-hopper', role: 'owner' },
  })
  const asked = oidc.authorizations.at(-1)!
  expect(asked.get('code_challenge_method')).toBe('S256')
  expect(asked.get('code_challenge')).toMatch(/^[\w-]{43}$/)
  expect(asked.get('scope')?.split(' ')).toEqual(expect.arrayContaining(['openid', 'email', 'profile']))
  const again = await signIn()
  expect(again.user.id).toBe(first.user.id)
  const methods = await server.db
    .selectFrom('sign_in_methods')
    .selectAll()
    .where('provider_id', '=', 'test-id')
    .execute()
  expect(methods).toMatchObject([
    { access_token: null, refresh_token: null, id_token: null, account_id: 'subject-grace' },
  ])
})

test('a provider cannot let itself into an account whose address was never confirmed here, or that it does not vouch for', async () => {
  await server.signUp({ email: 'victim@example.org', handle: 'victim' })
  const attempt = async (claims: object) => {
    oidc.person.sub = `subject-${Math.random()}`
    oidc.person.claims = { email: 'victim@example.org', name: 'V', ...claims }
    return (await createBrowser().go(begin('test-id').address)).url.searchParams
  }
  // Whoever signed up with somebody else's address must not share the account with its owner.
  expect((await attempt({ email_verified: true })).get('error')).toBe('server_error')
  await server.database.pool.query(`update users set email_verified = true where email = 'victim@example.org'`)
  const unvouched = await attempt({ email_verified: false })
  expect(unvouched.get('error')).toBe('server_error')
  expect(unvouched.get('code')).toBeNull()
  expect((await attempt({ email_verified: true })).get('code')).not.toBeNull()
})

test('a person who refuses at the provider is brought back with that answer', async () => {
  oidc.refuse(true)
  const { address, state } = begin('test-id')
  const done = await createBrowser().go(address)
  oidc.refuse(false)
  expect(done.url.searchParams.get('error')).toBe('access_denied')
  expect(done.url.searchParams.get('state')).toBe(state)
})

test('an answer of the provider in another browser, or made up, signs nobody in', async () => {
  const callback = `${server.config.publicUrl}/api/auth/callback/test-id?code=made-up&state=made-up`
  const page = await createBrowser().go(callback)
  expect(page.status).toBe(400)
  expect(page.text).toContain('You are not signed in')
  expect((await createBrowser().go(submit('/studio/continue'))).status).toBe(400)
})

test('a closed server makes no account for a newcomer from a provider', async () => {
  oidc.person.sub = 'subject-late'
  oidc.person.claims = { email: 'late@example.org', email_verified: true, name: 'Late' }
  server.config.signUp = 'closed'
  const closed = await testServer({ listen: true, oidc: [oidc.config], signUp: 'closed', database: server.database })
  oidc.allow(`${closed.config.publicUrl}/api/auth/callback/test-id`)
  const { address } = begin('test-id')
  const done = await createBrowser().go(address.replace(server.config.publicUrl, closed.config.publicUrl))
  server.config.signUp = 'open'
  expect(done.url.searchParams.get('error')).toBe('server_error')
  expect(await server.db.selectFrom('users').select('id').where('email', '=', 'late@example.org').execute()).toEqual([])
  await closed.stop()
})

test('a provider that does not answer keeps nobody else out, and works once it is back', async () => {
  const before = await startOidc()
  await before.stop()
  const other = await testServer({ listen: true, oidc: [before.config], database: server.database })
  const address = () => begin('test-id').address.replace(server.config.publicUrl, other.config.publicUrl)
  expect((await other.signIn('ada@example.org')).status).toBe(200)
  const failed = await fetch(address(), { redirect: 'manual' })
  expect(failed.status).toBe(503)
  expect(await failed.json()).toMatchObject({ code: 'unavailable' })
  const back = await startOidc(Number(new URL(before.issuer).port))
  back.allow(`${other.config.publicUrl}/api/auth/callback/test-id`)
  back.person.claims = { email: 'patient@example.org', email_verified: true, name: 'Patient' }
  expect((await createBrowser().go(address())).url.searchParams.get('code')).toBeTruthy()
  await back.stop()
  await other.stop()
})

test('the page asks for the second factor where there is one', async () => {
  const token = await server.account('careful@example.org', 'careful')
  const enabled = await server.call('POST', '/api/auth/two-factor/enable', {
    token,
    body: { password: 'correct horse battery' },
  })
  await server.database.pool.query(
    `update second_factors set verified = true where user_id = (select id from users where email = 'careful@example.org')`,
  )
  await server.database.pool.query(`update users set two_factor_enabled = true where email = 'careful@example.org'`)
  const browser = createBrowser()
  const { address, verifier } = begin('password')
  await browser.go(address)
  const step = await browser.go(submit('/studio/sign-in'), {
    email: 'careful@example.org',
    password: 'correct horse battery',
  })
  expect(step.text).toContain('One more step')
  const wrong = await browser.go(submit('/studio/second-factor'), { code: '000000' })
  expect(wrong.status).toBe(401)
  expect(wrong.text).toContain('role="alert"')
  const done = await browser.go(submit('/studio/second-factor'), { code: enabled.body.backupCodes[0] })
  expect(done.url.searchParams.get('error')).toBeNull()
  expect((await trade(done.url.searchParams.get('code'), verifier)).status).toBe(200)
})

test('sign-ins that nobody finished are removed', async () => {
  await createBrowser().go(begin('password').address)
  server.clock.offsetMs = 16 * 60_000
  await sweep(server.db, server.clock, false)
  server.clock.offsetMs = 0
  expect(await server.db.selectFrom('studio_sign_ins').selectAll().execute()).toEqual([])
})
