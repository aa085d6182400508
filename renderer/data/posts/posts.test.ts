import { getRxStorageMemory } from 'rxdb/plugins/storage-memory'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { samplePost, wire } from '../../../server/sync/testing/wire.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import { bodyField } from '../../../shared/domain/richtext/index.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, memoryStore, network, openDevice, rescueHost, statusWhere, until } from '../testing/devices.ts'
import type { JournalStore } from './journal.ts'

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

const notes = (memory: JournalStore) =>
  Array.from({ length: memory.length }, (_, i) => memory.key(i)).filter((key) => key?.includes('journal'))

/** Adds a paragraph as an editor does. */
function write(doc: Y.Doc, line: string): void {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(line)])
  const fragment = doc.getXmlFragment(bodyField)
  fragment.insert(fragment.length, [paragraph])
}

test('what is typed is on disk within the pause, with its text and words', async () => {
  const { studio } = await device()
  const id = await studio.posts.create()
  const body = await studio.openBody(id)
  write(body.doc, 'Three little words')
  await until(async () => (await post(studio, id))?.text === 'Three little words')
  expect(await post(studio, id)).toMatchObject({ words: 3 })
  await body.dispose()
})

test('two devices write in one text at once: each sees the other’s words arrive, both keep all', async () => {
  const [netA, netB] = [network(), network()]
  const [a, b] = [await device({ fetch: netA.fetch }), await device({ fetch: netB.fetch })]
  const id = await a.studio.posts.create({ title: 'Together' })
  await until(() => post(b.studio, id))
  const [bodyA, bodyB] = [await a.studio.openBody(id), await b.studio.openBody(id)]
  write(bodyA.doc, 'From A, online.')
  await until(() => bodyB.doc.getXmlFragment(bodyField).toString().includes('From A, online.'))
  netA.cut()
  netB.cut()
  write(bodyA.doc, 'From A, offline.')
  write(bodyB.doc, 'From B, offline.')
  await Promise.all([bodyA.save(), bodyB.save()])
  await a.studio.posts.patch(id, { title: 'A’s title' })
  await b.studio.posts.patch(id, { summary: 'B’s summary' })
  netA.mend()
  netB.mend()
  a.studio.sync.nudge()
  b.studio.sync.nudge()
  for (const doc of [bodyA.doc, bodyB.doc])
    await until(() => {
      const text = doc.getXmlFragment(bodyField).toString()
      return ['online', 'A, offline', 'B, offline'].every((part) => text.includes(part))
    }, 'both texts in both editors')
  await Promise.all([bodyA.dispose(), bodyB.dispose()])
  await until(async () => {
    const [one, other] = [await post(a.studio, id), await post(b.studio, id)]
    return one?.title === 'A’s title' && one.summary === 'B’s summary' && one.body === other?.body
  }, 'the same post on both')
  const merged = await post(a.studio, id)
  expect(merged?.words).toBe(9)
  expect(merged?.text.split('\n').sort()).toEqual(['From A, offline.', 'From A, online.', 'From B, offline.'])
  expect(await a.studio.db.lost.find().exec()).toEqual([])
})

test('a text opened twice is one document, let go by the last', async () => {
  const { studio } = await device()
  const id = await studio.posts.create()
  const [one, two] = [await studio.openBody(id), await studio.openBody(id)]
  expect(one.doc).toBe(two.doc)
  await one.dispose()
  await one.dispose()
  write(two.doc, 'still here')
  await two.dispose()
  expect((await post(studio, id))?.text).toBe('still here')
  await expect(studio.openBody('nothing')).rejects.toMatchObject({ code: 'not_found' })
})

test('a text that cannot be written is noted, stays open, and is written as soon as it can be', async () => {
  const { studio, memory, errors } = await device()
  const id = await studio.posts.create({ title: 'Full disk' })
  const body = await studio.openBody(id)
  const storage = studio.db.posts.storageInstance
  const { bulkWrite } = storage
  storage.bulkWrite = () => Promise.reject(new Error('The disk is full.'))
  write(body.doc, 'not lost')
  await expect(body.dispose()).rejects.toThrow()
  expect(notes(memory)).toHaveLength(1)
  const again = await studio.openBody(id)
  expect(again.doc).toBe(body.doc)
  storage.bulkWrite = bulkWrite
  await until(async () => (await post(studio, id))?.text === 'not lost')
  await until(() => notes(memory).length === 0)
  await again.dispose()
  expect(errors).toEqual([])
})

