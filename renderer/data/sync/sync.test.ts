import { sql } from 'kysely'
import type { BulkWriteRow } from 'rxdb'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { row, samplePost, wire } from '../../../server/sync/testing/wire.ts'
import type { Lost } from '../../../shared/collections/lost.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { fail } from '../../../shared/errors.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, network, openDevice, statusWhere, until } from '../testing/devices.ts'

let server: TestServer
const opened: OpenedStudio[] = []
beforeEach(async () => {
  server = await startTestServer()
  await server.addWorkspace('w')
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((studio) => studio.close()))
  await server.close()
})

async function device(around: Partial<Parameters<typeof openDevice>[0]> = {}) {
  const made = await openDevice({ url: server.url, token: server.signIn('w'), ...around })
  opened.push(made.studio)
  return made
}
const post = async (studio: OpenedStudio, id: string) =>
  ((await studio.db.posts.findOne(id).exec())?.toMutableJSON() as Post | undefined) ?? null
const onServer = async () => {
  const { body } = await wire(server.url, server.signIn('w')).pull('posts', 'lwt=0&id=&limit=5000')
  return (body as { documents: (Post & { _deleted: boolean })[] }).documents
}

/** A line on which, once closed, the pulls and pushes of a collection wait before the server has them. */
function gated(collection: string) {
  const gate = (path: RegExp) => {
    const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const pass = async (url: string): Promise<void> => {
      if (!path.test(url)) return
      reached.resolve()
      await opened.promise
    }
    return { reached: reached.promise, open: opened.resolve, pass }
  }
  let gates: ReturnType<typeof gate>[] = []
  return {
    fetch: (async (input, init) => {
      for (const { pass } of gates) await pass(String(input))
      return fetch(input, init)
    }) as typeof fetch,
    close() {
      const [pull, push] = [
        gate(new RegExp(`${collection}/0/pull.*limit=1000$`)),
        gate(new RegExp(`${collection}/0/push$`)),
      ]
      gates = [pull, push]
      return [pull, push] as const
    },
  }
}

const lostTitle = (letter: string): Lost => ({
  id: letter.repeat(64),
  source: 'posts',
  documentId: 'post',
  title: 'Kept',
  field: 'title',
  value: 'Lost',
  writtenAt: '2026-01-01T00:00:00.000Z',
  mergedBy: 'desk',
  wasItsOwn: false,
  at: '2026-01-01T00:00:00.000Z',
})
const onlyFields = ({ _deleted, ...fields }: Record<string, unknown> = {}) => fields

test('a post written on one device appears on the other', async () => {
  const [a, b] = [await device(), await device()]
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  const id = await a.studio.posts.create({ title: 'Hello' })
  expect((await until(() => post(b.studio, id))).title).toBe('Hello')
  const status = await inSync(a.studio)
  expect(status).toMatchObject({ phase: 'live', waiting: 0, refused: [], problem: null })
  expect(status.lastSyncAt).not.toBeNull()
  expect(Math.abs(status.clockSkewMs ?? 1e9)).toBeLessThan(1000)
})

test('nobody calls all safe while an edit is on its way, also when pokes and edits come close together', async () => {
  const { studio } = await device()
  const ids = [await studio.posts.create({ title: 'a' }), await studio.posts.create({ title: 'b' })]
  await inSync(studio)
  for (let round = 0; round < 15; round++) {
    for (const id of ids) await studio.posts.patch(id, { title: `Round ${round}` })
    expect(studio.sync.status$.value.phase).not.toBe('live')
    await inSync(studio)
    expect((await onServer()).map(({ title }) => title)).toEqual([`Round ${round}`, `Round ${round}`])
  }
})

