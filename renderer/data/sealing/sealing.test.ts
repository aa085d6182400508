import { randomBytes } from 'node:crypto'
import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { samplePost, wire } from '../../../server/sync/testing/wire.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { bodyField } from '../../../shared/domain/richtext/index.ts'
import { createJournal, reformJournal } from '../posts/journal.ts'
import { readSince } from '../posts/read-since.ts'
import { snapshotsIn } from '../posts/snapshots.ts'
import type { OpenedStudio, Surroundings } from '../studio.ts'
import { inSync, memoryStore, network, openDevice, rescueHost, until } from '../testing/devices.ts'
import { createSealing } from './index.ts'
import { reform, type Table } from './reform.ts'
import type { Fields } from './sealed-document.ts'

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

const newSealing = () => createSealing(randomBytes(32).toString('base64'))
const words = ['Bouillabaisse', 'saffron', 'fennel', 'marseille']

const postsTable = /--memory--posts--memory--/
let databases = 0
/** A database of a device whose raw records a test can read and damage. */
function bareDatabase() {
  const storage = getRxStorageMemory()
  const databaseName = `sealing-${process.pid}-${++databases}`
  const tables = () =>
    [...storage.collectionStates].flatMap(([name, { documents }]) =>
      name.includes(databaseName) && !name.includes('_rxdb_internal')
        ? [{ name, documents: [...documents.values()] as Fields[] }]
        : [],
    )
  const documents = (of: RegExp) => tables().flatMap((table) => (of.test(table.name) ? table.documents : []))
  return {
    around: { storage: storage as unknown as Surroundings['storage'], databaseName },
    raw: () => documents(/./),
    documents,
    postOf: (id: string) => documents(postsTable).find((each) => each.id === id) as Fields & { sealed: string },
  }
}

async function device(around: Partial<Parameters<typeof openDevice>[0]> = {}) {
  const made = await openDevice({ url: server.url, token: server.signIn('w'), ...around })
  opened.push(made.studio)
  const reopen = async (wish: Parameters<typeof made.reopen>[0] = {}) => {
    await opened.splice(opened.indexOf(made.studio), 1)[0]!.close()
    made.studio = await made.reopen(wish)
    opened.push(made.studio)
    return made.studio
  }
  return { ...made, current: () => made.studio, reopen }
}
const write = async (studio: OpenedStudio) => {
  const id = await studio.posts.create({ title: words[0]!, summary: `With ${words[1]}`, tags: [words[3]!] })
  const body = await studio.openBody(id)
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(`Slice the ${words[2]} thinly.`)])
  body.doc.getXmlFragment(bodyField).insert(0, [paragraph])
  await body.save()
  await body.dispose()
  return id
}
const post = async (studio: OpenedStudio, id: string) =>
  (await studio.db.posts.findOne(id).exec())?.toMutableJSON() as Post | undefined
const bare = (text: unknown) => {
  const all = JSON.stringify(text).toLowerCase()
  return words.filter((word) => all.includes(word.toLowerCase()))
}

test('no word of a post is in any record, those about the server and the history included; both devices read it', async () => {
  const { around, raw, documents } = bareDatabase()
  const { around: plainAround, raw: plainRaw } = bareDatabase()
  const sealed = await device({ sealing: await newSealing(), ...around })
  const plain = await device(plainAround)
  const id = await write(sealed.studio)
  await sealed.studio.posts.publishNow(id).catch(() => {})
  await inSync(sealed.studio)
  await until(async () => (await post(plain.studio, id))?.text.includes(words[2]!))
  await plain.studio.posts.patch(id, { summary: `Much ${words[1]}, little else` })
  await until(async () => (await post(sealed.studio, id))?.summary.startsWith('Much'))
  await inSync(sealed.studio)
  await until(() => documents(/versions/).length > 0, 'a version of the post')
  expect(documents(/rx-replication-meta/).length).toBeGreaterThan(0)
  expect(bare(raw())).toEqual([])
  expect(bare(plainRaw())).toEqual(words)
  await until(async () => (await sealed.studio.index.search(words[2]!)).includes(id), 'the post among what is found')
})

test('a restart with the key finds everything, without it nothing; a mixed database is read whole', async () => {
  const { around } = bareDatabase()
  const sealing = await newSealing()
  const made = await device(around)
  const before = await write(made.studio)
  await inSync(made.studio)
  const studio = await made.reopen({ sealing })
  const after = await write(studio)
  await inSync(studio)
  const again = await made.reopen({ sealing })
  for (const id of [before, after]) expect((await post(again, id))?.text).toContain(words[2])
  await until(() => again.index.rows$.value.length === 2)
  expect(again.index.rows$.value.map((row) => row.title)).toEqual([words[0], words[0]])
  await inSync(again)
  expect(again.sync.status$.value.waiting).toBe(0)
})

