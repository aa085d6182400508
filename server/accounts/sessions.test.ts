import { afterAll, beforeAll, expect, test } from 'vitest'
import { sweep } from './sweep.ts'
import { eventually, type TestServer, testServer } from './testing.ts'

let server: TestServer
let second: TestServer
const heard: string[] = []
const heardBySecond: string[] = []
beforeAll(async () => {
  server = await testServer()
  second = await testServer({ database: server.database })
  server.accounts.onRevoked((id) => heard.push(id))
  second.accounts.onRevoked((id) => heardBySecond.push(id))
  await Promise.all([server.accounts.start(), second.accounts.start()])
})
afterAll(async () => {
  await second.stop()
  await server.stop()
})

const idOf = async (token: string): Promise<string> =>
  (await server.call('GET', '/api/session', { token })).body.sessionId

test('the list names devices, this one first, and gives no token away', async () => {
  await server.signUp({ email: 'ada@example.org', handle: 'ada' })
  const laptop = (await server.signIn('ada@example.org', { deviceName: "  Ada's\u202e laptop\n " })).body.token
  const phone = (await server.signIn('ada@example.org')).body.token
  const { body } = await server.call('GET', '/api/sessions', { token: laptop })
  expect(body.sessions).toHaveLength(2)
  expect(body.sessions[0]).toMatchObject({ current: true, deviceName: "Ada's laptop", ipAddress: '127.0.0.1' })
  expect(body.sessions[1]).toMatchObject({ current: false })
  expect(Date.parse(body.sessions[0].lastSeenAt)).toBeGreaterThan(Date.now() - 60_000)
  const compatible = await server.call('GET', '/api/auth/list-sessions', { token: laptop })
  for (const text of [JSON.stringify(body), compatible.text]) {
    expect(text).not.toContain(laptop)
    expect(text).not.toContain(phone)
  }
})

test('a revoked session is refused by the next request on every server, and every server hears of it', async () => {
  const mine = (await server.signIn('ada@example.org')).body.token
  const stolen = (await server.signIn('ada@example.org')).body.token
  const stolenId = await idOf(stolen)
  expect((await second.call('GET', '/probe', { token: stolen })).status).toBe(200)
  expect((await server.call('DELETE', `/api/sessions/${stolenId}`, { token: mine })).status).toBe(204)
  expect((await second.call('GET', '/probe', { token: stolen })).body.code).toBe('sign_in_required')
  expect((await server.call('GET', '/api/auth/get-session', { token: stolen })).body).toBeNull()
  await eventually(() => heard.includes(stolenId) && heardBySecond.includes(stolenId)).toBe(true)
  expect((await server.call('DELETE', `/api/sessions/${stolenId}`, { token: mine })).body.code).toBe('not_found')
})

test("somebody else's session cannot be revoked", async () => {
  const mine = await server.account('mallory@example.org', 'mallory')
  const theirs = (await server.signIn('ada@example.org')).body.token
  const theirId = await idOf(theirs)
  expect((await server.call('DELETE', `/api/sessions/${theirId}`, { token: mine })).status).toBe(404)
  expect(
    (await server.call('POST', '/api/auth/revoke-session', { token: mine, body: { token: theirId } })).status,
  ).toBe(404)
  expect((await server.call('GET', '/probe', { token: theirs })).status).toBe(200)
})

test('all other devices are signed out in one step', async () => {
  const mine = (await server.signIn('ada@example.org')).body.token
  const other = (await server.signIn('ada@example.org')).body.token
  const otherId = await idOf(other)
  const { body } = await server.call('POST', '/api/sessions/revoke-others', { token: mine })
  expect(body.revoked).toBeGreaterThan(0)
  expect((await server.call('GET', '/api/sessions', { token: mine })).body.sessions).toHaveLength(1)
  expect((await server.call('GET', '/probe', { token: other })).status).toBe(401)
  await eventually(() => heardBySecond.includes(otherId)).toBe(true)
})

