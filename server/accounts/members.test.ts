import { afterAll, beforeAll, expect, test } from 'vitest'
import { eventually, type TestServer, testServer } from './testing.ts'

let server: TestServer
let owner: string
let guest: string
beforeAll(async () => {
  server = await testServer()
  await server.accounts.start()
  owner = await server.account('owner@example.org', 'ada-writes')
  guest = await server.account('guest@example.org', 'bela-reads')
  await server.account('stranger@example.org', 'cleo-elsewhere')
  // There is no invitation yet: the guest is a member because the database says so.
  const { body } = await server.call('GET', '/api/session', { token: owner })
  const { body: who } = await server.call('GET', '/api/session', { token: guest })
  const workspaceId = body.workspace.id as string
  await server.db
    .insertInto('members')
    .values({ workspace_id: workspaceId, user_id: who.user.id, role: 'viewer' })
    .execute()
  await server.db
    .updateTable('sessions')
    .set({ workspace_id: workspaceId })
    .where('user_id', '=', who.user.id)
    .execute()
})
afterAll(() => server.stop())

const setRole = (token: string, email: string, role: string) =>
  server.call('POST', '/api/members/role', { token, body: { email, role } })

test('the owner gives a member another role, which counts at once and closes what is live', async () => {
  const closed: string[] = []
  server.accounts.onRevoked((sessionId) => void closed.push(sessionId))
  const { body: session } = await server.call('GET', '/api/session', { token: guest })
  expect(session.workspace.role).toBe('viewer')
  expect(await setRole(owner, ' Guest@example.org', 'moderator')).toMatchObject({
    status: 200,
    body: { email: 'guest@example.org', role: 'moderator' },
  })
  expect((await server.call('GET', '/api/session', { token: guest })).body.workspace.role).toBe('moderator')
  await eventually(() => closed).toEqual([session.sessionId])
  expect((await server.call('GET', '/api/members', { token: owner })).body.members).toEqual([
    { email: 'guest@example.org', name: 'Ada Lovelace', role: 'moderator' },
    { email: 'owner@example.org', name: 'Ada Lovelace', role: 'owner' },
  ])
})

test('nobody else does, nobody becomes an owner, and a stranger’s address is like one that does not exist', async () => {
  for (const answer of [
    await setRole(guest, 'guest@example.org', 'editor'),
    await server.call('GET', '/api/members', { token: guest }),
  ])
    expect(answer).toMatchObject({ status: 403, body: { code: 'not_allowed', error: true } })
  expect((await setRole(owner, 'guest@example.org', 'owner')).status).toBe(400)
  const answers = await Promise.all(
    ['owner@example.org', 'stranger@example.org', 'nobody@example.org'].map((email) => setRole(owner, email, 'viewer')),
  )
  for (const { status, body } of answers) expect([status, body]).toEqual([404, answers[0]!.body])
  expect((await server.call('GET', '/api/session', { token: owner })).body.workspace.role).toBe('owner')
})