test('another key opens nothing, and the studio says for each entry that it does not', async () => {
  const { around } = bareDatabase()
  const made = await device({ ...around, sealing: await newSealing() })
  const id = await write(made.studio)
  const studio = await made.reopen({ sealing: await newSealing() })
  expect(await post(studio, id)).toBeUndefined()
  expect(made.errors).toContainEqual(expect.objectContaining({ code: 'entry_damaged' }))
})

test('a damaged entry is said by name and leaves the others alone; what the server has of it may be written over it', async () => {
  const { around, postOf } = bareDatabase()
  const sealing = await newSealing()
  const made = await device({ ...around, sealing })
  const [lostId, otherId] = [await write(made.studio), await write(made.studio)]
  await inSync(made.studio)
  const document = postOf(lostId)
  const last = document.sealed.charCodeAt(document.sealed.length - 1)
  document.sealed = document.sealed.slice(0, -1) + String.fromCharCode(last ^ 1)
  const studio = await made.reopen()
  await until(() => studio.index.ready$.value)
  expect(studio.index.rows$.value.map((row) => row.id)).toEqual([otherId])
  expect(await post(studio, lostId)).toBeUndefined()
  expect(made.errors).toContainEqual(
    expect.objectContaining({ code: 'entry_damaged', details: expect.objectContaining({ id: lostId }) }),
  )
  const { body } = await wire(server.url, server.signIn('w')).pull('posts', 'lwt=0&id=&limit=10')
  const { _deleted, ...master } = (body as { documents: (Post & { _deleted: boolean })[] }).documents.find(
    (each) => each.id === lostId,
  )!
  await studio.db.posts.insert(master)
  expect((await post(studio, lostId))?.title).toBe(words[0])
  await until(() => studio.index.rows$.value.length === 2)
})

test('a sealed content moved to another document does not open there', async () => {
  const { around, postOf } = bareDatabase()
  const made = await device({ ...around, sealing: await newSealing() })
  const [a, b] = [await write(made.studio), await write(made.studio)]
  postOf(a).sealed = postOf(b).sealed
  const studio = await made.reopen()
  expect(await post(studio, a)).toBeUndefined()
  expect((await post(studio, b))?.title).toBe(words[0])
})

test('changes are read in pages in the order of writing, and a damaged one does not end them early', async () => {
  const { around, postOf } = bareDatabase()
  const net = network()
  net.cut()
  const made = await device({ ...around, sealing: await newSealing(), fetch: net.fetch })
  const posts = Array.from({ length: 7 }, (_, i) => samplePost({ title: `Post ${i}` }))
  for (const each of posts) await made.studio.db.posts.insert(each)
  await until(() => made.host.files.size === posts.length, 'the host’s second copies')
  postOf(posts[1]!.id).sealed = 'nonsense, and long enough for a tag'
  const titles = async (studio: OpenedStudio) => {
    const found: string[] = []
    for await (const page of readSince(studio.db.posts.storageInstance, null, 2))
      found.push(...page.documents.map((each) => (each as unknown as Post).title))
    return found
  }
  const others = ['Post 0', 'Post 2', 'Post 3', 'Post 4', 'Post 5', 'Post 6']
  expect(await titles(await made.reopen({ host: rescueHost() }))).toEqual(others)
  const studio = await made.reopen()
  await until(async () => (await post(studio, posts[1]!.id))?.title === 'Post 1')
})

test('changes are told in the order of writing, before each write has come back', async () => {
  const { studio } = await device({ sealing: await newSealing() })
  const told: string[] = []
  studio.db.posts.storageInstance.changeStream().subscribe(({ events }) => {
    for (const { documentData } of events) told.push((documentData as unknown as Post).title)
  })
  const long = samplePost({ title: 'long', summary: 'x'.repeat(300) })
  await Promise.all([
    studio.db.posts.insert(long),
    ...['a', 'b', 'c'].map((title) => studio.db.posts.insert(samplePost({ title }))),
  ])
  expect(told).toEqual(['long', 'a', 'b', 'c'])
})

test('a query that would look into sealed fields is refused, not answered with nothing', async () => {
  const { studio } = await device({ sealing: await newSealing() })
  await expect(studio.db.posts.find({ selector: { title: 'x' } }).exec()).rejects.toThrow(/not title/)
  await expect(studio.db.posts.find({ sort: [{ title: 'asc' }] }).exec()).rejects.toThrow(/not title/)
})