test('what the server has of a post is known at each moment, also of a draft, and after a restart', async () => {
  const net = network()
  const made = await device({ fetch: net.fetch })
  const { studio } = made
  const copy = (id: string, of = studio) => of.sync.copies.of(id).version
  await inSync(studio)
  const id = await studio.posts.create({ title: 'Draft' })
  expect(copy(id)).toBe('none')
  await until(() => copy(id) === 'same')
  expect(Date.parse(studio.sync.copies.of(id).since)).toBeGreaterThan(0)
  expect((await onServer()).map((each) => each.title)).toEqual(['Draft'])
  net.cut()
  await studio.posts.patch(id, { title: 'Edited' })
  // From the very event of the edit on, not from when somebody has looked.
  expect(copy(id)).toBe('older')
  const fresh = await studio.posts.create({ title: 'Another' })
  await statusWhere(studio, (s) => s.waiting === 2)
  await studio.close()
  const again = await made.reopen()
  opened.splice(0, 1, again)
  expect(copy(id, again)).toBe('unknown')
  for (const each of [id, fresh]) again.sync.copies.watch(each, () => {})
  await until(() => copy(id, again) === 'older')
  await until(() => copy(fresh, again) === 'none')
  net.mend()
  again.sync.nudge()
  await until(() => copy(id, again) === 'same' && copy(fresh, again) === 'same')
  // What the server is told to have is no post: taken back, it is here alone.
  const undo = await again.posts.remove(fresh)
  await inSync(again)
  net.cut()
  await undo()
  await statusWhere(again, (s) => s.waiting === 1)
  await until(() => copy(fresh, again) === 'none')
  net.mend()
  again.sync.nudge()
  await inSync(again)
  expect((await onServer()).map((each) => each.title).sort()).toEqual(['Another', 'Edited'])
})

test('what is written with the network off waits, is counted, and goes when it is back', async () => {
  const net = network()
  net.cut()
  const { studio } = await device({ fetch: net.fetch })
  expect(await statusWhere(studio, (s) => s.phase === 'offline')).toMatchObject({ waiting: 0, lastSyncAt: null })
  const ids = [await studio.posts.create({ title: 'one' }), await studio.posts.create({ title: 'two' })]
  await studio.posts.patch(ids[0]!, { title: 'one, better' })
  await statusWhere(studio, (s) => s.waiting === 2)
  net.mend()
  await inSync(studio)
  expect((await onServer()).map((each) => each.title).sort()).toEqual(['one, better', 'two'])
})

test('a picture that nobody has queued is named to the host when the network is back', async () => {
  const net = network()
  net.cut()
  const { studio, host } = await device({ fetch: net.fetch })
  await statusWhere(studio, (s) => s.phase === 'offline')
  const id = 'a'.repeat(64)
  const facts = {
    id,
    kind: 'image',
    name: 'a.png',
    type: 'image/png',
    bytes: 1,
    width: 1,
    height: 1,
    durationMs: 0,
  } as const
  await studio.media.add(facts)
  expect(host.named).toEqual([])
  net.mend()
  await until(() => host.named.includes(id))
})

test('the count is right after a restart without a network, and the rest goes later', async () => {
  const net = network()
  const made = await device({ fetch: net.fetch })
  await inSync(made.studio)
  await made.studio.posts.create({ title: 'before' })
  await inSync(made.studio)
  net.cut()
  await made.studio.posts.create({ title: 'after' })
  await statusWhere(made.studio, (s) => s.waiting === 1)
  await made.studio.close()
  const again = await made.reopen()
  opened.splice(0, 1, again)
  expect(await statusWhere(again, (s) => s.phase === 'offline' && s.waiting > 0)).toMatchObject({ waiting: 1 })
  // Known from before the restart, so that the studio can say what is safe.
  expect(again.sync.status$.value.lastSyncAt).not.toBeNull()
  net.mend()
  again.sync.nudge()
  await inSync(again)
  expect((await onServer()).map((each) => each.title)).toEqual(['before', 'after'])
})

test('two devices edit different fields of one post at the same time: both edits are on both, nothing is set aside', async () => {
  const [netA, netB] = [network(), network()]
  const [a, b] = [await device({ fetch: netA.fetch }), await device({ fetch: netB.fetch })]
  const id = await a.studio.posts.create({ title: 'Draft' })
  await until(() => post(b.studio, id))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  netA.cut()
  netB.cut()
  await a.studio.posts.patch(id, { title: 'By A' })
  await b.studio.posts.patch(id, { summary: 'By B', tags: ['walk'] })
  netA.mend()
  netB.mend()
  a.studio.sync.nudge()
  b.studio.sync.nudge()
  const merged = { title: 'By A', summary: 'By B', tags: ['walk'] }
  for (const { studio } of [a, b]) {
    await until(async () => {
      const found = await post(studio, id)
      return found?.title === 'By A' && found.summary === 'By B'
    })
    expect(await post(studio, id)).toMatchObject(merged)
    expect(await studio.db.lost.find().exec()).toEqual([])
  }
})

