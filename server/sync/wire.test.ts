import { Type } from 'typebox'
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Collection } from '../../shared/collections/collection.ts'
import { collections } from '../../shared/collections/index.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

// A collection whose ids may be any text, as those of foreign clients are.
const things: Collection = {
  name: 'things',
  version: 2,
  owner: 'device',
  schema: Type.Object({ id: Type.String({ maxLength: 64 }), text: Type.String() }, { additionalProperties: false }),
  indexes: [],
  migrations: {},
}
const studio = 'https://studio.example'
let server: TestServer
let count = 0
beforeAll(async () => {
  server = await startTestServer({ corsOrigins: studio, collections: () => ({ ...collections, things }) })
})
afterEach(() => vi.useRealTimers())
afterAll(() => server.close())

type Doc = Record<string, unknown> & { id: string }
type Page = { documents: Doc[]; checkpoint: { id: string; lwt: number } }

async function workspace() {
  const id = `ws${++count}`
  await server.addWorkspace(id)
  const token = server.signIn(id)
  return { id, token, ...wire(server.url, token) }
}

/** Pulls as the stock client does: on until a page is shorter than asked for. */
async function pullAll(
  client: Pick<ReturnType<typeof wire>, 'call'>,
  path: string,
  limit: number,
  at = { id: '', lwt: 0 },
) {
  const documents: Doc[] = []
  for (let checkpoint = at; ; ) {
    const { status, body } = await client.call(
      `${path}/pull?lwt=${checkpoint.lwt}&id=${encodeURIComponent(checkpoint.id)}&limit=${limit}`,
    )
    expect(status).toBe(200)
    const page = body as Page
    documents.push(...page.documents)
    checkpoint = page.checkpoint
    if (page.documents.length < limit) return { documents, checkpoint }
  }
}

test.each([
  [1, 300],
  [100, 10_000],
  [1000, 10_000],
])('pushed by %i and pulled by as many, %i documents come whole, once and in order', async (batch, total) => {
  const client = await workspace()
  const posts = Array.from({ length: total }, (_, i) => samplePost({ title: `Post ${i}` }))
  for (let from = 0; from < total; from += batch) {
    const { body } = await client.push(
      'posts',
      posts.slice(from, from + batch).map((post) => row(post)),
    )
    expect(body).toEqual([])
  }
  const { documents } = await pullAll(client, '/sync/posts/0', batch)
  expect(documents.map(({ title }) => title)).toEqual(posts.map(({ title }) => title))
  expect(documents.at(-1)).toEqual({ ...posts.at(-1), _deleted: false })
})

test('pulled one by one, documents come as they do by the thousand', async () => {
  const client = await workspace()
  const rows = Array.from({ length: 10_000 }, (_, i) => row({ id: `t${i}`, text: `${i}` }))
  const headers = { 'content-type': 'application/json' }
  await client.call('/sync/things/2/push', { method: 'POST', headers, body: JSON.stringify(rows) })
  const thousand = await pullAll(client, '/sync/things/2', 1000)
  expect(thousand.documents).toHaveLength(10_000)
  const { body } = await client.call('/sync/things/2/pull?lwt=0&id=&limit=1')
  const { id } = (body as Page).checkpoint
  const tail = await pullAll(client, '/sync/things/2', 1, { id, lwt: thousand.checkpoint.lwt - 1000 })
  expect(tail).toEqual({ documents: thousand.documents.slice(-1000), checkpoint: thousand.checkpoint })
})

test('a document of 2 MB goes there and back', async () => {
  const client = await workspace()
  const text = 'ä€😀'.repeat(40_000)
  const post = samplePost({ text, body: 'A'.repeat(1_630_000 - 4) })
  const bytes = Buffer.byteLength(JSON.stringify(post))
  expect(bytes).toBeGreaterThan(1_980_000)
  expect(bytes).toBeLessThanOrEqual(2_000_000)
  expect((await client.push('posts', [row(post)])).body).toEqual([])
  expect((await pullAll(client, '/sync/posts/0', 10)).documents).toEqual([{ ...post, _deleted: false }])
})

