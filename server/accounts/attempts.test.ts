import { afterAll, beforeAll, expect, test } from 'vitest'
import { addressBucket } from './attempts.ts'
import { eventually, type TestServer, testServer, tokenIn } from './testing.ts'

let server: TestServer
let second: TestServer
beforeAll(async () => {
  server = await testServer({ attemptsPerMinute: 4 })
  second = await testServer({ attemptsPerMinute: 4, database: server.database })
})
afterAll(async () => {
  await second.stop()
  await server.stop()
})

const attempt = (on: TestServer, email: string, ip: string) =>
  on.call('POST', '/api/auth/sign-in/email', { body: { email, password: 'wrong horse battery' }, ip })

test('one address may try so often a minute, over all servers together, and is told when to come back', async () => {
  const statuses = []
  for (let i = 0; i < 6; i++)
    statuses.push((await attempt(i % 2 ? server : second, `a${i}@example.org`, '198.51.100.1')).status)
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429])
  const refused = await attempt(server, 'a9@example.org', '198.51.100.1')
  expect(refused.body).toMatchObject({ code: 'too_many_requests', error: true })
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0)
  expect(Number(refused.headers['retry-after'])).toBeLessThanOrEqual(60)
  expect((await attempt(server, 'a9@example.org', '198.51.100.2')).status).toBe(401)
  server.clock.offsetMs = 61_000
  expect((await attempt(server, 'a9@example.org', '198.51.100.1')).status).toBe(401)
  server.clock.offsetMs = 0
})

test('one account may be tried so often, from however many addresses, whether it exists or not', async () => {
  await server.signUp({ email: 'real@example.org', handle: 'real-person' })
  const tries = async (email: string) => {
    const answers = []
    for (let i = 0; i < 6; i++) answers.push((await attempt(server, email, `203.0.113.${i}`)).status)
    return answers
  }
  const real = await tries('real@example.org')
  expect(real).toEqual([401, 401, 401, 401, 429, 429])
  expect(await tries('unreal@example.org')).toEqual(real)
  expect((await attempt(server, ' REAL@example.org ', '203.0.113.77')).status).toBe(400)
  expect((await attempt(server, 'REAL@example.org', '203.0.113.77')).status).toBe(429)
})

test('slow guessing adds up over the day', async () => {
  const statuses: number[] = []
  for (let minute = 0; minute < 14; minute++) {
    server.clock.offsetMs = (10 + minute) * 61_000
    for (let i = 0; i < 3; i++) statuses.push((await attempt(server, 'slow@example.org', `192.0.2.${minute}`)).status)
  }
  server.clock.offsetMs = 0
  expect(statuses.filter((status) => status === 401)).toHaveLength(40)
  expect(statuses.slice(-2)).toEqual([429, 429])
}, 60_000)

test('somebody who signs in rightly is never held up', async () => {
  await server.call('POST', '/api/auth/sign-up/email', {
    body: { email: 'busy@example.org', handle: 'busy-person', name: 'Busy', password: 'correct horse battery' },
    ip: '192.0.2.200',
  })
  for (let i = 0; i < 8; i++) {
    const { status } = await server.call('POST', '/api/auth/sign-in/email', {
      body: { email: 'busy@example.org', password: 'correct horse battery' },
      ip: '192.0.2.201',
    })
    expect(status).toBe(200)
  }
})

test('sign-ups, letters, links and codes are counted too', async () => {
  const many = async (path: string, body: (n: number) => unknown, ip: string) => {
    const statuses = []
    for (let n = 0; n < 6; n++) statuses.push((await server.call('POST', path, { body: body(n), ip })).status)
    return statuses
  }
  const password = 'correct horse battery'
  expect(
    await many('/api/auth/sign-up/email', (n) => ({ email: `s${n}@example.org`, name: 'S', password }), '192.0.2.101'),
  ).toEqual([200, 200, 200, 200, 429, 429])
  expect(
    await many('/api/auth/request-password-reset', (n) => ({ email: `s${n}@example.org` }), '192.0.2.102'),
  ).toEqual([200, 200, 200, 200, 429, 429])
  expect(await many('/api/auth/reset-password', () => ({ token: 'x', newPassword: password }), '192.0.2.103')).toEqual([
    400, 400, 400, 400, 429, 429,
  ])
  expect(
    await many('/api/auth/two-factor/verify-totp', () => ({ code: '123456', challenge: 'x.y' }), '192.0.2.104'),
  ).toEqual([401, 401, 401, 401, 429, 429])
})

test('the table does not say whose accounts were tried', async () => {
  const rows = JSON.stringify(await server.db.selectFrom('attempts').selectAll().execute())
  expect(rows).not.toContain('example.org')
})

test('an IPv6 customer counts as one, whatever address of theirs they use', () => {
  expect(addressBucket('2001:db8:1:2:3:4:5:6')).toBe(addressBucket('2001:db8:1:2::99'))
  expect(addressBucket('2001:DB8:1:2::')).toBe('2001:db8:1:2::/64')
  expect(addressBucket('2001:db8:1:3::1')).not.toBe(addressBucket('2001:db8:1:2::1'))
  expect(addressBucket('::1')).toBe('0:0:0:0::/64')
  expect(addressBucket('::ffff:192.0.2.1')).toBe('192.0.2.1')
  expect(addressBucket('fe80::1%eth0')).toBe('fe80:0:0:0::/64')
  expect(addressBucket('192.0.2.1')).toBe('192.0.2.1')
})

test('guesses made elsewhere keep nobody out: at home one gets in, and a link by mail opens the door again', async () => {
  const email = 'besieged@example.org'
  const from = (ip: string, path: string, body: object) => server.call('POST', path, { ip, body: { email, ...body } })
  const password = 'correct horse battery'
  const home = '192.0.2.210'
  await from('192.0.2.209', '/api/auth/sign-up/email', { name: 'B', handle: 'besieged', password })
  expect((await from(home, '/api/auth/sign-in/email', { password })).status).toBe(200)
  for (let i = 0; i < 6; i++) await attempt(server, email, `203.0.113.${100 + i}`)
  expect((await from('192.0.2.211', '/api/auth/sign-in/email', { password })).status).toBe(429)
  expect((await from(home, '/api/auth/sign-in/email', { password })).status).toBe(200)

  await from(home, '/api/auth/request-password-reset', {})
  const letter = async () =>
    (await server.letters()).findLast(({ to, subject }) => to === email && /new password/.test(subject ?? ''))
  await eventually(letter).toBeDefined()
  const reset = { token: tokenIn((await letter())!.text), newPassword: 'another horse battery' }
  expect((await from(home, '/api/auth/reset-password', reset)).status).toBe(200)
  const again = await from('192.0.2.212', '/api/auth/sign-in/email', { password: 'another horse battery' })
  expect(again.status).toBe(200)
})