test('the same field on both: both devices show the same, and the other version is kept aside', async () => {
  const [netA, netB] = [network(), network()]
  const [a, b] = [await device({ fetch: netA.fetch }), await device({ fetch: netB.fetch })]
  const id = await a.studio.posts.create({ title: 'Draft' })
  await until(() => post(b.studio, id))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  netA.cut()
  netB.cut()
  await a.studio.posts.patch(id, { title: 'Earlier' })
  await until(() => Date.now() % 5 === 0)
  await b.studio.posts.patch(id, { title: 'Later' })
  netB.mend()
  b.studio.sync.nudge()
  await inSync(b.studio)
  netA.mend()
  a.studio.sync.nudge()
  await until(async () => (await post(a.studio, id))?.title === 'Later')
  await inSync(a.studio)
  const aside = await a.studio.db.lost.find().exec()
  const told = { source: 'posts', documentId: id, title: 'Later', field: 'title', value: 'Earlier', wasItsOwn: true }
  expect(aside.map((each) => each.toJSON())).toMatchObject([told])
  // The author may sit at the other device.
  const there = await until(async () => (await b.studio.db.lost.find().exec())[0]?.toJSON())
  expect(there).toMatchObject({ ...told, mergedBy: await a.studio.db.storageToken })
  expect((await onServer())[0]?.title).toBe('Later')
})

test('what comes in the very moment in which a document is written as it is, is not lost', async () => {
  const a = await device()
  const memory = getRxStorageMemory()
  let before: ((rows: BulkWriteRow<Post>[]) => Promise<unknown>) | undefined
  const storage = Object.assign(Object.create(memory), {
    async createStorageInstance(params: Parameters<typeof memory.createStorageInstance>[0]) {
      const instance = await memory.createStorageInstance(params)
      const write = instance.bulkWrite.bind(instance)
      instance.bulkWrite = async (rows, context) => {
        if (params.collectionName === 'posts' && context.startsWith('replication-downstream-'))
          await before?.(rows as unknown as BulkWriteRow<Post>[])
        return write(rows, context)
      }
      return instance
    },
  })
  const b = await device({ storage: storage as never })
  const id = await a.studio.posts.create({ title: 'v1' })
  const there = await until(() => b.studio.db.posts.findOne(id).exec())
  await inSync(b.studio)
  before = async (rows) => {
    if (rows[0]?.document.title !== 'v2') return
    before = undefined
    await there.getLatest().incrementalModify((data) => data)
  }
  await a.studio.posts.patch(id, { title: 'v2' })
  await until(async () => (await post(b.studio, id))?.title === 'v2', 'the other device’s edit')
  expect(before).toBeUndefined()
  await inSync(b.studio)
  await b.studio.posts.patch(id, { summary: 'On top of it' })
  await until(async () => (await post(a.studio, id))?.summary === 'On top of it')
  expect(await post(a.studio, id)).toMatchObject({ title: 'v2' })
  expect(await a.studio.db.lost.find().exec()).toEqual([])
})

test('a refused document stays as written, is shown with its reason, and goes once it is mended', async () => {
  server.sync.register('posts', {
    validate: (doc) => void (doc.slug === 'admin' && fail('slug_invalid', 'This slug is reserved.')),
  })
  const made = await device()
  const { studio } = made
  const bad = await studio.posts.create({ title: 'Bad', slug: 'admin' })
  const good = await studio.posts.create({ title: 'Good' })
  const status = await statusWhere(studio, (s) => s.refused.length > 0 && s.waiting === 1)
  expect(status.refused).toEqual([
    { collection: 'posts', id: bad, code: 'slug_invalid', message: 'This slug is reserved.' },
  ])
  expect((await onServer()).map((each) => each.id)).toEqual([good])
  expect(await post(studio, bad)).toMatchObject({ title: 'Bad', slug: 'admin' })

  // Still known after a restart, and mended there.
  await studio.close()
  const again = await made.reopen()
  opened.splice(0, 1, again)
  await statusWhere(again, (s) => s.phase === 'live' && s.refused.length === 1 && s.waiting === 1)
  await again.posts.patch(bad, { slug: 'fine' })
  expect(await inSync(again)).toMatchObject({ refused: [], waiting: 0 })
  expect((await onServer()).map((each) => each.slug).sort()).toEqual(['', 'fine'])
})

test('what was refused is sent once more when somebody asks, as it is', async () => {
  let isTaken = false
  server.sync.register('posts', {
    validate: () => void (isTaken || fail('slug_invalid', 'Not today.')),
  })
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Unchanged' })
  await statusWhere(studio, (s) => s.refused.length === 1 && s.phase === 'live')
  isTaken = true
  studio.sync.retryRefused()
  await statusWhere(studio, (s) => s.refused.length === 0 && s.waiting === 0)
  expect((await onServer()).map((each) => [each.id, each.title])).toEqual([[id, 'Unchanged']])
})

