import { afterAll, beforeAll, expect, test } from 'vitest'
import { freeHandle } from './handles.ts'
import { type TestServer, testServer } from './testing.ts'

let server: TestServer
beforeAll(async () => {
  server = await testServer()
})
afterAll(() => server.stop())

const change = (token: string, handle: string) => server.call('POST', '/api/handle', { token, body: { handle } })
const available = async (handle: string, token?: string) =>
  (await server.call('GET', `/api/handle/available?handle=${encodeURIComponent(handle)}`, { token: token ?? null }))
    .body

test('a changed handle keeps leading to its workspace, by any number of changes', async () => {
  const token = await server.account('ada@example.org', 'ada')
  expect((await change(token, 'Ada-Lovelace')).body).toEqual({ handle: 'ada-lovelace' })
  expect((await change(token, 'countess')).status).toBe(200)
  const now = await server.ownerOf('countess')
  expect(now?.current).toBe('countess')
  for (const old of ['ada', 'ADA', 'ada-lovelace']) expect(await server.ownerOf(old)).toEqual(now)
  expect((await server.call('GET', '/api/session', { token })).body.workspace.handle).toBe('countess')
  // Back to an old one, and the same again, are no change for the worse.
  expect((await change(token, 'ada')).status).toBe(200)
  expect((await change(token, 'ada')).status).toBe(200)
  expect((await server.ownerOf('countess'))?.current).toBe('ada')
})

test('nobody else gets a handle, an old one, or one that looks like either', async () => {
  const owner = await server.account('paypal@example.org', 'paypal')
  await change(owner, 'newname')
  const token = await server.account('mallory@example.org', 'mallory')
  for (const handle of ['paypal', 'PayPal', 'paypa1', 'paypaI', 'newname', 'newnarne']) {
    expect((await change(token, handle)).body.code, handle).toBe('handle_taken')
    expect(await available(handle, token), handle).toMatchObject({ available: false, code: 'handle_taken' })
    const signUp = await server.signUp({ email: `x${handle}@example.org`.toLowerCase(), handle })
    expect(signUp.body.code, handle).toBe('handle_taken')
  }
  expect(await available('paypa1', owner)).toEqual({ handle: 'paypa1', available: true })
  for (const [handle, code] of [
    ['pаypal', 'handle_lookalike'],
    ['ｐａｙｐａｌ', 'handle_lookalike'],
    ['admin', 'handle_reserved'],
    ['supp0rt', 'handle_lookalike'],
    ['a/../b', 'handle_invalid'],
    ['<b>', 'handle_invalid'],
  ] as const) {
    expect((await change(token, handle)).body.code, handle).toBe(code)
    expect(await available(handle), handle).toMatchObject({ available: false, code })
  }
  expect((await server.ownerOf('mallory'))?.current).toBe('mallory')
})

test('of many who want a handle at one moment one gets it', async () => {
  const tokens = await Promise.all(
    [1, 2, 3, 4, 5].map((n) => server.account(`racer${n}@example.org`, `racer-no-${'abcde'[n - 1]}`)),
  )
  const answers = await Promise.all(
    tokens.map((token, n) => change(token, ['winner', 'w1nner', 'vvinner', 'WINNER', 'winner'][n] as string)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409, 409, 409])
  const signUps = await Promise.all(
    ['one', 'two', 'three'].map((name) => server.signUp({ email: `${name}@race.example`, handle: 'contested' })),
  )
  expect(signUps.map(({ status }) => status).sort()).toEqual([200, 409, 409])
  const owners = await server.db.selectFrom('workspaces').select('id').where('handle', '=', 'contested').execute()
  expect(owners).toHaveLength(1)
})

test('a sign-up whose handle is lost in a race leaves no account behind', async () => {
  const { rows } = await server.database.pool.query<{ count: number }>(
    `select count(*)::int as count from users u where not exists (select from members m where m.user_id = u.id)`,
  )
  expect(rows[0]?.count).toBe(0)
  const users = await server.db.selectFrom('users').select('email').where('email', 'like', '%@race.example').execute()
  expect(users).toHaveLength(1)
})

test('only so many changes a day, since old handles are kept for ever', async () => {
  const token = await server.account('collector@example.org', 'collector')
  const answers = []
  for (const letter of 'abcdefghijk') answers.push((await change(token, `collected-${letter}`)).status)
  expect(answers).toEqual([...Array(10).fill(200), 429])
})

test('only the owner changes it', async () => {
  const token = await server.account('editor@example.org', 'editorial')
  await server.database.pool.query(
    `update members set role = 'editor' where user_id = (select id from users where email = 'editor@example.org')`,
  )
  expect((await change(token, 'taken-over')).body.code).toBe('not_allowed')
  expect((await change('', 'no-session')).body.code).toBe('sign_in_required')
})

test('somebody who chose none gets a free one near their name', async () => {
  const names = []
  for (const n of [1, 2, 3]) {
    await server.signUp({ email: `zoe${n}@example.org`, name: 'Zoë Müller' })
    const { token } = (await server.signIn(`zoe${n}@example.org`)).body
    names.push((await server.call('GET', '/api/session', { token })).body.workspace.handle as string)
  }
  expect(names[0]).toBe('zoe-muller')
  expect(new Set(names).size).toBe(3)
  for (const name of names) expect(name).toMatch(/^zoe-muller(-[34679]+)?$/)
  expect(await freeHandle(server.db, 'admin', new Date(), Math.random)).toBe('admin-posts')
})

test('unknown and absurd handles resolve to nothing', async () => {
  for (const handle of [
    'nobody-here',
    '',
    "' or 1=1",
    'x'.repeat(10_000),
    '../etc/passwd',
    'аda',
    '\0'.replace('\0', '%00'),
  ])
    expect(await server.ownerOf(handle)).toBeNull()
})