test('the last keystrokes before a window closes are in the post on the next start', async () => {
  const listeners = new Map<string, Set<() => void>>()
  const page = {
    addEventListener: (name: string, run: () => void) =>
      listeners.set(name, (listeners.get(name) ?? new Set()).add(run)),
    removeEventListener: (name: string, run: () => void) => listeners.get(name)?.delete(run),
  }
  Object.assign(globalThis, { window: page })
  try {
    const made = await device()
    const id = await made.studio.posts.create({ title: 'Unfinished' })
    const body = await made.studio.openBody(id)
    write(body.doc, 'the last wor')
    const before = await post(made.studio, id)
    expect(before?.text).toBe('')
    // What a page gets to do when it closes is this, and no turn of the event loop more.
    for (const run of listeners.get('pagehide') ?? []) run()
    const left = memoryStore()
    expect(notes(made.memory)).toHaveLength(1)
    for (let i = 0; i < made.memory.length; i++)
      left.setItem(made.memory.key(i)!, made.memory.getItem(made.memory.key(i)!)!)
    await body.dispose()
    expect(notes(made.memory)).toEqual([])

    const next = await device({ memory: left })
    await next.studio.db.posts.insert(before!)
    await next.studio.close()
    opened.pop()
    const again = await next.reopen()
    opened.push(again)
    expect((await post(again, id))?.text).toBe('the last wor')
    expect(notes(left)).toEqual([])
  } finally {
    Reflect.deleteProperty(globalThis, 'window')
  }
})

test('unsynced work is with the host within moments, and comes back when the browser has lost everything', async () => {
  const net = network()
  const first = await device({ fetch: net.fetch })
  const { studio } = first
  const id = await studio.posts.create({ title: 'Base', summary: 'kept' })
  await inSync(studio)
  await until(() => first.host.files.size === 0, 'everything released')
  net.cut()
  await studio.posts.patch(id, { title: 'Edited on a plane' })
  const fresh = await studio.posts.create({ title: 'New on a plane' })
  await until(() => first.host.files.size === 2, 'both kept by the host')
  await studio.close()
  opened.pop()

  // Meanwhile another device edits another field, and this one's database is wiped.
  const other = await device()
  await until(() => post(other.studio, id))
  await other.studio.posts.patch(id, { summary: 'edited elsewhere' })
  await inSync(other.studio)
  const host = first.host
  const wiped = await openDevice({ url: server.url, token: server.signIn('w') })
  await wiped.studio.close()
  const restored = await wiped.reopen({ host })
  opened.push(restored)
  await until(async () => (await post(restored, id))?.summary === 'edited elsewhere')
  expect(await post(restored, id)).toMatchObject({ title: 'Edited on a plane', summary: 'edited elsewhere' })
  expect(await post(restored, fresh)).toMatchObject({ title: 'New on a plane' })
  await inSync(restored)
  // It is told which came back, until somebody has seen it.
  expect(restored.rescued$.value.documents.map((each) => each.id).sort()).toEqual([id, fresh].sort())
  await restored.forgetRescued()
  await until(() => restored.rescued$.value.documents.length === 0)
  await until(() => host.files.size === 0, 'released by the host')
  expect(await restored.db.lost.find().exec()).toEqual([])
})

test('an edit that only the host still has joins the version that was fetched meanwhile', async () => {
  const net = network()
  const lost = await device({ fetch: net.fetch })
  const id = await lost.studio.posts.create({ title: 'Draft' })
  await inSync(lost.studio)
  await until(() => lost.host.files.size === 0, 'everything released')
  net.cut()
  await lost.studio.posts.patch(id, { title: 'Edited on a plane' })
  await until(() => lost.host.files.size === 1, 'kept by the host')
  await lost.studio.close()
  opened.pop()
  const elsewhere = await device()
  await until(() => post(elsewhere.studio, id))
  await elsewhere.studio.posts.patch(id, { summary: 'edited elsewhere' })
  await inSync(elsewhere.studio)

  // The browser lost everything, and on the next start the host's files were not to be read.
  const unreadable = rescueHost()
  Object.assign(unreadable, {
    rescue: { ...(unreadable.rescue as object), list: () => Promise.reject(new Error('Busy.')) },
  })
  const storage = getRxStorageMemory() as never
  const again = await device({ storage, databaseName: `fetched-${id}` })
  await again.studio.close()
  opened.pop()
  const fetched = await again.reopen({ host: unreadable })
  await until(async () => (await post(fetched, id))?.summary === 'edited elsewhere')
  await fetched.close()

  const restored = await again.reopen({ host: lost.host })
  opened.push(restored)
  await until(async () => (await post(restored, id))?.title === 'Edited on a plane')
  expect((await post(restored, id))?.summary).toBe('edited elsewhere')
  await until(async () => (await post(elsewhere.studio, id))?.title === 'Edited on a plane')
  await until(() => lost.host.files.size === 0, 'released by the host')
})