test('a refused edit is not overwritten by another device’s, and merges with it once mended', async () => {
  server.sync.register('posts', {
    validate: (doc) => void (doc.slug === 'admin' && fail('slug_invalid', 'This slug is reserved.')),
  })
  const [a, b] = [await device(), await device()]
  const id = await a.studio.posts.create({ title: 'Draft' })
  await until(() => post(b.studio, id))
  await a.studio.posts.patch(id, { slug: 'admin' })
  await statusWhere(a.studio, (s) => s.refused.length === 1)
  await b.studio.posts.patch(id, { summary: 'By B' })
  await inSync(b.studio)
  a.studio.sync.nudge()
  await statusWhere(a.studio, (s) => s.phase === 'live')
  expect(await post(a.studio, id)).toMatchObject({ slug: 'admin', title: 'Draft' })
  await a.studio.posts.patch(id, { slug: 'walk' })
  await until(async () => (await post(b.studio, id))?.slug === 'walk')
  expect(await post(a.studio, id)).toMatchObject({ slug: 'walk', summary: 'By B' })
  await statusWhere(a.studio, (s) => s.refused.length === 0)
})

test('a session that has ended is said, nothing is lost, and signing in goes on', async () => {
  const token = server.signIn('w')
  const { studio } = await device({ token })
  await inSync(studio)
  server.revoke(token)
  await statusWhere(studio, (s) => s.phase === 'signed-out')
  await studio.posts.create({ title: 'Written meanwhile' })
  expect(await statusWhere(studio, (s) => s.waiting === 1)).toMatchObject({ phase: 'signed-out' })
  studio.sync.signIn(server.signIn('w'))
  await inSync(studio)
  expect((await onServer()).map((each) => each.title)).toEqual(['Written meanwhile'])
})

test('a server that restarts in the middle of a flush gets everything once', async () => {
  const net = network()
  net.cut()
  const { studio } = await device({ fetch: net.fetch })
  await studio.db.posts.bulkInsert(Array.from({ length: 600 }, (_, i) => samplePost({ title: `p${i}` })))
  await statusWhere(studio, (s) => s.waiting === 600)
  const firstPushed = new Promise<void>((resolve) => {
    const stop = server.sync.onChange(() => {
      stop()
      resolve()
    })
  })
  net.mend()
  studio.sync.nudge()
  await firstPushed
  await server.down()
  await statusWhere(studio, (s) => s.phase === 'offline')
  expect(studio.sync.status$.value.waiting).toBeGreaterThan(0)
  await server.up()
  await inSync(studio)
  const titles = (await onServer()).map((each) => each.title)
  expect(titles).toHaveLength(600)
  expect(new Set(titles).size).toBe(600)
})

test('an answer that is lost on the way is no conflict: the repeated push is accepted', async () => {
  let lose = false
  const lossy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (lose && String(input).includes('/push')) {
      lose = false
      await response.arrayBuffer()
      throw new TypeError('connection reset')
    }
    return response
  }
  const { studio } = await device({ fetch: lossy })
  await inSync(studio)
  lose = true
  const id = await studio.posts.create({ title: 'Once' })
  await inSync(studio)
  lose = true
  await studio.posts.patch(id, { title: 'Twice' })
  await inSync(studio)
  expect((await onServer()).map((each) => each.title)).toEqual(['Twice'])
  expect(await studio.db.lost.find().exec()).toEqual([])
})

test('a push too large for something on the way is split until it fits', async () => {
  const narrow: typeof fetch = async (input, init) => {
    if (String((init?.body as string | undefined) ?? '').length > 20_000)
      return Response.json({ code: 'too_large', error: true, message: 'Too large.' }, { status: 413 })
    return fetch(input, init)
  }
  const { studio } = await device({ fetch: narrow })
  await studio.db.posts.bulkInsert(Array.from({ length: 40 }, () => samplePost({ text: 'x'.repeat(2000) })))
  const huge = await studio.posts.create({ title: 'Huge', text: 'y'.repeat(30_000) })
  const status = await statusWhere(studio, (s) => s.refused.length === 1 && s.waiting === 1)
  expect(status.refused[0]).toMatchObject({ id: huge, code: 'document_too_large' })
  expect(await onServer()).toHaveLength(40)
})

test('an outdated studio says so and keeps what was written', async () => {
  const old: typeof fetch = async () =>
    Response.json({ code: 'schema_outdated', error: true, message: 'Update.' }, { status: 426 })
  const { studio } = await device({ fetch: old })
  await studio.posts.create({ title: 'Kept' })
  expect(await statusWhere(studio, (s) => s.phase === 'outdated' && s.waiting === 1)).toMatchObject({
    problem: { code: 'schema_outdated', message: 'Update.' },
  })
})

