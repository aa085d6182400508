import { firstValueFrom } from 'rxjs'
import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { wire } from '../../../server/sync/testing/wire.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { Version } from '../../../shared/collections/versions.ts'
import { bodyField, unpackBody } from '../../../shared/domain/richtext/index.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, network, openDevice, statusWhere, until } from '../testing/devices.ts'

const minute = 60_000
let server: TestServer
/** Everybody's clock, which a test can put forward. */
let aheadMs: number
const pass = (ms: number) => {
  aheadMs += ms
}
const now = () => Date.now() + aheadMs
const opened: OpenedStudio[] = []
beforeEach(async () => {
  // Always noon: what is written within a test lies within one hour and one day.
  aheadMs = Date.parse('2026-05-05T12:10:00Z') - Date.now()
  server = await startTestServer({ now })
  await server.addWorkspace('w')
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((studio) => studio.close()))
  await server.close()
})

async function device(around: Partial<Parameters<typeof openDevice>[0]> = {}) {
  const made = await openDevice({ url: server.url, token: server.signIn('w'), now, ...around })
  opened.push(made.studio)
  return made
}
const post = async (studio: OpenedStudio, id: string) =>
  (await studio.db.posts.findOne(id).exec())?.toMutableJSON() as Post
const versionsOf = (studio: OpenedStudio, id: string) => firstValueFrom(studio.history.versions$(id))
const some = (studio: OpenedStudio, id: string, count: number) =>
  until(async () => {
    const found = await versionsOf(studio, id)
    return found.length === count ? found : null
  }, `${count} versions`)

function write(doc: Y.Doc, line: string): void {
  const paragraph = new Y.XmlElement('paragraph')
  paragraph.insert(0, [new Y.XmlText(line)])
  const fragment = doc.getXmlFragment(bodyField)
  fragment.insert(fragment.length, [paragraph])
}
const textOf = async ({ body }: Version) =>
  (await unpackBody(body)).content?.map((block) => block.content?.[0]?.text ?? '').join(' ')

async function written(studio: OpenedStudio, ...lines: string[]): Promise<string> {
  const id = await studio.posts.create({ title: 'Tides' })
  const body = await studio.openBody(id)
  for (const line of lines) write(body.doc, line)
  await body.save()
  await body.dispose()
  return id
}

test('what editing comes to is kept, by the name of the device; reading keeps nothing', async () => {
  const { studio } = await device({ deviceName: 'Laptop' })
  const id = await written(studio, 'At low tide.')
  const [version] = await some(studio, id, 1)
  expect(version).toMatchObject({ why: 'edited', device: 'Laptop', title: 'Tides', words: 3, postId: id })
  expect(await textOf(version!)).toBe('At low tide.')
  expect(version!.at).toBe((await post(studio, id)).updatedAt)

  await (await studio.openBody(id)).dispose()
  const again = await studio.openBody(id)
  write(again.doc, 'And high.')
  await again.save()
  await again.dispose()
  const both = await some(studio, id, 2)
  expect(await Promise.all(both.map(textOf))).toEqual(['At low tide. And high.', 'At low tide.'])
})

test('ten minutes of editing make one version, however much is written in them', async () => {
  const { studio } = await device()
  const id = await studio.posts.create({ title: 'Long' })
  const body = await studio.openBody(id)
  for (let i = 0; i < 31; i++) {
    write(body.doc, `Line ${i}.`)
    await body.save()
    pass(minute)
  }
  await body.dispose()
  const found = await some(studio, id, 4)
  expect(await Promise.all(found.map(async (each) => (await textOf(each))?.match(/Line/g)?.length))).toEqual([
    31, 30, 20, 10,
  ])
})

test('a state that no device has kept is kept when editing begins, and nobody’s name put to it', async () => {
  const { studio } = await device()
  const body = (await import('../../../shared/domain/richtext/index.ts')).bodyFromJson({
    type: 'doc',
    content: [{ type: 'paragraph', content: [{ type: 'text', text: 'From elsewhere' }] }],
  })
  const id = await studio.posts.create({ title: 'Imported', body, text: 'From elsewhere', words: 2 })
  await studio.posts.patch(id, { title: 'Renamed' })
  const [version] = await some(studio, id, 1)
  expect(version).toMatchObject({ title: 'Imported', device: '', why: 'edited' })
})

test('planning and publishing keep what is handed on, once for the same text', async () => {
  const { studio } = await device()
  const id = await written(studio, 'To be read.')
  await some(studio, id, 1)
  await studio.posts.schedule(id, { local: '2031-05-01T09:00:00', zone: 'Europe/Berlin' })
  await until(async () => (await versionsOf(studio, id))[0]?.why === 'planned')
  await studio.posts.publishNow(id)
  await until(async () => (await versionsOf(studio, id))[0]?.why === 'published')
  expect(await versionsOf(studio, id)).toHaveLength(1)
  await studio.posts.patch(id, { summary: 'In short' })
  await studio.posts.update(id)
  expect((await some(studio, id, 2)).map(({ why }) => why)).toEqual(['published', 'published'])
})

