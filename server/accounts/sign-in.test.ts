import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { eventually, type TestServer, testServer, tokenIn } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const strange = { email: 'nobody@example.org', password: 'correct horse battery' }

test('somebody signs up, signs in and is the owner of a workspace under their handle', async () => {
  const signedUp = await server.signUp({ email: 'Ada@Example.org', handle: 'Ada' })
  expect(signedUp.status).toBe(200)
  expect(signedUp.body).toEqual({
    token: null,
    user: { email: 'ada@example.org', name: 'Ada Lovelace', emailVerified: false },
    verification: 'optional',
  })
  const signedIn = await server.signIn('ada@example.org', { deviceName: "Ada's laptop" })
  expect(signedIn.status).toBe(200)
  const { token } = signedIn.body
  expect(token).toMatch(/^\w{32}$/)
  const session = await server.call('GET', '/api/session', { token })
  expect(session.body).toMatchObject({
    user: {
      email: 'ada@example.org',
      name: 'Ada Lovelace',
      emailVerified: false,
      twoFactorEnabled: false,
      hasPassword: true,
    },
    workspace: { handle: 'ada', name: 'Ada Lovelace', role: 'owner' },
  })
  const probe = await server.call('GET', '/probe', { token })
  expect(probe.body).toEqual({
    userId: session.body.user.id,
    sessionId: session.body.sessionId,
    workspaceId: session.body.workspace.id,
    role: 'owner',
  })
  expect(await server.ownerOf('ADA')).toEqual({ workspaceId: session.body.workspace.id, current: 'ada' })
})

test('the database holds no token, and neither it nor the log holds a password', async () => {
  const token = await server.account('secret@example.org', 'secretive')
  const everything = []
  for (const table of ['users', 'sessions', 'sign_in_methods', 'verifications', 'attempts'] as const)
    everything.push(await server.db.selectFrom(table).selectAll().execute())
  const text = JSON.stringify(everything) + server.lines.join('')
  expect(text).not.toContain(token)
  expect(text).not.toContain('correct horse battery')
})

test('the session cookie of our own pages is out of reach of scripts and other sites', async () => {
  await server.signUp({ email: 'cookie@example.org', handle: 'cookie-person' })
  const { headers } = await server.signIn('cookie@example.org')
  expect(String(headers['set-cookie'])).toMatch(/grover\.session_token=[^;]+;.*Path=\/;.*HttpOnly;.*SameSite=Lax/i)
  const secure = await testServer({ publicUrl: 'https://studio.test', database: server.database })
  const answer = await secure.signIn('cookie@example.org')
  expect(String(answer.headers['set-cookie'])).toMatch(/__Secure-grover\.session_token=.*Secure/i)
  await secure.stop()
})