test('a deletion travels, and bringing back does too', async () => {
  const [a, b] = [await device(), await device()]
  const id = await a.studio.posts.create({ title: 'Gone and back' })
  await until(() => post(b.studio, id))
  const undo = await a.studio.posts.remove(id)
  await until(async () => (await post(b.studio, id)) === null)
  await undo()
  expect((await until(() => post(b.studio, id))).title).toBe('Gone and back')
})

test('a deletion that was undone stays undone, although the server’s answer to it came to nobody', async () => {
  let lose = false
  const lossy: typeof fetch = async (input, init) => {
    const response = await fetch(input, init)
    if (!lose || !String(input).includes('/push')) return response
    await response.arrayBuffer()
    throw new TypeError('connection reset')
  }
  const made = await device({ fetch: lossy })
  const id = await made.studio.posts.create({ title: 'Gone and back' })
  await inSync(made.studio)
  lose = true
  const undo = await made.studio.posts.remove(id)
  await until(async () => (await onServer()).some((each) => each._deleted), 'the deletion, on the server')
  await undo()
  await made.studio.close()
  lose = false
  const again = await made.reopen()
  opened.splice(0, 1, again)
  await inSync(again)
  expect(await post(again, id)).toMatchObject({ title: 'Gone and back' })
  expect(await onServer()).toMatchObject([{ title: 'Gone and back', _deleted: false }])
  expect(await again.db.lost.find().exec()).toEqual([])
})

test('bringing back a post with which another device has gone on takes nothing of that away', async () => {
  const net = network()
  const [a, b] = [await device(), await device({ fetch: net.fetch })]
  const id = await a.studio.posts.create({ title: 'Before', tags: ['old'] })
  await until(() => post(b.studio, id))
  net.cut()
  await b.studio.posts.patch(id, { summary: 'Written meanwhile', tags: ['old', 'new'] })
  const undo = await a.studio.posts.remove(id)
  await inSync(a.studio)
  net.mend()
  b.studio.sync.nudge()
  await until(async () => (await post(a.studio, id))?.summary === 'Written meanwhile', 'the post, alive again')
  await undo()
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  for (const { studio } of [a, b])
    await until(async () => (await post(studio, id))?.summary === 'Written meanwhile', 'the summary')
  expect((await post(a.studio, id))?.tags.toSorted()).toEqual(['new', 'old'])
})

test.each([
  { server: 'a server restored from a backup', epoch: 'restored', seq: 1, floor: 0 },
  {
    server: 'a server restored long ago, which has forgotten deletions since',
    epoch: 'restored',
    seq: 1001,
    floor: 1000,
  },
  { server: 'a database that went back without a word', epoch: 'epoch-w', seq: 1, floor: 2 },
])('$server: nothing this device knows is lost, and it is all there again', async ({ epoch, seq, floor }) => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'v1' })
  await inSync(studio)
  await studio.posts.patch(id, { title: 'v2', summary: 'after the backup' })
  const later = await studio.posts.create({ title: 'made after the backup' })
  await inSync(studio)
  const elsewhere = samplePost({ title: 'made elsewhere after the backup' })
  await wire(server.url, server.signIn('w')).push('posts', [row(elsewhere)])
  await until(() => post(studio, elsewhere.id))
  const old = samplePost({ title: 'changed elsewhere, before', updatedAt: '2026-01-01T00:00:00.000Z' })
  const changed = { ...old, title: 'changed elsewhere after the backup', updatedAt: '2026-01-02T00:00:00.000Z' }
  await wire(server.url, server.signIn('w')).push('posts', [row(old)])
  await until(() => post(studio, old.id))
  await wire(server.url, server.signIn('w')).push('posts', [row(changed, old)])
  await until(async () => (await post(studio, old.id))?.title === changed.title)
  await inSync(studio)
  await server.down()
  const v1 = { ...(await post(studio, id))!, title: 'v1', summary: '', updatedAt: '2026-01-01T00:00:00.000Z' }
  await server.db.deleteFrom('documents').execute()
  for (const [i, doc] of [v1, old].entries())
    await sql`insert into documents values ('w', 'posts', ${doc.id}, ${seq + i}, false, ${JSON.stringify(doc)}, 0, now())`.execute(
      server.db,
    )
  await server.db
    .updateTable('workspaces')
    .set({ seq: seq + 1, epoch })
    .execute()
  const floors = { workspace_id: 'w', collection: 'posts', seq: floor, raised_at: new Date() }
  if (floor > 0) await server.db.insertInto('tombstone_floors').values(floors).execute()
  await studio.posts.patch(id, { tags: ['offline'] })
  await server.up()
  await until(async () => (await onServer()).length === 4, 'everything on the restored server')
  await inSync(studio)
  const documents = await onServer()
  expect(documents.find((each) => each.id === id)).toMatchObject({
    title: 'v2',
    summary: 'after the backup',
    tags: ['offline'],
  })
  expect(documents.find((each) => each.id === old.id)?.title).toBe(changed.title)
  for (const made of [later, elsewhere.id]) expect(documents.some(({ id }) => id === made)).toBe(true)
})

