import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweep } from './sweep.ts'
import { eventually, type TestServer, testServer, tokenIn } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer({ delivers: true })
})
afterAll(() => server.stop())

const letterTo = async (email: string, subject: RegExp) => {
  const find = () => server.sent.findLast((message) => message.to === email && subject.test(message.subject))
  await eventually(find).toBeDefined()
  return find()!
}
const confirm = (token: string) =>
  server.app.inject({
    method: 'POST',
    url: '/account/confirm',
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'http://studio.test' },
    payload: new URLSearchParams({ token }).toString(),
  })

test('where mail goes out, nobody signs in before the address is confirmed, and the answer does not say so', async () => {
  const signedUp = await server.signUp({ email: 'ada@example.org', handle: 'ada' })
  expect(signedUp.body.verification).toBe('required')
  const early = await server.signIn('ada@example.org')
  const unknown = await server.signIn('nobody@example.org')
  expect(early.status).toBe(401)
  expect(early.body).toEqual(unknown.body)

  const token = tokenIn((await letterTo('ada@example.org', /Confirm/)).text)
  // A mail scanner opens the link: nothing may come of that.
  const page = await server.call('GET', `/account/confirm?token=${encodeURIComponent(token)}`)
  expect(page.text).toContain('Confirm your address')
  expect((await server.signIn('ada@example.org')).status).toBe(401)

  expect((await confirm(token)).body).toContain('Address confirmed')
  const signedIn = await server.signIn('ada@example.org')
  expect(signedIn.status).toBe(200)
  const session = await server.call('GET', '/api/session', { token: signedIn.body.token })
  expect(session.body.user.emailVerified).toBe(true)
})

test('a made-up, foreign or altered confirmation link is refused in a sentence', async () => {
  await server.signUp({ email: 'bob@example.org', handle: 'bob' })
  const token = tokenIn((await letterTo('bob@example.org', /Confirm/)).text)
  const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`
  for (const bad of ['x', `${token.slice(0, -2)}xx`, unsigned]) {
    const answer = await confirm(bad)
    expect(answer.statusCode).toBe(400)
    expect(answer.body).toContain('has been used or is too old')
  }
  expect((await server.signIn('bob@example.org')).status).toBe(401)
})

test('the page of an unconfirmed sign-up does not exist yet, but its handle is kept', async () => {
  await server.signUp({ email: 'carol@example.org', handle: 'carol' })
  expect(await server.ownerOf('carol')).toBeNull()
  expect((await server.call('GET', '/api/handle/available?handle=carol')).body.available).toBe(false)
  await confirm(tokenIn((await letterTo('carol@example.org', /Confirm/)).text))
  expect(await server.ownerOf('carol')).toMatchObject({ current: 'carol' })
})

test('that an address is taken does not show in the handle, the page or the mail limit either', async () => {
  await server.signUp({ email: 'ada@example.org', handle: 'mallory' })
  await server.signUp({ email: 'really-new@example.org', handle: 'newcomer' })
  for (const handle of ['mallory', 'newcomer']) {
    expect((await server.call('GET', `/api/handle/available?handle=${handle}`)).body.available).toBe(false)
    expect(await server.ownerOf(handle)).toBeNull()
  }
})

test('asking for the link again answers alike for confirmed, unconfirmed and unknown addresses', async () => {
  const before = server.sent.length
  const ask = async (email: string) =>
    (await server.call('POST', '/api/auth/send-verification-email', { body: { email } })).body
  const answers = [await ask('ada@example.org'), await ask('bob@example.org'), await ask('nobody@example.org')]
  expect(answers[1]).toEqual(answers[0])
  expect(answers[2]).toEqual(answers[0])
  await eventually(() => server.sent.slice(before).map(({ to }) => to)).toEqual(['bob@example.org'])
})

test('a new password by mail confirms the address too: whoever had signed up with it is out', async () => {
  await server.signUp({ email: 'victim@example.org', handle: 'squatter', password: 'mallorys password' })
  await server.call('POST', '/api/auth/request-password-reset', { body: { email: 'victim@example.org' } })
  const token = tokenIn((await letterTo('victim@example.org', /new password/)).text)
  const reset = await server.call('POST', '/api/auth/reset-password', {
    body: { token, newPassword: 'the owners own words' },
  })
  expect(reset.body).toEqual({ status: true })
  expect((await server.signIn('victim@example.org', { password: 'mallorys password' })).status).toBe(401)
  expect((await server.signIn('victim@example.org', { password: 'the owners own words' })).status).toBe(200)
})

test('nobody is flooded with mail through us', async () => {
  await server.signUp({ email: 'flooded@example.org', handle: 'flooded' })
  for (let i = 0; i < 8; i++)
    await server.call('POST', '/api/auth/request-password-reset', { body: { email: 'flooded@example.org' } })
  await server.accounts.stop()
  expect(server.sent.filter(({ to }) => to === 'flooded@example.org')).toHaveLength(6)
})

test('a name cannot carry a message to somebody else’s mailbox', async () => {
  await server.signUp({ email: 'target@example.org', handle: 'targeted', name: 'Win now at evil.example/prize' })
  const letter = await letterTo('target@example.org', /Confirm/)
  expect(letter.text + letter.html).not.toContain('evil.example')
})

test('sign-ups never confirmed are taken back after a week, with handle and address; others are not', async () => {
  await server.signUp({ email: 'stale@example.org', handle: 'stale-one' })
  await sweep(server.db, server.clock, true)
  const exists = async (email: string) =>
    (await server.db.selectFrom('users').select('id').where('email', '=', email).execute()).length > 0
  expect(await exists('stale@example.org')).toBe(true)
  server.clock.offsetMs = 8 * 86_400_000
  await sweep(server.db, server.clock, true)
  expect(await exists('stale@example.org')).toBe(false)
  expect(await exists('ada@example.org')).toBe(true)
  expect((await server.call('GET', '/api/handle/available?handle=stale-one')).body.available).toBe(true)
  expect((await server.call('GET', '/api/handle/available?handle=mallory')).body.available).toBe(true)
  expect((await server.call('GET', '/api/handle/available?handle=ada')).body.available).toBe(false)
  server.clock.offsetMs = 0
})

test('a flood of sign-ups that were never confirmed is taken back too', async () => {
  await sql`
    insert into users (id, email, name, created_at, updated_at)
    select 'flood' || n, 'flood' || n, '', now() - interval '8 days', now() from generate_series(1, 70000) n`.execute(
    server.db,
  )
  await sweep(server.db, server.clock, true)
  const { rows } = await sql`select 1 from users where id like 'flood%'`.execute(server.db)
  expect(rows).toEqual([])
})
