import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import { fail } from '../../shared/errors.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

let server: TestServer
let client: ReturnType<typeof wire>
beforeEach(async () => {
  server = await startTestServer()
  await server.addWorkspace('w')
  client = wire(server.url, server.signIn('w'))
})
afterEach(() => server.close())

const own = 'application/vnd.grover.sync+json'
const push = async (...docs: Parameters<typeof row>[]) =>
  (
    await client.push(
      'posts',
      docs.map((args) => row(...args)),
      own,
    )
  ).body as {
    conflicts: unknown[]
    refused: { id: string; code: string; message: string }[]
  }
const titles = async () => {
  const { body } = await client.pull('posts', 'lwt=0&id=&limit=5000')
  return (body as { documents: { title: string }[] }).documents.map((doc) => doc.title)
}
const outcome = (id: string, fields: Partial<Outcome> = {}): Outcome => ({
  id,
  kind: 'post',
  state: 'draft',
  planId: '',
  release: '',
  withdrawn: '',
  receivedAt: '',
  receivedVersion: '',
  dueAt: '',
  publishedAt: '',
  publishedVersion: '',
  revision: 0,
  slug: '',
  path: '',
  missing: [],
  problem: null,
  ...fields,
})

test('validate and authorize refuse their document alone, with their own name and sentence', async () => {
  server.sync.register('posts', {
    validate: (doc) => void (doc.title === 'unfit' && fail('slug_invalid', 'This slug cannot be used.')),
    authorize: (_principal, doc, previous) =>
      void (previous?.title === 'locked' && doc.title !== 'locked' && fail('not_allowed', 'This one is locked.')),
  })
  const [unfit, locked, good] = [samplePost({ title: 'unfit' }), samplePost({ title: 'locked' }), samplePost()]
  expect(await push([unfit], [locked], [good])).toMatchObject({
    conflicts: [],
    refused: [{ id: unfit.id, code: 'slug_invalid', message: 'This slug cannot be used.' }],
  })
  expect((await push([{ ...locked, title: 'open' }, locked])).refused).toEqual([
    { id: locked.id, code: 'not_allowed', message: 'This one is locked.' },
  ])
  expect(await titles()).toEqual(['locked', 'A walk'])
})

test('what is no instant is refused by the name of its field', async () => {
  const post = samplePost()
  const wrong = ['x', '2026-13-01T10:00:00.000Z', '2026-03-01T25:00:00.000Z', '2026-03-01', '']
  const { refused } = await push(...wrong.map((updatedAt): [object] => [{ ...samplePost(), updatedAt }] as never))
  const message = 'The field “updatedAt” must be an instant such as 2026-03-29T01:30:00.000Z.'
  expect(refused.map((each) => [each.code, each.message])).toEqual(wrong.map(() => ['document_invalid', message]))
  expect((await push([{ ...post, plan: { ...post.plan, at: 'soon' } }])).refused).toMatchObject([
    { code: 'document_invalid', message: expect.stringContaining('plan.at') },
  ])
  expect(await titles()).toEqual([])
})

test('project runs once for each accepted document, inside the push’s transaction', async () => {
  await sql`create table seen (id text, before text, deleted boolean, seq bigint)`.execute(server.db)
  server.sync.register('posts', {
    async project(tx, { doc, previous, deleted, seq }) {
      const before = (previous?.title as string | undefined) ?? null
      await sql`insert into seen values (${doc.id}, ${before}, ${deleted}, ${seq})`.execute(tx)
    },
  })
  const post = samplePost({ title: 'one' })
  const next = { ...post, title: 'two' }
  await push([post])
  await push([post])
  await push([next, post])
  await push([{ ...next, _deleted: true }, next])
  const { rows } = await sql`select before, deleted from seen order by seq`.execute(server.db)
  expect(rows).toEqual([
    { before: null, deleted: false },
    { before: 'one', deleted: false },
    { before: 'two', deleted: true },
  ])
})

test('a projection that breaks refuses its document and leaves nothing of it behind', async () => {
  await sql`create table seen (id text primary key)`.execute(server.db)
  server.sync.register('posts', {
    async project(tx, { doc }) {
      await sql`insert into seen values (${doc.id})`.execute(tx)
      if (doc.title === 'breaks') await sql`select 1 / 0`.execute(tx)
      if (doc.title === 'says no') fail('slug_taken', 'Another post has this slug.')
    },
  })
  const docs = ['one', 'breaks', 'two', 'says no', 'three'].map((title) => samplePost({ title }))
  const { refused } = await push(...docs.map((doc): [object] => [doc]))
  expect(refused).toEqual([
    { id: docs[1]?.id, code: 'internal', message: expect.stringContaining('noted') },
    { id: docs[3]?.id, code: 'slug_taken', message: 'Another post has this slug.' },
  ])
  expect(await titles()).toEqual(['one', 'two', 'three'])
  const { rows } = await sql<{ n: number }>`select count(*)::int as n from seen`.execute(server.db)
  expect(rows[0]?.n).toBe(3)
})