test('what was edited further here is not taken back by the host’s older copy', async () => {
  const net = network()
  const made = await device({ fetch: net.fetch })
  const id = await made.studio.posts.create({ title: 'Draft' })
  await inSync(made.studio)
  await until(() => made.host.files.size === 0, 'everything released')
  net.cut()
  await made.studio.posts.patch(id, { title: 'First thought' })
  await until(() => made.host.files.size === 1, 'kept by the host')
  const older = new Map(made.host.files)
  await made.studio.posts.patch(id, { title: 'Draft' })
  await made.studio.close()
  opened.pop()
  made.host.files.clear()
  for (const [key, file] of older) made.host.files.set(key, file)
  net.mend()
  const again = await made.reopen()
  opened.push(again)
  await inSync(again)
  expect((await post(again, id))?.title).toBe('Draft')
})

test('a host that cannot keep files is said, and sync goes on', async () => {
  const host = rescueHost()
  Object.assign(host, {
    rescue: {
      list: async () => Promise.reject(new Error('No folder.')),
      keep: async () => Promise.reject(new Error('No folder.')),
      release: async () => {},
    },
  })
  const { studio, reopen } = await device()
  await studio.close()
  opened.pop()
  const again = await reopen({ host })
  opened.push(again)
  await again.posts.create({ title: 'All the same' })
  await inSync(again)
})

test('fields that do not fit are refused at once, by name, and nothing is written', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Fine' })
  await expect(studio.posts.patch(id, { title: 'x'.repeat(301) })).rejects.toMatchObject({ code: 'document_invalid' })
  await expect(studio.posts.patch(id, { colour: 'red' } as never)).rejects.toMatchObject({ code: 'field_unknown' })
  await expect(studio.posts.patch('nothing', { title: 'x' })).rejects.toMatchObject({ code: 'not_found' })
  await expect(
    studio.posts.schedule(id, { local: '2026-03-29T02:30:00', zone: 'Europe/Berlin' }),
  ).rejects.toMatchObject({
    code: 'schedule_time_missing',
  })
  expect(await post(studio, id)).toMatchObject({ title: 'Fine', plan: { mode: 'draft' } })
})

test('edits that build on what is there lose none of each other, and what they make is checked', async () => {
  const { studio } = await device()
  const id = await studio.posts.create()
  const edit = (change: (tags: string[]) => string[]) =>
    studio.posts.patch(id, { tags: change([]) }, ({ tags }) => ({ tags: change(tags) }))
  const tag = (name: string) => edit((tags) => [...tags, name])
  await Promise.all([tag('sea'), tag('boats'), tag('dawn')])
  expect(await post(studio, id)).toMatchObject({ tags: ['sea', 'boats', 'dawn'] })
  await Promise.all([edit((tags) => tags.filter((each) => each !== 'sea')), tag('sea')])
  expect(await post(studio, id)).toMatchObject({ tags: ['boats', 'dawn', 'sea'] })
  for (let n = 3; n < 19; n++) await tag(`t${n}`)
  const results = await Promise.allSettled([tag('twentieth'), tag('one too many')])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected'])
  expect((await post(studio, id))?.tags).toHaveLength(20)
})

test('planning, publishing, cancelling: each act has an id of its own; saving the same again changes nothing', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Plan', words: 1 })
  const ids = new Set<string>()
  const plan = async () => {
    const found = (await post(studio, id))!.plan
    ids.add(found.id)
    return found
  }
  expect(await plan()).toMatchObject({ mode: 'draft', late: 'ask' })
  await studio.settings.patch('publishing', { late: 'skip' })
  await studio.posts.schedule(id, { local: '2027-07-01T09:00:00', zone: 'Europe/Berlin' })
  expect(await plan()).toMatchObject({ mode: 'schedule', at: '2027-07-01T07:00:00.000Z', late: 'skip' })
  await studio.posts.cancel(id)
  expect(await plan()).toMatchObject({ mode: 'draft', at: '', local: '', zone: '' })
  await studio.posts.publishNow(id)
  expect(await plan()).toMatchObject({ mode: 'now', late: 'publish' })
  expect(ids.size).toBe(4)
  const before = await post(studio, id)
  await studio.posts.patch(id, { title: 'Plan' })
  expect((await post(studio, id))?.updatedAt).toBe(before?.updatedAt)
  const copy = await post(studio, await studio.posts.duplicate(id))
  expect(copy).toMatchObject({ title: 'Plan (2)', slug: '', plan: { mode: 'draft' }, release: '', withdrawn: '' })
})