test('a version is restored as an edit, what was there is kept, and it can be taken back', async () => {
  const { studio } = await device()
  const id = await written(studio, 'First words.')
  const [first] = await some(studio, id, 1)
  const body = await studio.openBody(id)
  write(body.doc, 'More words.')
  await studio.posts.patch(id, { title: 'Renamed', tags: ['sea'], visibility: 'members', slug: 'renamed' })
  // Restored while it is open in an editor, with words that are not on disk yet.
  const takeBack = await studio.history.restore(first!)
  expect(await post(studio, id)).toMatchObject({
    title: 'Tides',
    tags: [],
    visibility: 'public',
    slug: '',
    text: 'First words.',
    words: 2,
  })
  expect(body.doc.getXmlFragment(bodyField).toString()).not.toContain('More')
  const [kept] = await some(studio, id, 2)
  expect(kept).toMatchObject({ why: 'restored', title: 'Renamed', tags: ['sea'] })
  expect(await textOf(kept!)).toBe('First words. More words.')

  await takeBack()
  expect(await post(studio, id)).toMatchObject({
    title: 'Renamed',
    slug: 'renamed',
    tags: ['sea'],
    visibility: 'members',
    text: 'First words.\nMore words.',
  })
  await body.dispose()
})

test('what was typed after a restore outlives its way back, and a version has what did not', async () => {
  const { studio } = await device()
  const id = await written(studio, 'First words.')
  const [first] = await some(studio, id, 1)
  const body = await studio.openBody(id)
  body.doc.getXmlFragment(bodyField).delete(0, 1)
  write(body.doc, 'Another text altogether, about boats.')
  const takeBack = await studio.history.restore(first!)
  const restored = body.doc.getXmlFragment(bodyField).get(0) as Y.XmlElement
  ;(restored.get(0) as Y.XmlText).insert(0, 'Inside. ')
  write(body.doc, 'Typed since.')
  await takeBack()
  const lines = (await post(studio, id)).text.split('\n')
  expect(lines.sort()).toEqual(['Another text altogether, about boats.', 'Typed since.'])
  const [newest] = await versionsOf(studio, id)
  expect(await textOf(newest!)).toBe('Inside. First words. Typed since.')
  await body.dispose()
})

test('a version is brought back where the text that is there cannot be read, and its cover is still waited for', async () => {
  const { studio } = await device()
  const id = await written(studio, 'First words.')
  const [first] = await some(studio, id, 1)
  await studio.posts.patch(id, { body: 'AQID', cover: 'c'.repeat(64) })
  const takeBack = await studio.history.restore({ ...first!, cover: 'c'.repeat(64) })
  expect(await post(studio, id)).toMatchObject({ text: 'First words.', words: 2, images: ['c'.repeat(64)] })
  await (await studio.openBody(id)).dispose()
  await takeBack()
  expect((await post(studio, id)).body).toBe('AQID')
})

test('an address that readers have stays when it is asked for', async () => {
  const { studio } = await device()
  const id = await written(studio, 'First words.')
  const [first] = await some(studio, id, 1)
  await studio.posts.patch(id, { title: 'Renamed', slug: 'renamed' })
  await studio.history.restore(first!, { keepSlug: true })
  expect(await post(studio, id)).toMatchObject({ title: 'Tides', slug: 'renamed' })
})

test('offline, a version is restored and merges with what another device writes meanwhile', async () => {
  const net = network()
  const a = await device({ fetch: net.fetch })
  const b = await device()
  const id = await written(a.studio, 'The beginning of it.', 'The middle of it.', 'The end of it.')
  const [first] = await some(a.studio, id, 1)
  await a.studio.posts.patch(id, { title: 'Another title' })
  const more = await a.studio.openBody(id)
  more.doc.getXmlFragment(bodyField).delete(0, 1)
  await more.save()
  await more.dispose()
  await inSync(a.studio)
  await until(async () => (await post(b.studio, id))?.title === 'Another title')
  await until(async () => !(await post(b.studio, id)).text.includes('beginning'))

  net.cut()
  a.studio.sync.nudge()
  await statusWhere(a.studio, ({ phase }) => phase === 'offline')
  await a.studio.history.restore(first!)
  const theirs = await b.studio.openBody(id)
  write(theirs.doc, 'Written elsewhere.')
  await theirs.save()
  await theirs.dispose()
  net.mend()
  a.studio.sync.nudge()
  const whole = 'The beginning of it.\nThe middle of it.\nThe end of it.\nWritten elsewhere.'
  for (const { studio } of [a, b]) await until(async () => (await post(studio, id)).text === whole, 'both edits')
  expect((await post(b.studio, id)).title).toBe('Tides')
})