test('a database that is out of reach for a moment fails the push, which is sent again, and refuses nothing', async () => {
  const faults = [new Error('timeout exceeded when trying to connect')]
  server.sync.register('posts', {
    async project() {
      const fault = faults.pop()
      if (fault) throw fault
    },
  })
  const post = samplePost()
  expect(await push([post])).toMatchObject({ code: 'internal', error: true })
  expect(await titles()).toEqual([])
  expect(await push([post])).toMatchObject({ conflicts: [], refused: [] })
})

test('server documents written by a projection are in the same commit, and unchanged ones keep their place', async () => {
  const told: string[][] = []
  server.sync.onChange((_workspace, collections) => told.push([...collections].sort()))
  server.sync.register('posts', {
    project: (tx, { workspaceId, doc }) => server.sync.write(tx, workspaceId, 'outcomes', [outcome(doc.id)]),
  })
  const post = samplePost()
  await push([post])
  await push([{ ...post, title: 'later' }, post])
  expect(told).toEqual([['outcomes', 'posts'], ['posts']])
  const { body } = await client.pull('outcomes', 'lwt=0&id=&limit=5')
  expect((body as { documents: unknown[] }).documents).toEqual([{ ...outcome(post.id), _deleted: false }])
})

test('a push that is repeated is told of again: the server may have ended before it told of the first', async () => {
  const told: string[][] = []
  const post = samplePost()
  await push([post])
  server.sync.onChange((_workspace, collections) => told.push([...collections]))
  await push([post])
  expect(told).toEqual([['posts']])
  // In conflict: nothing came of it.
  await push([{ ...post, title: 'another' }])
  expect(told).toEqual([['posts']])
})

test('a transaction that fails tells nobody and leaves nothing', async () => {
  const told: unknown[] = []
  server.sync.onChange((...args) => told.push(args))
  const attempt = server.sync.transaction('w', async (tx) => {
    await server.sync.write(tx, 'w', 'outcomes', [outcome('a')])
    throw new Error('no')
  })
  await expect(attempt).rejects.toThrow('no')
  expect(told).toEqual([])
  const { body } = await client.pull('outcomes', 'lwt=0&id=&limit=5')
  expect((body as { documents: unknown[] }).documents).toEqual([])
})

test('the server refuses to write a device’s document, a wrong one, or one nobody would hear of', async () => {
  const { sync, db } = server
  const attempt = (name: string, doc: { id: string }) =>
    sync.transaction('w', (tx) => sync.write(tx, 'w', name, [doc as never]))
  await expect(attempt('posts', samplePost())).rejects.toThrow('devices alone')
  await expect(attempt('outcomes', { id: 'a' })).rejects.toThrow('wrong document')
  const silent = db.transaction().execute((tx) => sync.write(tx, 'w', 'outcomes', [outcome('a')]))
  await expect(silent).rejects.toThrow('sync.transaction')
})

/** Pulls small pages without a pause until it is told to stop and there is nothing more. Resolves with what it saw. */
function pullOn() {
  const seen: string[] = []
  let stopping = false
  const done = (async () => {
    let checkpoint = { id: '', lwt: 0 }
    for (let idleAfterEnd = 0; idleAfterEnd < 2; ) {
      const ended = stopping
      const { body } = await client.pull('posts', `lwt=${checkpoint.lwt}&id=${checkpoint.id}&limit=37`)
      const page = body as { documents: { id: string }[]; checkpoint: typeof checkpoint }
      seen.push(...page.documents.map((doc) => doc.id))
      checkpoint = page.checkpoint
      if (ended && page.documents.length === 0) idleAfterEnd++
    }
    return seen
  })()
  return {
    seen,
    stop: () => {
      stopping = true
      return done
    },
  }
}

test('eight devices push at once while one pulls without a pause: it sees every document once', async () => {
  const devices = 8
  const batches = 12
  const perBatch = 20
  const puller = pullOn()
  const sent: string[] = []
  await Promise.all(
    Array.from({ length: devices }, async () => {
      for (let i = 0; i < batches; i++) {
        const docs = Array.from({ length: perBatch }, () => samplePost())
        sent.push(...docs.map((doc) => doc.id))
        await push(...docs.map((doc): [object] => [doc]))
      }
    }),
  )
  const seen = await puller.stop()
  expect(seen).toHaveLength(sent.length)
  expect(new Set(seen)).toEqual(new Set(sent))
})