test('a cookie alone changes nothing for another site; a page of another origin is given none', async () => {
  const answer = await server.signIn('cookie@example.org')
  const cookie = `grover.session_token=${answer.cookies.find(({ name }) => name === 'grover.session_token')?.value}`
  const probe = async (method: 'GET' | 'POST', headers: Record<string, string>) =>
    (await server.call(method, '/probe', { headers: { cookie, host: 'studio.test', ...headers } })).status
  expect(await probe('GET', {})).toBe(200)
  expect(await probe('POST', { origin: 'http://studio.test' })).toBe(200)
  expect(await probe('POST', {})).toBe(401)
  expect(await probe('POST', { origin: 'null' })).toBe(401)
  // Another port of the same machine is the same site to a browser, and sends the cookie.
  expect(await probe('POST', { origin: 'http://127.0.0.1:9999' })).toBe(401)
  expect(await probe('GET', { origin: 'http://127.0.0.1:9999' })).toBe(401)
  expect(await probe('GET', { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' })).toBe(401)

  const foreign = { origin: 'http://127.0.0.1:9999', host: 'studio.test' }
  const studio = await server.call('POST', '/api/auth/sign-in/email', {
    body: { email: 'cookie@example.org', password: 'correct horse battery' },
    headers: { ...foreign, 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors' },
  })
  expect(studio.body.token).toMatch(/^\w{32}$/)
  expect(studio.headers['set-cookie']).toBeUndefined()
  const forged = await server.call('POST', '/api/auth/sign-out', { headers: { cookie, ...foreign } })
  expect(forged.headers['set-cookie']).toBeUndefined()
  expect(await probe('GET', {})).toBe(200)
  const forgedName = await server.call('POST', '/api/auth/update-user', {
    body: { name: 'Mallory' },
    headers: { cookie, ...foreign },
  })
  expect(forgedName.status).toBe(401)
})

test('a wrong password, an unknown address and an unusable one answer alike', async () => {
  await server.signUp({ email: 'known@example.org', handle: 'known-person' })
  const wrong = await server.signIn('known@example.org', { password: 'wrong horse battery' })
  const unknown = await server.call('POST', '/api/auth/sign-in/email', { body: strange })
  const long = await server.signIn('known@example.org', { password: 'x'.repeat(900) })
  expect(wrong.status).toBe(401)
  expect(wrong.body.code).toBe('sign_in_failed')
  expect(unknown.body).toEqual(wrong.body)
  expect(long.body).toEqual(wrong.body)
  expect(Object.keys(unknown.headers).sort()).toEqual(Object.keys(wrong.headers).sort())
})

test('how long an answer takes does not tell either', async () => {
  const patient = await testServer({ database: server.database, answerStepMs: 400 })
  onTestFinished(() => patient.stop())
  const took = async (work: () => Promise<unknown>) => {
    const from = performance.now()
    await work()
    return performance.now() - from
  }
  const ask = (path: string, email: string) => () =>
    patient.call('POST', path, {
      body: {
        email,
        password: 'wrong horse battery',
        name: 'X',
        handle: `t${Math.random()}`.slice(0, 12).replace('.', 'x'),
      },
    })
  for (const path of ['/api/auth/sign-in/email', '/api/auth/sign-up/email', '/api/auth/request-password-reset']) {
    // No path may answer before the step that all of them wait for; settle.test.ts has what happens at later ones.
    for (let i = 0; i < 2; i++) {
      expect(await took(ask(path, 'known@example.org')), `${path} known`).toBeGreaterThan(390)
      expect(await took(ask(path, `nobody${i}@example.org`)), `${path} unknown`).toBeGreaterThan(390)
    }
  }
})

test('a taken address is answered like a fresh one, and its owner is told', async () => {
  await server.signUp({ email: 'owner@example.org', handle: 'the-owner' })
  const fresh = await server.signUp({ email: 'fresh@example.org', handle: 'fresh-one' })
  const taken = await server.signUp({ email: 'owner@example.org', handle: 'mallory', password: 'mallorys password' })
  expect(taken.status).toBe(200)
  expect(taken.body).toEqual({ ...fresh.body, user: { ...fresh.body.user, email: 'owner@example.org' } })
  await eventually(async () =>
    (await server.letters()).filter(({ to }) => to === 'owner@example.org').map(({ subject }) => subject),
  ).toContain('You already have a Grover account')
  expect((await server.signIn('owner@example.org', { password: 'mallorys password' })).status).toBe(401)
  expect((await server.signIn('owner@example.org')).status).toBe(200)
})

test('two sign-ups for one address at one moment make one account and two equal answers', async () => {
  const answers = await Promise.all(
    ['twin-one', 'twin-two'].map((handle) => server.signUp({ email: 'twin@example.org', handle })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200])
  expect(answers[0]?.body).toEqual(answers[1]?.body)
  const users = await server.db.selectFrom('users').select('id').where('email', '=', 'twin@example.org').execute()
  expect(users).toHaveLength(1)
  const workspaces = await server.db
    .selectFrom('workspaces')
    .select('handle')
    .where('owner_id', '=', users[0]!.id)
    .execute()
  expect(workspaces).toHaveLength(1)
})

test('weak and malformed sign-ups are refused by name and leave nothing behind', async () => {
  const refused = async (body: Record<string, unknown>) =>
    (await server.call('POST', '/api/auth/sign-up/email', { body })).body.code
  const good = { email: 'bad@example.org', password: 'correct horse battery', name: 'Bad', handle: 'bad-person' }
  expect(await refused({ ...good, password: 'short' })).toBe('password_weak')
  expect(await refused({ ...good, password: 'aaaaaaaaaaaaaa' })).toBe('password_weak')
  expect(await refused({ ...good, password: 'password1234' })).toBe('password_weak')
  expect(await refused({ ...good, password: 'bad@example.org' })).toBe('password_weak')
  expect(await refused({ ...good, password: 'x1y2'.repeat(100) })).toBe('password_weak')
  expect(await refused({ ...good, email: 'not an address' })).toBe('bad_request')
  expect(await refused({ ...good, email: { $ne: '' } })).toBe('bad_request')
  expect(await refused({ ...good, name: '' })).toBe('bad_request')
  expect(await refused({ ...good, name: 'x'.repeat(5000) })).toBe('bad_request')
  expect(await refused({ ...good, handle: 'аda' })).toBe('handle_lookalike')
  expect(await refused({ ...good, handle: 'admin' })).toBe('handle_reserved')
  expect(await refused({ ...good, handle: '../etc' })).toBe('handle_invalid')
  expect(await refused({})).toBe('bad_request')
  const rows = await server.db.selectFrom('users').select('id').where('email', '=', 'bad@example.org').execute()
  expect(rows).toEqual([])
  const raw = await server.app.inject({
    method: 'POST',
    url: '/api/auth/sign-up/email',
    headers: { 'content-type': 'application/json' },
    payload: '{"email":',
  })
  expect(raw.json()).toMatchObject({ code: 'body_not_json', error: true })
})

test('fields that are not for the person to set are ignored at sign-up', async () => {
  const answer = await server.call('POST', '/api/auth/sign-up/email', {
    body: {
      email: 'greedy@example.org',
      password: 'correct horse battery',
      name: 'Greedy',
      handle: 'greedy-one',
      emailVerified: true,
      twoFactorEnabled: true,
      id: 'chosen',
      role: 'admin',
    },
  })
  expect(answer.status).toBe(200)
  const user = await server.db
    .selectFrom('users')
    .select(['id', 'email_verified', 'two_factor_enabled'])
    .where('email', '=', 'greedy@example.org')
    .executeTakeFirstOrThrow()
  expect(user).toMatchObject({ email_verified: false, two_factor_enabled: false })
  expect(user.id).not.toBe('chosen')
})

test('a closed server takes no sign-ups but lets people in', async () => {
  const closed = await testServer({ signUp: 'closed', database: server.database })
  expect((await closed.signUp({ email: 'late@example.org', handle: 'latecomer' })).body.code).toBe('sign_up_closed')
  expect((await closed.signIn('ada@example.org')).status).toBe(200)
  expect((await closed.call('GET', '/api/providers')).body).toEqual({
    providers: [],
    signUp: 'closed',
    verification: 'optional',
  })
  await closed.stop()
})

test('signing out ends the session at once', async () => {
  const token = await server.account('leaver@example.org', 'leaver')
  expect((await server.call('POST', '/api/auth/sign-out', { token })).body).toEqual({ success: true })
  expect((await server.call('GET', '/probe', { token })).body.code).toBe('sign_in_required')
})

test('a password is chosen anew by a mailed link, once, and every device is signed out', async () => {
  const token = await server.account('forgetful@example.org', 'forgetful')
  const known = await server.call('POST', '/api/auth/request-password-reset', {
    body: { email: 'forgetful@example.org' },
  })
  const unknown = await server.call('POST', '/api/auth/request-password-reset', { body: { email: strange.email } })
  expect(known.status).toBe(200)
  expect(unknown.body).toEqual(known.body)
  const letter = () =>
    server
      .letters()
      .then((all) =>
        all.findLast(({ to, subject }) => to === 'forgetful@example.org' && /password/.test(subject ?? '')),
      )
  await eventually(letter).toBeDefined()
  const link = tokenIn((await letter())!.text)
  expect((await server.letters()).filter(({ to }) => to === strange.email)).toEqual([])
  const stored = JSON.stringify(await server.db.selectFrom('verifications').selectAll().execute())
  expect(stored).not.toContain(link)

  const page = await server.call('GET', `/account/reset?token=${encodeURIComponent(link)}`)
  expect(page.text).toContain(`name="token" value="${link}"`)
  const post = (newToken: string, password: string) =>
    server.app.inject({
      method: 'POST',
      url: '/account/reset',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://studio.test' },
      payload: new URLSearchParams({ token: newToken, password }).toString(),
    })
  expect((await post(link, 'short')).statusCode).toBe(422)
  const foreign = await server.app.inject({
    method: 'POST',
    url: '/account/reset',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
    payload: new URLSearchParams({ token: link, password: 'new horse battery' }).toString(),
  })
  expect(foreign.statusCode).toBe(403)
  expect((await post(link, 'new horse battery')).body).toContain('Password saved')
  expect((await post(link, 'third horse battery')).body).toContain('has been used or is too old')
  expect((await server.call('GET', '/probe', { token })).status).toBe(401)
  expect((await server.signIn('forgetful@example.org')).status).toBe(401)
  expect((await server.signIn('forgetful@example.org', { password: 'new horse battery' })).status).toBe(200)
})

test('a token put into a page cannot become markup', async () => {
  const page = await server.call('GET', `/account/reset?token=${encodeURIComponent('"><script>alert(1)</script>')}`)
  expect(page.text).not.toContain('<script>')
  expect(page.headers['content-security-policy']).toContain("default-src 'none'")
})

test('changing the password needs the present one, gives a new token and ends the others', async () => {
  const token = await server.account('changer@example.org', 'changer')
  const other = (await server.signIn('changer@example.org')).body.token
  const change = (currentPassword: string, newPassword: string) =>
    server.call('POST', '/api/auth/change-password', { token, body: { currentPassword, newPassword } })
  expect((await change('not this one at all', 'new horse battery')).body.code).toBe('password_wrong')
  expect((await change('correct horse battery', 'short')).body.code).toBe('password_weak')
  const changed = await change('correct horse battery', 'new horse battery')
  expect(changed.status).toBe(200)
  expect((await server.call('GET', '/probe', { token: changed.body.token })).status).toBe(200)
  expect((await server.call('GET', '/probe', { token })).status).toBe(401)
  expect((await server.call('GET', '/probe', { token: other })).status).toBe(401)
})

test('routes of better-auth that are not listed do not exist', async () => {
  const token = await server.account('prober@example.org', 'prober')
  for (const path of [
    'delete-user',
    'change-email',
    'link-social',
    'unlink-account',
    'get-access-token',
    'set-password',
    'two-factor/send-otp',
  ])
    expect((await server.call('POST', `/api/auth/${path}`, { token, body: {} })).body, path).toMatchObject({
      code: 'not_found',
      error: true,
    })
})
