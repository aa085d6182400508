import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { newId } from '../../shared/domain/id.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startTestServer({ now: () => 1_800_000_000_000 })
})
afterAll(() => server.close())

type Page = { documents: (Record<string, unknown> & { id: string })[]; checkpoint: { id: string; lwt: number } }
type Own = { conflicts: { id: string; title: string }[]; refused: { id: string; code: string; message: string }[] }
const own = 'application/vnd.grover.sync+json'

async function workspace(role: 'owner' | 'viewer' = 'owner') {
  const id = `ws${++count}`
  await server.addWorkspace(id)
  return { id, ...wire(server.url, server.signIn(id, role)) }
}

test('a first pull of nothing echoes the checkpoint and tells the server’s time', async () => {
  const { pull } = await workspace()
  const { status, headers, body } = await pull('posts', 'lwt=0&id=&limit=10')
  expect(status).toBe(200)
  expect(body).toEqual({ documents: [], checkpoint: { id: '', lwt: 0 } })
  expect(headers.get('x-grover-time')).toBe('1800000000000')
})

test('what was pushed is pulled in order, page by page, without what replication adds', async () => {
  const { id, pull, push } = await workspace()
  const posts = Array.from({ length: 5 }, (_, i) => samplePost({ title: `Post ${i}` }))
  const withMeta = posts.map((post) => row({ ...post, _meta: { lwt: 1 }, _rev: '1-x', _attachments: {} }))
  expect((await push('posts', withMeta)).body).toEqual([])

  const first = (await pull('posts', 'lwt=0&id=&limit=3')).body as Page
  expect(first.documents).toEqual(posts.slice(0, 3).map((post) => ({ ...post, _deleted: false })))
  expect(first.checkpoint.id).toBe(`epoch-${id}`)
  const { lwt } = first.checkpoint
  const second = (await pull('posts', `lwt=${lwt}&id=epoch-${id}&limit=3`)).body as Page
  expect(second.documents.map((doc) => doc.title)).toEqual(['Post 3', 'Post 4'])
  const last = (await pull('posts', `lwt=${second.checkpoint.lwt}&id=epoch-${id}&limit=3`)).body as Page
  expect(last).toEqual({ documents: [], checkpoint: second.checkpoint })
})

test.each(['0', '-1', '5001', '1.5', 'ten', ''])('limit=%s is refused, never made smaller', async (limit) => {
  const { pull } = await workspace()
  const { status, body } = await pull('posts', `lwt=0&id=&limit=${limit}`)
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'limit_out_of_range', error: true, message: expect.stringContaining('1 to 5000') })
})

test('a page too heavy for one answer is refused, and fewer documents are always given', async () => {
  const { id, pull } = await workspace()
  await sql`
    insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
    select ${id}, 'posts', 'p' || i, i, false, jsonb_build_object('id', 'p' || i, 'text', repeat('x', 1950000)), 0, now()
    from generate_series(1, 40) i`.execute(server.db)
  await sql`update workspaces set seq = 40 where id = ${id}`.execute(server.db)
  const { status, body } = await pull('posts', 'lwt=0&id=&limit=500')
  expect(status).toBe(400)
  expect(body).toMatchObject({ code: 'limit_out_of_range', message: expect.stringContaining('at most 32') })
  const page = (await pull('posts', 'lwt=0&id=&limit=32')).body as Page
  expect([page.documents.length, page.checkpoint.lwt]).toEqual([32, 32])
}, 30_000)