test('a push that is held open after it has drawn its numbers: its workspace waits, others go on, a puller misses nothing', async () => {
  await server.addWorkspace('other')
  const other = wire(server.url, server.signIn('other'))
  // Within a process the writers of a workspace stand in a queue; those of other processes wait in the database.
  const neighbours = [await server.another(), await server.another()]
  const drawn = Promise.withResolvers<void>()
  const release = Promise.withResolvers<void>()
  server.sync.register('posts', {
    async project(_tx, { doc }) {
      if (doc.title !== 'held') return
      drawn.resolve()
      await release.promise
    },
  })
  const puller = pullOn()
  const before = samplePost()
  await push([before])
  const held = samplePost({ title: 'held' })
  const holding = push([held])
  await drawn.promise

  const behind = Array.from({ length: 6 }, () => samplePost())
  const pushing = Promise.all(
    behind.map((doc, i) => {
      const { url } = neighbours[i % neighbours.length]!
      return wire(url, server.signIn('w')).push('posts', [row(doc)], own)
    }),
  )
  const waiting = async () => {
    const { rows } = await sql<{ n: number }>`select count(*)::int as n from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock'`.execute(server.db)
    return rows[0]!.n
  }
  await expect.poll(waiting, { timeout: 10_000 }).toBe(neighbours.length)
  const elsewhere = samplePost()
  expect((await other.push('posts', [row(elsewhere)], own)).body).toMatchObject({ conflicts: [], refused: [] })
  expect(await titles()).toEqual([before.title])

  release.resolve()
  await Promise.all([holding, pushing])
  const seen = await puller.stop()
  expect(seen.slice(0, 2)).toEqual([before.id, held.id])
  expect(seen.toSorted()).toEqual([before, held, ...behind].map(({ id }) => id).sort())
  for (const each of neighbours) await each.stop()
})

test('the query of a pull uses the index that keeps the order', async () => {
  await push(...Array.from({ length: 300 }, (): [object] => [samplePost()]))
  await sql`analyze documents`.execute(server.db)
  const { rows } = await sql<{ 'QUERY PLAN': string }>`explain
    select seq, deleted, doc::text from documents
    where workspace_id = 'w' and collection = 'posts' and seq > 200 order by seq limit 50`.execute(server.db)
  expect(rows.map((r) => r['QUERY PLAN']).join('\n')).toMatch(/Index Scan using documents_in_order/)
})

test('pushes that wait for one another are taken in together, and each device gets its own answer', async () => {
  const projected: number[] = []
  let read = 0
  server.sync.register('posts', {
    validate: () => void read++,
    authorize: (_principal, doc) => void (doc.title === 'mine' && fail('not_allowed', 'This one is not yours.')),
    async projectAll(_tx, changes) {
      projected.push(changes.length)
    },
  })
  const devices = ['a', 'b', 'c'].map(() => wire(server.url, server.signIn('w')))
  const [shared, free, last] = [samplePost({ title: 'shared' }), samplePost({ title: 'free' }), samplePost()]
  const hold = Promise.withResolvers<void>()
  const holding = server.sync.transaction('w', () => hold.promise)
  const pushes = [
    [row(shared), row(samplePost({ title: 'mine' }))],
    [row({ ...shared, title: 'Another word for it' }), row(free)],
    [row({ ...free, title: 'Free, and read' }, free), row(last)],
  ]
  const answers: Promise<{ body: unknown }>[] = []
  for (const [i, rows] of pushes.entries()) {
    answers.push(devices[i]!.push('posts', rows, own))
    // In this order, and all of them before the workspace is free.
    await expect.poll(() => read, { timeout: 5000 }).toBe(2 * (i + 1))
  }
  hold.resolve()
  await holding
  expect((await Promise.all(answers)).map(({ body }) => body)).toMatchObject([
    { conflicts: [], refused: [expect.objectContaining({ code: 'not_allowed' })] },
    { conflicts: [expect.objectContaining({ id: shared.id, title: 'shared' })], refused: [] },
    { conflicts: [], refused: [] },
  ])
  expect(projected).toEqual([4])
  expect(await titles()).toEqual(['shared', 'Free, and read', last.title])
})

test('in a young database a document is soon found by its id, without a look at all the others', async () => {
  for (let i = 0; i < 3; i++) await push(...Array.from({ length: 200 }, (): [object] => [samplePost()] as never))
  const plan = async () => {
    const { rows } = await sql<{ 'QUERY PLAN': string }>`
      explain select doc from documents where workspace_id = 'w' and collection = 'posts' and id = any(${['a', 'b']})`.execute(
      server.db,
    )
    return rows.map((each) => each['QUERY PLAN']).join('\n')
  }
  await expect.poll(plan, { timeout: 10_000 }).toMatch(/documents_pkey.*\n.*Index Cond: .*id = ANY/)
})