test('a look at the server’s history that is overtaken by a pull is no sign of another server', async () => {
  const other = await device()
  await inSync(other.studio)
  const base = await other.studio.posts.create({ title: 'There before' })
  await inSync(other.studio)
  let hold: Promise<void> | undefined
  let asked = false
  const { promise, resolve } = Promise.withResolvers<void>()
  const net = network()
  const late: typeof fetch = async (input, init) => {
    const answer = await net.fetch(input, init)
    if (hold && /posts\/0\/pull.*limit=1$/.test(String(input))) {
      asked = true
      await hold
    }
    return answer
  }
  const { studio } = await device({ fetch: late })
  await until(() => post(studio, base))
  await inSync(studio)
  const before = net.requests.length
  // The line breaks and is back: the next push looks at the history first, and that answer is late.
  hold = promise
  net.cut()
  studio.sync.nudge()
  await statusWhere(studio, (s) => s.phase === 'offline')
  await studio.posts.patch(base, { title: 'Written offline' })
  await other.studio.posts.create({ title: 'One' })
  await other.studio.posts.create({ title: 'Two' })
  await inSync(other.studio)
  net.mend()
  studio.sync.nudge()
  await until(() => asked)
  await until(async () => (await studio.db.posts.count().exec()) === 3)
  resolve()
  await inSync(studio)
  expect(net.requests.slice(before).filter((url) => url.includes('/posts/0/pull?lwt=0&'))).toEqual([])
  expect((await onServer()).find((each) => each.id === base)?.title).toBe('Written offline')
})

test('a page that overtakes the answer to a push is not dropped where it is newer than what was pushed', async () => {
  const b = await device()
  /** Each request passes these gates: on its way there, and with its answer. */
  const gates: { pull?: Promise<void>; push?: Promise<void> } = {}
  let [pullHeld, pulled] = [false, false]
  const slow: typeof fetch = async (input, init) => {
    const isPull = /posts\/0\/pull.*limit=1000$/.test(String(input))
    if (isPull && gates.pull) {
      pullHeld = true
      await gates.pull
    }
    const answer = await fetch(input, init)
    if (isPull && gates.pull) pulled = true
    if (/posts\/0\/push$/.test(String(input))) await gates.push
    return answer
  }
  const a = await device({ fetch: slow })
  const id = await a.studio.posts.create({ title: 'Draft' })
  await until(() => post(b.studio, id))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  const [pull, push] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  Object.assign(gates, { pull: pull.promise, push: push.promise })
  a.studio.sync.nudge()
  await until(() => pullHeld)
  await a.studio.posts.patch(id, { summary: 'By A' })
  await until(async () => (await post(b.studio, id))?.summary === 'By A')
  await b.studio.posts.patch(id, { title: 'By B' })
  const beside = await b.studio.posts.create({ title: 'In the same page' })
  await inSync(b.studio)
  pull.resolve()
  await until(() => pulled)
  // Who takes the page as it comes has it now; who waits for the answer has not.
  await Promise.race([until(() => post(a.studio, beside)), new Promise((resolve) => setTimeout(resolve, 300))])
  push.resolve()
  await until(() => post(a.studio, beside))
  await inSync(a.studio)
  expect(await post(a.studio, id)).toMatchObject({ title: 'By B', summary: 'By A' })
  await until(() => a.studio.sync.copies.of(id).version === 'same')
})