test('ids are any text: no sign of the address is taken for one of its own, nor one id for another', async () => {
  const client = await workspace()
  const ids = [
    'a&b/é',
    'a&b/e\u0301',
    'a%26b',
    'a+b',
    'a b',
    '?id=1&lwt=0',
    '../x',
    '0',
    '~none',
    'epoch~left-1',
    '"\\',
    '😀',
  ]
  const headers = { 'content-type': 'application/json' }
  const push = async (rows: unknown[]) =>
    (await client.call('/sync/things/2/push', { method: 'POST', headers, body: JSON.stringify(rows) })).body as Doc[]
  expect(await push(ids.map((id) => row({ id, text: id })))).toEqual([])
  const { documents } = await pullAll(client, '/sync/things/2', 5)
  expect(documents.map((doc) => [doc.id, doc.text])).toEqual(ids.map((id) => [id, id]))
  for (const id of ids) expect(await push([row({ id, text: 'x' })])).toEqual([{ id, text: id, _deleted: false }])
  // As a checkpoint's id they are nobody's epoch: the pull starts over, and never somewhere in between.
  for (const id of ids) {
    const { body } = await client.call(`/sync/things/2/pull?lwt=3&id=${encodeURIComponent(id)}&limit=100`)
    expect((body as Page).documents).toHaveLength(ids.length)
  }
})

test('every path of an older version says 426, of a newer one 404, before a body or a session is looked at further', async () => {
  const client = await workspace()
  const post = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '[]' }
  for (const [path, init] of [
    ['pull?lwt=0&id=&limit=1', {}],
    ['pullStream', {}],
    ['push', post],
  ] as const) {
    for (const version of ['0', '1'])
      expect(await client.call(`/sync/things/${version}/${path}`, init)).toMatchObject({
        status: 426,
        body: { code: 'schema_outdated', error: true, message: expect.stringContaining('update') },
      })
    expect(await client.call(`/sync/things/3/${path}`, init)).toMatchObject({
      status: 404,
      body: { code: 'not_found', error: true },
    })
  }
})

test('whatever is not 2xx has a named error for a body, also where there is no such path or method', async () => {
  const client = await workspace()
  for (const [method, path, status, code] of [
    ['GET', '/sync/posts/0/nothing', 404, 'not_found'],
    ['GET', '/sync', 404, 'not_found'],
    ['DELETE', '/sync/posts/0/pull', 405, 'method_not_allowed'],
    ['GET', '/sync/posts/0/push', 405, 'method_not_allowed'],
    ['PUT', '/sync/posts/0/push', 405, 'method_not_allowed'],
    ['POST', '/sync/posts/0/pullStream', 405, 'method_not_allowed'],
    ['GET', '/sync/posts/0/%E0%A4%A', 400, 'bad_request'],
  ] as const) {
    const answer = await client.call(path, { method })
    expect([method, path, answer.status, answer.body]).toEqual([
      method,
      path,
      status,
      { code, error: true, message: expect.stringMatching(/^[A-Z].+\.$/) },
    ])
    if (status === 405) expect(answer.headers.get('allow')).toBe(path.endsWith('push') ? 'POST' : 'GET, HEAD')
  }
  const text = await client.call('/sync/posts/0/push', {
    method: 'POST',
    headers: { 'content-type': 'text/plain' },
    body: 'x',
  })
  expect([text.status, text.body]).toMatchObject([415, { code: 'media_type_unsupported', error: true }])
})

test('another origin is reflected with credentials where it is named, and never answered with a star', async () => {
  const { token } = await workspace()
  const ask = (origin: string, method: string, path: string) =>
    fetch(`${server.url}/sync/posts/0/${path}`, {
      method,
      headers: {
        origin,
        ...(method === 'OPTIONS'
          ? { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization,content-type' }
          : { authorization: `Bearer ${token}` }),
      },
    })
  for (const [method, path] of [
    ['OPTIONS', 'push'],
    ['GET', 'pull?lwt=0&id=&limit=1'],
    ['GET', 'pull?limit=0'],
    ['GET', 'pullStream'],
  ] as const) {
    for (const [origin, reflected, credentials] of [
      [studio, studio, 'true'],
      ['http://127.0.0.1:5173', 'http://127.0.0.1:5173', null],
      ['https://elsewhere.example', null, null],
    ] as const) {
      const { headers, body } = await ask(origin, method, path)
      expect([
        method,
        path,
        origin,
        headers.get('access-control-allow-origin'),
        headers.get('access-control-allow-credentials'),
      ]).toEqual([method, path, origin, reflected, credentials])
      if (reflected) expect(headers.get('vary')?.toLowerCase()).toContain('origin')
      await body?.cancel()
    }
  }
})

test('a stream that has nothing to say shows that it is alive', async () => {
  const { token } = await workspace()
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  const answer = await fetch(`${server.url}/sync/posts/0/pullStream`, { headers: { authorization: `Bearer ${token}` } })
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
  expect((await reader.read()).value).toBe(': open\n\n')
  vi.advanceTimersByTime(20_000)
  expect((await reader.read()).value).toBe(': still here\n\n')
  await reader.cancel()
})