test('what was typed a moment ago is in what is published, brought up to date or copied', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Quick', words: 1 })
  const body = await studio.openBody(id)
  write(body.doc, 'First words')
  await studio.posts.publishNow(id)
  expect(await post(studio, id)).toMatchObject({ text: 'First words', plan: { mode: 'now' } })

  write(body.doc, 'and more')
  await studio.posts.update(id)
  expect(await post(studio, id)).toMatchObject({ text: 'First words\nand more', release: expect.stringMatching(/./) })

  write(body.doc, 'to the end')
  const titled = studio.posts.patch(id, { title: 'Quick and done' })
  const copy = await studio.posts.duplicate(id)
  expect(await post(studio, copy)).toMatchObject({
    title: 'Quick and done (2)',
    text: 'First words\nand more\nto the end',
  })
  await Promise.all([titled, body.dispose()])
})

test('nothing without a title or without anything to read is published, by whichever way', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ cover: 'a'.repeat(64), images: ['a'.repeat(64)] })
  expect(await studio.posts.lacks(id)).toEqual(['title', 'text'])
  await expect(studio.posts.publishNow(id)).rejects.toMatchObject({ code: 'post_unfinished' })
  await expect(studio.posts.update(id)).rejects.toMatchObject({ code: 'post_unfinished' })
  expect(await post(studio, id)).toMatchObject({ plan: { mode: 'draft' }, release: '' })

  await studio.posts.patch(id, { title: 'A picture' })
  const body = await studio.openBody(id)
  const picture = new Y.XmlElement('image')
  for (const [name, value] of Object.entries({ hash: 'b'.repeat(64), alt: '', caption: '' }))
    picture.setAttribute(name, value)
  body.doc.getXmlFragment(bodyField).insert(0, [picture])
  await studio.posts.publishNow(id)
  expect(await post(studio, id)).toMatchObject({ words: 0, plan: { mode: 'now' } })
  await body.dispose()
})

test('a time of change is later than the one before, also when the clock was set back', async () => {
  let now = Date.parse('2026-05-01T12:00:00.000Z')
  const { studio } = await device({ now: () => now })
  const id = await studio.posts.create({ title: 'a' })
  now -= 3_600_000
  await studio.posts.patch(id, { title: 'b' })
  expect((await post(studio, id))?.updatedAt).toBe('2026-05-01T12:00:00.001Z')
})

test('the cover is among the pictures that a post waits for', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ images: ['b'.repeat(64)] })
  await studio.posts.patch(id, { cover: 'a'.repeat(64) })
  expect((await post(studio, id))?.images).toEqual(['b'.repeat(64), 'a'.repeat(64)])
  await studio.posts.patch(id, { cover: '' })
  expect((await post(studio, id))?.images).toEqual(['b'.repeat(64)])
})

test('settings are whole from the start; one chosen here keeps what was chosen elsewhere', async () => {
  const net = network()
  const a = await device()
  await a.studio.settings.patch('profile', { bio: 'Walks.', accentHue: 30 })
  await inSync(a.studio)
  net.cut()
  const b = await device({ fetch: net.fetch })
  expect(await b.studio.settings.get('profile')).toMatchObject({ name: 'Ana', bio: '', theme: 'paper' })
  await b.studio.settings.patch('profile', { theme: 'ink' })
  net.mend()
  b.studio.sync.nudge()
  await until(async () => (await b.studio.settings.get('profile')).bio === 'Walks.')
  expect(await b.studio.settings.get('profile')).toMatchObject({ theme: 'ink', accentHue: 30 })
  await expect(b.studio.settings.patch('calendar', { weekStart: 9 })).rejects.toMatchObject({
    code: 'document_invalid',
  })
})