test('versions reach the other devices, and a thinned one leaves them and gives its space back', async () => {
  const a = await device({ deviceName: 'Laptop' })
  const b = await device()
  const id = await written(a.studio, 'First.')
  await some(a.studio, id, 1)
  const body = await a.studio.openBody(id)
  write(body.doc, 'Second.')
  await body.save()
  await body.dispose()
  const [, first] = await some(a.studio, id, 2)
  expect((await some(b.studio, id, 2)).map((each) => each.device)).toEqual(['Laptop', 'Laptop'])

  pass(2 * 60 * minute)
  await a.studio.recorder.thin(id)
  expect((await some(b.studio, id, 1))[0]!.id).not.toBe(first!.id)
  await inSync(a.studio)
  const { body: pulled } = await wire(server.url, server.signIn('w')).pull('versions', 'lwt=0&id=&limit=100')
  const stored = (pulled as { documents: (Version & { _deleted: boolean })[] }).documents
  expect(stored.find((each) => each.id === first!.id)).toMatchObject({ _deleted: true, body: '' })
})

test('a device that is wrong about the day thins nobody’s history, nor one that cannot know', async () => {
  const a = await device()
  const id = await written(a.studio, 'First.')
  const body = await a.studio.openBody(id)
  write(body.doc, 'Second.')
  await body.save()
  await body.dispose()
  await some(a.studio, id, 2)
  const net = network()
  const ahead = await device({ now: () => now() + 40 * 24 * 60 * minute, fetch: net.fetch })
  await some(ahead.studio, id, 2)
  await inSync(ahead.studio)
  await ahead.studio.recorder.thin(id)
  expect(await versionsOf(ahead.studio, id)).toHaveLength(2)
  net.cut()
  await ahead.studio.close()
  const offline = await ahead.reopen()
  opened[1] = offline
  await statusWhere(offline, ({ phase }) => phase === 'offline')
  await offline.recorder.thin(id)
  expect(await versionsOf(offline, id)).toHaveLength(2)
})

test('a version thinned here and published elsewhere stays, and nobody is asked about it', async () => {
  const net = network()
  const a = await device({ fetch: net.fetch })
  const b = await device()
  const id = await written(a.studio, 'To be read.')
  const [version] = await some(a.studio, id, 1)
  await some(b.studio, id, 1)
  await inSync(a.studio)
  net.cut()
  a.studio.sync.nudge()
  await statusWhere(a.studio, ({ phase }) => phase === 'offline')
  await a.studio.posts.publishNow(id)
  await until(async () => (await versionsOf(a.studio, id))[0]?.why === 'published')
  const { versions } = await b.studio.wholeDb().then(({ collections }) => collections)
  await (await versions.findOne(version!.id).exec())?.incrementalModify((data) => ({
    ...data,
    title: '',
    body: '',
    _deleted: true,
  }))
  await inSync(b.studio)
  net.mend()
  a.studio.sync.nudge()
  const back = await until(async () => (await versionsOf(b.studio, id))[0], 'the version that readers got')
  expect(back).toMatchObject({ id: version!.id, why: 'published', body: version!.body })
  await inSync(a.studio)
  expect([a.studio.lost$.value, b.studio.lost$.value]).toEqual([[], []])
})

test('this device’s side of a conflict can be found in the history', async () => {
  const net = network()
  const a = await device({ deviceName: 'Laptop', fetch: net.fetch })
  const b = await device({ deviceName: 'Tablet' })
  const id = await written(a.studio, 'Shared.')
  await until(() => post(b.studio, id))
  await inSync(a.studio)
  net.cut()
  a.studio.sync.nudge()
  await statusWhere(a.studio, ({ phase }) => phase === 'offline')
  await b.studio.posts.patch(id, { title: 'Tablet’s title' })
  await inSync(b.studio)
  await a.studio.posts.patch(id, { title: 'Laptop’s title' })
  net.mend()
  a.studio.sync.nudge()
  const found = await until(async () => (await versionsOf(a.studio, id)).find(({ why }) => why === 'conflict'))
  expect(found).toMatchObject({ title: 'Laptop’s title', device: 'Laptop' })
})

test('versions are asked for only when everything else is here', async () => {
  const first = await device()
  const id = await written(first.studio, 'Kept.')
  await some(first.studio, id, 1)
  await inSync(first.studio)
  const net = network()
  const { studio } = await device({ fetch: net.fetch })
  await inSync(studio)
  const asked = net.requests.filter((each) => each.includes('/pull?')).map((each) => /sync\/(\w+)/.exec(each)?.[1])
  expect(asked.indexOf('versions')).toBeGreaterThan(0)
  for (const name of ['posts', 'media', 'settings', 'outcomes'])
    expect(asked.indexOf(name)).toBeLessThan(asked.indexOf('versions'))
  expect(await versionsOf(studio, id)).toHaveLength(1)
})