test('a document that was written as it was, before something newer came, is not sent after that', async () => {
  // Refused, so that no news follows it: at news RxDB looks at everything anew.
  server.sync.register('posts', {
    validate: (doc) => void (doc.slug === 'admin' && fail('slug_invalid', 'This slug is reserved.')),
  })
  const line = gated('posts')
  const a = await device({ fetch: line.fetch })
  const b = await device()
  const [id, other] = [await a.studio.posts.create({ title: 'One' }), await a.studio.posts.create({ title: 'Other' })]
  await until(() => post(b.studio, other))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  const [pull, push] = line.close()
  a.studio.sync.nudge()
  await pull.reached
  await b.studio.posts.patch(id, { title: 'By B' })
  await inSync(b.studio)
  // News comes in order: with this one, that of the post has been heard.
  await b.studio.settings.patch('profile', { bio: 'By B' })
  await until(async () => (await a.studio.settings.get('profile')).bio === 'By B')
  await a.studio.posts.patch(other, { slug: 'admin' })
  await push.reached
  // Its turn to be sent comes after the push before it.
  await (await a.studio.db.posts.findOne(id).exec())!.incrementalModify((same) => same)
  pull.open()
  await until(async () => (await post(a.studio, id))?.title === 'By B')
  push.open()
  await statusWhere(a.studio, (s) => s.phase === 'live' && s.refused.length === 1)
  expect((await onServer()).map(({ title }) => title).sort()).toEqual(['By B', 'Other'])
  expect((await post(a.studio, id))?.title).toBe('By B')
})

test('an undone removal of what was set aside agrees with what another device has made of it meanwhile', async () => {
  const line = gated('lost')
  const { studio } = await device({ fetch: line.fetch })
  const elsewhere = wire(server.url, server.signIn('w'))
  const [first, second, third] = ['a', 'b', 'c'].map(lostTitle) as [Lost, Lost, Lost]
  const here = async (id: string) => (await studio.db.lost.findOne(id).exec())?.toMutableJSON() as Lost | undefined
  await elsewhere.push('lost', [row(first as never), row(second as never)])
  await until(() => here(second.id))
  await inSync(studio)
  const [pull, push] = line.close()
  studio.sync.nudge()
  await pull.reached
  await studio.lost.dismiss(first.id)
  await push.reached
  // Its turn to be sent comes after the other's, and what comes in between finds it removed.
  const undo = await studio.lost.dismiss(second.id)
  const changed = { ...second, title: 'As another device has it' }
  await elsewhere.push('lost', [row(changed as never, second as never), row(third as never)])
  pull.open()
  await until(() => here(third.id))
  await undo()
  push.open()
  await inSync(studio)
  const { documents } = (await elsewhere.pull('lost', 'lwt=0&id=&limit=9')).body as { documents: Lost[] }
  expect(await here(second.id)).toEqual(onlyFields(documents.find(({ id }) => id === second.id)))
})

test('a page from before a push does not take the pushed edit back', async () => {
  const gates: { pull?: Promise<void> } = {}
  let read = false
  const slow: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    if (/posts\/0\/pull.*limit=1000$/.test(String(input)) && gates.pull) {
      read = true
      await gates.pull
    }
    return answer
  }
  const a = await device({ fetch: slow })
  const b = await device()
  const id = await a.studio.posts.create({ title: 'One' })
  await until(() => post(b.studio, id))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  const titles: string[] = []
  a.studio.db.posts.findOne(id).$.subscribe((found) => titles.push(found?.get('title') as string))
  const gate = Promise.withResolvers<void>()
  gates.pull = gate.promise
  // Read while the server has One, or Two, and delivered when it has Three.
  await a.studio.posts.patch(id, { title: 'Two' })
  await until(() => read)
  await a.studio.posts.patch(id, { title: 'Three' })
  await until(async () => (await post(b.studio, id))?.title === 'Three')
  delete gates.pull
  gate.resolve()
  await inSync(a.studio)
  expect(titles).toEqual(['One', 'Two', 'Three'])
})

test('a server that does not number its answers is believed, and other devices’ edits arrive', async () => {
  const old: typeof fetch = async (input, init) => {
    const answer = await fetch(input, init)
    if (!/\/push$/.test(String(input)) || !answer.ok) return answer
    const { lwt, ...rest } = (await answer.json()) as { lwt: number }
    return new Response(JSON.stringify(rest), { status: answer.status, headers: answer.headers })
  }
  const [a, b] = [await device({ fetch: old }), await device()]
  const id = await a.studio.posts.create({ title: 'By A' })
  await until(() => post(b.studio, id))
  await b.studio.posts.patch(id, { title: 'By B' })
  await until(async () => (await post(a.studio, id))?.title === 'By B')
})

test('a line that breaks is asked about at once: the studio says offline, without a request having been under way', async () => {
  const net = network()
  const { studio } = await device({ fetch: net.fetch })
  await inSync(studio)
  net.cut()
  const before = Date.now()
  await server.down()
  await statusWhere(studio, (s) => s.phase === 'offline')
  expect(Date.now() - before).toBeLessThan(10_000)
  net.mend()
  await server.up()
  await inSync(studio)
})