test('a stranger’s push is answered before its body is read', async () => {
  const answer = await fetch(`${server.url}/sync/posts/0/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: 'not even JSON',
  })
  expect(await answer.json()).toMatchObject({ code: 'sign_in_required' })
})

test('a checkpoint that nobody gave out is refused', async () => {
  const { pull } = await workspace()
  for (const lwt of ['-1', '1e99', 'x', '99999999999999999999'])
    expect((await pull('posts', `lwt=${lwt}&id=a&limit=5`)).body).toMatchObject({
      code: 'checkpoint_invalid',
      error: true,
    })
})

test('a device that knows another epoch, or a sequence never drawn, starts over', async () => {
  const { id, pull, push } = await workspace()
  await push('posts', [row(samplePost())])
  for (const query of ['lwt=1&id=epoch-before-restore', `lwt=900&id=epoch-${id}`, 'lwt=1&id='])
    expect(((await pull('posts', `${query}&limit=5`)).body as Page).documents).toHaveLength(1)
})

test('an older version is told to update, an unknown version or collection is not there', async () => {
  const { call } = await workspace()
  const server1 = await call('/sync/posts/1/pull?lwt=0&id=&limit=1')
  expect([server1.status, server1.body]).toEqual([404, expect.objectContaining({ code: 'not_found', error: true })])
  expect((await call('/sync/nothing/0/pull?lwt=0&id=&limit=1')).body).toMatchObject({ code: 'not_found', error: true })
})

test('without a session every path answers 401 with a named error', async () => {
  const { call } = wire(server.url, 'nobody')
  for (const [path, method] of [
    ['pull?lwt=0&id=&limit=1', 'GET'],
    ['push', 'POST'],
    ['pullStream', 'GET'],
  ] as const) {
    const init =
      method === 'POST' ? { method, body: '[]', headers: { 'content-type': 'application/json' } } : { method }
    const { status, body } = await call(`/sync/posts/0/${path}`, init)
    expect([status, body]).toEqual([401, expect.objectContaining({ code: 'sign_in_required', error: true })])
  }
})

test('bodies that are no JSON, no list or too long are refused with a named error', async () => {
  const { push } = await workspace()
  expect((await push('posts', '{"half":')).body).toMatchObject({ code: 'body_not_json', error: true })
  expect((await push('posts', '{}')).body).toMatchObject({ code: 'bad_request', error: true })
  const long = await push('posts', `[${' '.repeat(64_000_001)}]`)
  expect([long.status, long.body]).toEqual([413, expect.objectContaining({ code: 'too_large', error: true })])
})

test('the rule of conflicts: no assumed or a wrong assumed state answers with the master, the right one writes', async () => {
  const { push, pull } = await workspace()
  const v1 = samplePost({ title: 'one' })
  const v2 = { ...v1, title: 'two' }
  const v3 = { ...v1, title: 'three' }
  expect((await push('posts', [row(v1)])).body).toEqual([])
  expect((await push('posts', [row(v2)])).body).toEqual([{ ...v1, _deleted: false }])
  expect((await push('posts', [row(v2, v3)])).body).toEqual([{ ...v1, _deleted: false }])
  expect((await push('posts', [row(v2, v1)])).body).toEqual([])
  expect(((await pull('posts', 'lwt=0&id=&limit=5')).body as Page).documents).toMatchObject([{ title: 'two' }])
})

test('a push repeated after a lost answer is accepted and changes nothing', async () => {
  const { id, push, pull } = await workspace()
  const v1 = samplePost()
  const v2 = { ...v1, title: 'again' }
  await push('posts', [row(v1)])
  await push('posts', [row(v2, v1)])
  const before = (await pull('posts', 'lwt=0&id=&limit=5')).body as Page
  expect((await push('posts', [row(v2, v1)])).body).toEqual([])
  const after = await pull('posts', `lwt=${before.checkpoint.lwt}&id=epoch-${id}&limit=5`)
  expect((after.body as Page).documents).toEqual([])
})

test('one bad document of a batch is refused by name, the others are kept', async () => {
  const { push, pull } = await workspace()
  const good = samplePost({ title: 'good' })
  const bad = {
    wrongType: { ...samplePost(), title: 7 },
    unknown: { ...samplePost(), colour: 'red' },
    nested: { ...samplePost(), plan: { ...good.plan, extra: 1 } },
    missing: { id: newId() },
    tooLong: samplePost({ title: 'x'.repeat(301) }),
    tooLarge: samplePost({ text: 'ä'.repeat(499_000), body: 'A'.repeat(1_500_000) }),
    slugId: { ...samplePost(), id: '../../etc' },
    control: samplePost({ title: 'a\0b' }),
    half: samplePost({ title: 'a\ud800' }),
  }
  const rows = [...Object.values(bad).map((doc) => row(doc)), row(good), { newDocumentState: null }, 7]
  const { status, body } = await push('posts', rows, own)
  expect(status).toBe(200)
  const { conflicts, refused } = body as Own
  expect(conflicts).toEqual([])
  const code = (doc: object) => refused.find((r) => r.id === (doc as { id: string }).id)?.code
  expect(Object.fromEntries(Object.entries(bad).map(([name, doc]) => [name, code(doc)]))).toEqual({
    wrongType: 'document_invalid',
    unknown: 'field_unknown',
    nested: 'field_unknown',
    missing: 'document_invalid',
    tooLong: 'document_invalid',
    tooLarge: 'document_too_large',
    slugId: 'document_invalid',
    control: 'document_invalid',
    half: 'document_invalid',
  })
  expect(refused).toHaveLength(11)
  for (const { message } of refused) expect(message).toMatch(/^(The|There|A) .+\.$/)
  expect(refused.find((r) => r.id === bad.unknown.id)?.message).toContain('colour')
  expect(((await pull('posts', 'lwt=0&id=&limit=50')).body as Page).documents).toEqual([{ ...good, _deleted: false }])
})

test('text that only looks like an escape is kept as it is, and so is a __proto__ refused alone', async () => {
  const { push, pull } = await workspace()
  const literal = samplePost({ title: 'back\\u0000slash \\ud800' })
  const poison = JSON.stringify([row(samplePost())]).replace('"kind"', '"__proto__":{"a":1},"kind"')
  const { body } = await push('posts', `[${JSON.stringify(row(literal))},${poison.slice(1)}`, own)
  expect((body as Own).refused).toMatchObject([{ code: 'field_unknown' }])
  expect(((await pull('posts', 'lwt=0&id=&limit=50')).body as Page).documents).toMatchObject([{ title: literal.title }])
})

test('a foreign client is answered a refusal with the master, or with a tombstone where there is none', async () => {
  const { push } = await workspace()
  const post = samplePost()
  await push('posts', [row(post)])
  const wrong = { ...post, title: 7 }
  const fresh = { ...samplePost(), colour: 'red' }
  expect((await push('posts', [row(wrong, post), row(fresh)])).body).toEqual([
    { ...post, _deleted: false },
    { ...fresh, _deleted: true },
  ])
})

test('a deletion is pulled as a tombstone, and what the server never took in can still be deleted', async () => {
  const { push, pull } = await workspace()
  const post = samplePost()
  await push('posts', [row(post)])
  expect((await push('posts', [row({ ...post, _deleted: true }, post)])).body).toEqual([])
  const { documents } = (await pull('posts', 'lwt=0&id=&limit=5')).body as Page
  expect(documents).toEqual([{ ...post, _deleted: true }])
  const unfit = { ...samplePost({ title: 'x'.repeat(400) }), _deleted: true }
  expect((await push('posts', [row(unfit)], own)).body).toMatchObject({ conflicts: [], refused: [] })
})

test('an answer to a push says from which number on pages have what was taken in', async () => {
  const { push, pull } = await workspace()
  const [first, second] = [samplePost(), samplePost()]
  const told = async (...rows: object[]) => ((await push('posts', rows, own)).body as { lwt: number }).lwt
  await told(row(first))
  const before = (await pull('posts', 'lwt=0&id=&limit=5')).body as Page
  const lwt = await told(row({ ...first, title: 'edited' }, first), row(second))
  expect(lwt).toBeGreaterThan(before.checkpoint.lwt)
  const after = (await pull('posts', `lwt=${lwt - 1}&id=${before.checkpoint.id}&limit=5`)).body as Page
  expect(after.documents.map(({ id }) => id)).toEqual([first.id, second.id])
  // An answer that was lost is asked for again: what is there was taken in before.
  expect(await told(row(second))).toBeGreaterThan(lwt)
})

test('the same document twice in one push is taken in both times, in order', async () => {
  const { push, pull } = await workspace()
  const v1 = samplePost({ title: 'one' })
  const v2 = { ...v1, title: 'two' }
  expect((await push('posts', [row(v1), row(v2, v1)])).body).toEqual([])
  expect(((await pull('posts', 'lwt=0&id=&limit=5')).body as Page).documents).toMatchObject([{ title: 'two' }])
})

test('server-owned collections refuse every push', async () => {
  const { push, pull } = await workspace()
  const { status, body } = await push('outcomes', [row({ id: 'x' })])
  expect([status, body]).toEqual([403, expect.objectContaining({ code: 'not_allowed', error: true })])
  expect(((await pull('outcomes', 'lwt=0&id=&limit=5')).body as Page).documents).toEqual([])
})

test('a viewer reads and cannot write', async () => {
  const { id, push, pull } = await workspace('viewer')
  const post = samplePost()
  expect((await push('posts', [row(post)], own)).body).toMatchObject({
    refused: [{ id: post.id, code: 'not_allowed' }],
  })
  expect((await push('posts', [row(post)])).body).toEqual([{ ...post, _deleted: true }])
  const owner = wire(server.url, server.signIn(id))
  await owner.push('posts', [row(post)])
  expect(((await pull('posts', 'lwt=0&id=&limit=5')).body as Page).documents).toHaveLength(1)
})

test('another workspace’s documents are invisible, and its ids are one’s own to use', async () => {
  const mine = await workspace()
  const other = await workspace()
  const theirs = samplePost({ title: 'theirs' })
  await other.push('posts', [row(theirs)])
  expect((await mine.push('posts', [row({ ...theirs, title: 'mine' }, theirs)], own)).body).toMatchObject({
    conflicts: [],
    refused: [],
  })
  const title = async (side: typeof mine) =>
    ((await side.pull('posts', 'lwt=0&id=&limit=5')).body as Page).documents.map((doc) => doc.title)
  expect([await title(mine), await title(other)]).toEqual([['mine'], ['theirs']])
})