test('a session that an operator deletes by hand is heard of too, and so is one that ended while nobody listened', async () => {
  const one = await idOf((await server.signIn('ada@example.org')).body.token)
  await server.db.deleteFrom('sessions').where('id', '=', one).execute()
  await eventually(() => heard.includes(one)).toBe(true)

  const other = await idOf((await server.signIn('ada@example.org')).body.token)
  const cut = async () =>
    await server.database.pool.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and query ilike 'listen%' or query = 'select now()::text as now'`,
    )
  await cut()
  await server.db.deleteFrom('sessions').where('id', '=', other).execute()
  await eventually(() => heard.includes(other) && heardBySecond.includes(other)).toBe(true)
})

test('tokens that are not tokens are refused without a fuss', async () => {
  const token = (await server.signIn('ada@example.org')).body.token as string
  const hash = (await server.db.selectFrom('sessions').select('token_hash').executeTakeFirstOrThrow()).token_hash
  for (const bad of [
    '',
    'x',
    'x'.repeat(5000),
    hash,
    token.slice(0, -1),
    `${token}x`,
    "' or 1=1 --",
    '%00',
    token.toUpperCase(),
  ]) {
    const probe = await server.call('GET', '/probe', { headers: { authorization: `Bearer ${bad}` } })
    expect(probe.status, bad.slice(0, 20)).toBe(401)
    expect(probe.body.code).toBe('sign_in_required')
  }
  expect((await server.call('GET', '/probe', { headers: { authorization: `Basic ${token}` } })).status).toBe(401)
  expect((await server.call('GET', '/probe')).body).toMatchObject({ code: 'sign_in_required', error: true })
})

test('a session ends when it is not used for long, and lives on while it is', async () => {
  const used = (await server.signIn('ada@example.org')).body.token
  const unused = (await server.signIn('ada@example.org')).body.token
  const usedId = await idOf(used)
  const day = 86_400_000
  server.clock.offsetMs = 40 * day
  expect((await server.call('GET', '/probe', { token: used })).status).toBe(200)
  const expiry = async () =>
    (
      await server.db.selectFrom('sessions').select('expires_at').where('id', '=', usedId).executeTakeFirstOrThrow()
    ).expires_at.getTime()
  await eventually(expiry).toBeGreaterThan(Date.now() + 99 * day)
  server.clock.offsetMs = 70 * day
  expect((await server.call('GET', '/probe', { token: used })).status).toBe(200)
  expect((await server.call('GET', '/probe', { token: unused })).status).toBe(401)
  await sweep(server.db, server.clock, false)
  server.clock.offsetMs = 0
  expect((await server.call('GET', '/probe', { token: unused })).status).toBe(401)
})

test('whoever is no longer a member of the workspace is refused at once', async () => {
  const token = await server.account('leaver@example.org', 'leaver')
  const { body } = await server.call('GET', '/api/session', { token })
  await server.db.deleteFrom('members').where('user_id', '=', body.user.id).execute()
  expect((await server.call('GET', '/probe', { token })).status).toBe(401)
  expect((await server.signIn('leaver@example.org')).body.code).toBe('not_allowed')
})

test('the lookup of every request goes by its index', async () => {
  await server.database.pool.query('set enable_seqscan = off')
  const { rows } = await server.database.pool.query<{ 'QUERY PLAN': string }>(
    `explain select s.id from sessions s join members m on m.workspace_id = s.workspace_id and m.user_id = s.user_id
     where s.token_hash = 'x' and s.expires_at > now()`,
  )
  const plan = rows.map((row) => row['QUERY PLAN']).join('\n')
  expect(plan).toContain('sessions_token_hash_key')
  expect(plan).toContain('members_pkey')
})

test("the session in better-auth's form is the same one, and a name can be changed", async () => {
  const { token } = (await server.signIn('ada@example.org')).body
  expect(
    (await server.call('POST', '/api/auth/update-user', { token, body: { name: ' Countess ' } })).body.status,
  ).toBe(true)
  const { body } = await server.call('GET', '/api/auth/get-session', { token })
  expect(body).toMatchObject({
    session: { id: await idOf(token) },
    user: { email: 'ada@example.org', name: 'Countess' },
  })
  expect((await server.call('GET', '/api/auth/get-session')).body).toBeNull()
})