test('rows follow the posts without holding their texts, and search forgives a typing mistake', async () => {
  const { studio } = await device()
  await studio.db.posts.bulkInsert([
    samplePost({
      id: 'p1',
      title: 'Café in the morning',
      text: 'espresso and croissant',
      updatedAt: '2026-01-01T00:00:00.000Z',
    }),
    samplePost({
      id: 'p2',
      title: 'Mountains',
      tags: ['hiking'],
      text: 'granite',
      updatedAt: '2026-01-03T00:00:00.000Z',
    }),
    samplePost({ id: 'p3', title: '東京の散歩', text: '公園', updatedAt: '2026-01-02T00:00:00.000Z' }),
  ])
  const ids = () => studio.index.rows$.value.map((row) => row.id)
  await until(() => ids().length === 3)
  expect(ids()).toEqual(['p2', 'p3', 'p1'])
  expect(Object.keys(studio.index.rows$.value[0]!)).not.toEqual(
    expect.arrayContaining(['body', 'text', 'images', '_meta']),
  )
  expect(studio.index.rows$.value[0]).toMatchObject({ state: 'draft', path: '', publishedAt: '' })

  expect(await studio.index.search('cafe')).toEqual(['p1'])
  expect(await studio.index.search('mountins')).toEqual(['p2'])
  expect(await studio.index.search('hik')).toEqual(['p2'])
  expect(await studio.index.search('散歩')).toEqual(['p3'])
  await until(async () => (await studio.index.search('croisant'))[0] === 'p1', 'the texts to be searchable')
  await studio.posts.patch('p2', { title: 'Valleys' })
  await until(async () => (await studio.index.search('valleys'))[0] === 'p2')
  expect(await studio.index.search('mountains')).toEqual([])
  const [kept] = studio.index.rows$.value.filter((row) => row.id === 'p1')
  await studio.posts.remove('p3')
  await until(() => ids().length === 2)
  expect(ids()).toEqual(['p2', 'p1'])
  // Rows that did not change stay the same objects, so that lists draw only what changed.
  expect(studio.index.rows$.value.find((row) => row.id === 'p1')).toBe(kept)
  expect(await studio.index.search('散歩')).toEqual([])
})

test('the next start has its rows from the snapshot and reads only what has changed since', async () => {
  let saved: unknown = null
  const snapshots = {
    load: async () => structuredClone(saved),
    save: async (value: unknown) => {
      saved = structuredClone(value)
    },
  }
  const made = await device({ snapshots })
  await made.studio.db.posts.bulkInsert(
    Array.from({ length: 130 }, (_, i) => samplePost({ id: `p${i}`, title: `${i}` })),
  )
  await until(() => saved !== null && JSON.stringify(saved).includes('p129'), 'a snapshot')
  await made.studio.close()
  // Written by another window meanwhile.
  const between = await made.reopen()
  await between.light.loaded
  await between.posts.patch('p3', { title: 'changed' })
  await between.posts.remove('p4')
  await between.close()
  const again = await made.reopen()
  opened.splice(0, 1, again)
  await again.light.loaded
  const rows = again.index.rows$.value
  expect(rows).toHaveLength(129)
  expect(rows[0]).toMatchObject({ id: 'p3', title: 'changed' })
})

test('what the server says of a post shows in its row and its outcome', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Out' })
  await inSync(studio)
  const mine = (await post(studio, id))!
  await server.sync.transaction('w', (tx) =>
    server.sync.write(tx, 'w', 'outcomes', [
      {
        id,
        kind: 'post',
        state: 'published',
        planId: mine.plan.id,
        release: '',
        withdrawn: '',
        receivedAt: mine.updatedAt,
        receivedVersion: mine.updatedAt,
        dueAt: '',
        publishedAt: '2026-05-01T10:00:00.000Z',
        publishedVersion: mine.updatedAt,
        revision: 1,
        slug: 'out',
        path: '/@ana/out',
        missing: [],
        problem: null,
      },
    ]),
  )
  const row = await until(() => studio.index.rows$.value.find((each) => each.path !== ''))
  expect(row).toMatchObject({ state: 'published', path: '/@ana/out', publishedAt: '2026-05-01T10:00:00.000Z' })
  expect(studio.light.outcome(id)?.revision).toBe(1)
  await studio.posts.patch(id, { title: 'Out again' })
  await until(() => studio.index.rows$.value[0]?.state === 'changed')
})

test('a device that reads as a viewer is told that it cannot write', async () => {
  const { studio } = await device({ token: server.signIn('w', 'viewer') })
  await inSync(studio)
  await studio.posts.create({ title: 'Mine?' })
  const status = await statusWhere(studio, (s) => s.refused.length === 1)
  expect(status.refused[0]?.code).toBe('not_allowed')
  const { body } = await wire(server.url, server.signIn('w')).pull('posts', 'lwt=0&id=&limit=10')
  expect((body as { documents: unknown[] }).documents).toEqual([])
})