test('nothing is called safe before what waits has been counted', async () => {
  const net = network()
  const made = await device({ fetch: net.fetch })
  await inSync(made.studio)
  net.cut()
  await made.studio.posts.create({ title: 'waits' })
  await statusWhere(made.studio, (s) => s.waiting === 1)
  await made.studio.close()
  net.mend()
  const again = await made.reopen()
  opened.splice(0, 1, again)
  const calledSafe: number[] = []
  const subscription = again.sync.status$.subscribe(async ({ phase, waiting }) => {
    if (phase === 'live' && waiting === 0) calledSafe.push((await onServer()).length)
    if (phase === 'offline') expect(waiting).toBe(1)
  })
  await inSync(again)
  await until(() => calledSafe.length > 0)
  subscription.unsubscribe()
  expect(calledSafe).not.toContain(0)
})

/** The server forgets what was deleted, as if a hundred days had passed. */
async function forgetDeletions() {
  const longAgo = new Date(Date.now() - 100 * 86_400_000)
  await server.db.updateTable('documents').set({ updated_at: longAgo }).where('deleted', '=', true).execute()
  await server.sync.sweep()
  await server.db.updateTable('tombstone_floors').set({ raised_at: longAgo }).execute()
  await server.sync.sweep()
  const left = await server.db.selectFrom('documents').select('id').where('deleted', '=', true).execute()
  expect(left).toEqual([])
}

test('a device that was away for longer than deletions are remembered keeps its edits and no ghosts', async () => {
  const net = network()
  const [a, b] = [await device(), await device({ fetch: net.fetch })]
  const titles = ['stays', 'goes', 'goes, but was edited here']
  const [stays, goes, edited] = (await Promise.all(titles.map((title) => a.studio.posts.create({ title })))) as [
    string,
    string,
    string,
  ]
  for (const id of [stays, goes, edited]) await until(() => post(b.studio, id))
  await Promise.all([inSync(a.studio), inSync(b.studio)])
  net.cut()
  await b.studio.posts.patch(edited, { summary: 'while away' })
  await b.studio.posts.patch(stays, { summary: 'while away too' })
  const made = await b.studio.posts.create({ title: 'made while away' })
  await a.studio.posts.remove(goes)
  await a.studio.posts.remove(edited)
  await a.studio.posts.create({ title: 'new meanwhile' })
  await inSync(a.studio)
  await forgetDeletions()

  net.mend()
  b.studio.sync.nudge()
  await until(async () => (await post(b.studio, goes)) === null, 'the ghost is gone')
  await until(async () => (await onServer()).some((each) => each.id === made), 'what was made while away is there')
  await until(async () => (await b.studio.db.posts.find().exec()).length === 4, 'everything is here')
  await inSync(b.studio)
  const expected = [
    ['goes, but was edited here', 'while away'],
    ['made while away', ''],
    ['new meanwhile', ''],
    ['stays', 'while away too'],
  ]
  const shown = (posts: readonly Pick<Post, 'title' | 'summary'>[]) => posts.map((p) => [p.title, p.summary]).sort()
  expect(shown(await b.studio.db.posts.find().exec())).toEqual(expected)
  expect(shown((await onServer()).filter((each) => !each._deleted))).toEqual(expected)
  expect((await onServer()).some((each) => each.id === goes)).toBe(false)
})

test('a role that does not see posts any more takes them from the device, keeps what was not sent, and gives them back', async () => {
  const net = network()
  const token = server.signIn('w')
  const { studio } = await device({ token, fetch: net.fetch })
  const id = await studio.posts.create({ title: 'Draft' })
  const mine = await studio.posts.create({ title: 'Mine' })
  await inSync(studio)
  net.cut()
  await studio.posts.patch(mine, { summary: 'not sent yet' })
  server.changeRole(token, 'moderator')
  net.mend()
  studio.sync.nudge()
  await until(async () => (await post(studio, id)) === null)
  const { refused } = await statusWhere(studio, (status) => status.refused.length > 0)
  expect(refused).toMatchObject([{ id: mine, code: 'not_allowed' }])
  expect(await post(studio, mine)).toMatchObject({ summary: 'not sent yet' })
  expect((await onServer()).filter((each) => !each._deleted)).toHaveLength(2)

  server.changeRole(token, 'editor')
  studio.sync.nudge()
  expect((await until(() => post(studio, id))).title).toBe('Draft')
})
