import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Version } from '../../shared/collections/versions.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

const dayMs = 86_400_000
let server: TestServer
let now = Date.now()
let count = 0
beforeAll(async () => {
  server = await startTestServer({ now: () => now })
})
afterAll(() => server.close())

type Page = { documents: { id: string; _deleted: boolean }[]; checkpoint: { id: string; lwt: number } }

async function workspace() {
  const id = `ws${++count}`
  await server.addWorkspace(id)
  const client = wire(server.url, server.signIn(id))
  const ask = (at: Page['checkpoint'], limit = 100) =>
    client.pull('posts', `lwt=${at.lwt}&id=${encodeURIComponent(at.id)}&limit=${limit}`)
  return {
    id,
    ...client,
    ask,
    page: async (at: Page['checkpoint'], limit?: number) => (await ask(at, limit)).body as Page,
  }
}
const start = { id: '', lwt: 0 }
const version = (id: string, { id: postId }: { id: string }): Version => ({
  id,
  postId,
  at: '2026-03-01T10:00:00.000Z',
  device: 'Laptop',
  why: 'edited',
  title: 'A walk',
  summary: '',
  slug: '',
  tags: [],
  visibility: 'public',
  cover: '',
  words: 3,
  body: 'packed',
})
/** Rounds an hour apart: the first raises the floor, the second takes the rows. */
async function sweep() {
  await server.sync.sweep()
  now += 3_600_000
  await server.sync.sweep()
}
const tombstones = async (workspaceId: string) =>
  (
    await server.db
      .selectFrom('documents')
      .select('id')
      .where('workspace_id', '=', workspaceId)
      .where('deleted', '=', true)
      .execute()
  ).length

test('deletions are remembered up to the horizon and purged after it, living documents never', async () => {
  const { id, push, page } = await workspace()
  const [kept, deleted] = [samplePost(), samplePost()]
  await push('posts', [row(kept), row(deleted), row({ ...deleted, _deleted: true }, deleted)])
  now += 89 * dayMs
  await sweep()
  expect(await tombstones(id)).toBe(1)
  now += 2 * dayMs
  await sweep()
  expect(await tombstones(id)).toBe(0)
  expect((await page(start)).documents).toEqual([{ ...kept, _deleted: false }])
})

test('with a post its history goes, and devices hear of it', async () => {
  const { id, push, ...client } = await workspace()
  const [kept, deleted] = [samplePost(), samplePost()]
  const versions = [version('v0', kept), version('v1', deleted)]
  await push('posts', [row(kept), row(deleted)])
  await push(
    'versions',
    versions.map((version) => row(version)),
  )
  await push('posts', [row({ ...deleted, _deleted: true }, deleted)])
  const pull = async () => (await client.pull('versions', 'lwt=0&id=&limit=10')).body as Page
  now += 89 * dayMs
  await sweep()
  expect((await pull()).documents).toHaveLength(2)
  const told: string[][] = []
  server.sync.onChange((workspaceId, collections) => workspaceId === id && told.push([...collections]))
  now += 2 * dayMs
  await sweep()
  expect((await pull()).documents).toEqual([
    { ...versions[0], _deleted: false },
    expect.objectContaining({ id: 'v1', title: '', body: '', _deleted: true }),
  ])
  expect(told).toEqual([['versions']])
})

test('a checkpoint from before what was purged is told to start over by name; one from after it goes on', async () => {
  const { push, ask, page } = await workspace()
  const [kept, deleted] = [samplePost(), samplePost()]
  await push('posts', [row(kept), row(deleted)])
  const before = (await page(start)).checkpoint
  await push('posts', [row({ ...deleted, _deleted: true }, deleted)])
  const after = (await page(before)).checkpoint
  now += 100 * dayMs
  await server.sync.sweep()
  // From the moment on that its rows may go, not only when they are gone.
  const told = await ask(before)
  expect([told.status, told.body]).toEqual([
    410,
    { code: 'checkpoint_expired', error: true, message: expect.any(String) },
  ])
  now += 3_600_000
  await server.sync.sweep()
  expect((await ask(before)).status).toBe(410)
  expect(await page(after)).toEqual({ documents: [], checkpoint: after })
})

test('a new device comes through what was purged page by page, and is told to start over only when more is purged', async () => {
  const { push, ask, page } = await workspace()
  const posts = Array.from({ length: 6 }, () => samplePost())
  const [last] = posts.slice(-1) as [(typeof posts)[0]]
  await push(
    'posts',
    posts.map((post) => row(post)),
  )
  await push('posts', [row({ ...last, _deleted: true }, last)])
  now += 100 * dayMs
  await sweep()
  const seen: string[] = []
  let at = start
  for (let pages = 0; pages < 3; pages++) {
    const { documents, checkpoint } = await page(at, 2)
    seen.push(...documents.map((doc) => doc.id))
    at = checkpoint
  }
  expect(seen).toEqual(posts.slice(0, -1).map((post) => post.id))
  const half = (await page(start, 2)).checkpoint
  await push('posts', [row({ ...posts[0]!, _deleted: true }, posts[0])])
  now += 100 * dayMs
  await sweep()
  expect((await ask(half, 2)).status).toBe(410)
})

test('an edit of what was purged meanwhile is taken in: nobody loses what they wrote', async () => {
  const { push, page } = await workspace()
  const edited = samplePost()
  await push('posts', [row(edited)])
  await push('posts', [row({ ...edited, _deleted: true }, edited)])
  now += 100 * dayMs
  await sweep()
  const next = { ...edited, title: 'while away' }
  expect((await push('posts', [row(next, edited)])).body).toEqual([])
  expect((await page(start)).documents).toEqual([{ ...next, _deleted: false }])
})

test('thousands are purged in batches, and by the index', async () => {
  const { id } = await workspace()
  await sql`
    insert into documents (workspace_id, collection, id, seq, deleted, doc, schema_version, updated_at)
    select ${id}, 'posts', 'p' || i, i, i % 2 = 0, jsonb_build_object('id', 'p' || i), 0, ${new Date(now - 100 * dayMs)}
    from generate_series(1, 7000) i`.execute(server.db)
  const looks = async () => {
    const { rows } = await sql<{ n: number }>`
      select idx_scan::int as n from pg_stat_user_indexes where indexrelname = 'documents_tombstones'`.execute(
      server.db,
    )
    return rows[0]!.n
  }
  await sql`analyze documents`.execute(server.db)
  const before = await looks()
  await sweep()
  // A look for each of four batches, to raise the floor and to remove; the database counts them a moment later.
  await expect.poll(looks, { timeout: 20_000 }).toBeGreaterThanOrEqual(before + 8)
  expect(await tombstones(id)).toBe(0)
  const { rows } = await sql<{
    n: number
  }>`select count(*)::int as n from documents where workspace_id = ${id}`.execute(server.db)
  expect(rows[0]?.n).toBe(3500)
})