test('the note of a closing page, and the snapshot of the list, hold no words; the next start reads both', async () => {
  const { sealer } = await newSealing()
  const store = memoryStore()
  const texts = () => Array.from({ length: store.length }, (_, i) => store.getItem(store.key(i)!))
  const journal = createJournal({ store, workspaceId: 'w', sealer })
  journal.note({ postId: 'p', fields: { title: words[0] } })
  expect(bare(texts())).toEqual([])
  const next = () => createJournal({ store, workspaceId: 'w', sealer })
  expect(next().left()[0]?.entry).toMatchObject({ postId: 'p', fields: { title: words[0] } })
  reformJournal(store, 'w', sealer, 'plain')
  expect(bare(texts())).toEqual([words[0]])
  expect(createJournal({ store, workspaceId: 'w' }).left()).toHaveLength(1)
  reformJournal(store, 'w', sealer, 'sealed')
  expect(bare(texts())).toEqual([])
  expect(createJournal({ store, workspaceId: 'w' }).left()).toHaveLength(0)
  expect(next().left()).toHaveLength(1)

  let kept: unknown
  const place = {
    load: async () => kept,
    save: async (text: string) => {
      kept = text
    },
  }
  await snapshotsIn(place, sealer).save({ posts: words })
  expect(bare(kept)).toEqual([])
  expect(await snapshotsIn(place, sealer).load()).toEqual({ posts: words })
  expect(await snapshotsIn(place, null).load()).toBeNull()
  expect(await snapshotsIn(place, (await newSealing()).sealer).load()).toBeNull()
})

/** A table of the browser in memory; it can be made to stop at a write, as a kill does. */
function memoryTable(collection: string, rows: Fields[], plainPaths: string[]) {
  const documents = new Map(rows.map((row) => [String(row.id), row]))
  let writesLeft = Number.POSITIVE_INFINITY
  const table: Table = {
    collection,
    plainPaths,
    count: async () => documents.size,
    page: async (after, limit) =>
      [...documents.values()]
        .sort((a, b) => (String(a.id) < String(b.id) ? -1 : 1))
        .filter(({ id }) => after === null || String(id) > after)
        .slice(0, limit),
    put: async (changed) => {
      if (writesLeft-- <= 0) throw new Error('killed')
      for (const each of changed) documents.set(String(each.id), each)
    },
    remove: async (ids) => {
      for (const id of ids) documents.delete(id)
    },
  }
  const killAfter = (writes: number) => {
    writesLeft = writes
  }
  return { table, documents, killAfter }
}

test('switching on and off, killed half way each time, comes to the same documents', async () => {
  const { sealer } = await newSealing()
  const rows = Array.from({ length: 500 }, (_, i) => {
    const { id, ...rest } = samplePost({ title: `${words[i % 4]} ${i}` })
    return { id: `${String(i).padStart(3, '0')}${id}`, ...rest, _deleted: '0', _rev: '1-a', _meta: { lwt: i } }
  })
  const { table, documents, killAfter } = memoryTable('posts', rows, ['id', 'updatedAt', 'plan.at'])
  const progress: number[] = []
  const errors: unknown[] = []
  const run = (to: 'plain' | 'sealed') =>
    reform({
      tables: [table],
      sealer,
      to,
      onProgress: (done) => progress.push(done),
      onError: (error) => errors.push(error),
    })
  const sealedCount = () => [...documents.values()].filter((each) => typeof each.sealed === 'string').length

  killAfter(1)
  await expect(run('sealed')).rejects.toThrow('killed')
  expect(sealedCount()).toBe(200)
  killAfter(Number.POSITIVE_INFINITY)
  await run('sealed')
  expect(sealedCount()).toBe(500)
  expect(bare([...documents.values()])).toEqual([])
  expect([...documents.values()][7]).toMatchObject({
    updatedAt: rows[7]!.updatedAt,
    plan: { at: rows[7]!.plan.at },
    _meta: { lwt: 7 },
  })
  expect(progress.at(-1)).toBe(500)

  killAfter(2)
  await expect(run('plain')).rejects.toThrow('killed')
  expect(sealedCount()).toBe(100)
  killAfter(Number.POSITIVE_INFINITY)
  await run('plain')
  expect([...documents.values()]).toEqual(rows)
  expect(errors).toEqual([])
})

test('opening says which entry is damaged, and does not leave it behind as one without content', async () => {
  const { sealer } = await newSealing()
  const { table, documents } = memoryTable(
    'posts',
    [
      { id: 'a', sealed: 'nonsense' },
      { id: 'b', title: 'fine' },
    ],
    ['id'],
  )
  const errors: unknown[] = []
  await reform({
    tables: [table],
    sealer,
    to: 'plain',
    onProgress: () => {},
    onError: (error) => errors.push(error),
  })
  expect([...documents.keys()]).toEqual(['b'])
  expect(errors).toMatchObject([{ code: 'entry_damaged', details: { collection: 'posts', id: 'a' } }])
})
