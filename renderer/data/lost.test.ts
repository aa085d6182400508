import { afterEach, beforeEach, expect, test } from 'vitest'
import * as Y from 'yjs'
import { startTestServer, type TestServer } from '../../server/sync/testing/server.ts'
import { newMedia } from '../../shared/collections/media.ts'
import type { Post } from '../../shared/collections/posts.ts'
import { bodyFromJson, readBody } from '../../shared/domain/richtext/index.ts'
import { lostVersion } from './conflicts.ts'
import type { OpenedStudio } from './studio.ts'
import { inSync, network, openDevice, statusWhere, until } from './testing/devices.ts'

let server: TestServer
let studio: OpenedStudio
beforeEach(async () => {
  server = await startTestServer()
  await server.addWorkspace('w')
  studio = (await openDevice({ url: server.url, token: server.signIn('w') })).studio
})
afterEach(async () => {
  await studio.close()
  await server.close()
})

/** As a merge would leave it. */
async function lose(source: string, id: string, field: string, value: unknown): Promise<string> {
  const conflict = { field, mine: value, theirs: null, kept: 'theirs' as const }
  const lost = await lostVersion(source, conflict, { id }, { id, title: 'Then' }, 'elsewhere', Date.now)
  await studio.db.lost.insert(lost)
  await until(() => studio.lost$.value.some((each) => each.id === lost.id))
  return lost.id
}
const post = async (id: string) => (await studio.db.posts.findOne(id).exec())?.toMutableJSON() as Post | undefined
const textOn = async ({ db }: OpenedStudio, id: string) => (await db.posts.findOne(id).exec())?.text
const listed = () => studio.lost$.value.map((each) => each.id)
const body = (...lines: string[]) =>
  bodyFromJson({
    type: 'doc',
    content: lines.map((text) => ({ type: 'paragraph', content: [{ type: 'text', text }] })),
  })

test('a lost value comes back as a new edit and leaves the list; undo puts both back', async () => {
  const id = await studio.posts.create({ title: 'Kept', tags: ['a'] })
  const before = await post(id)
  const lost = await lose('posts', id, 'title', 'Lost')
  const undo = await studio.lost.restore(lost)
  expect(await post(id)).toMatchObject({ title: 'Lost', tags: ['a'] })
  expect((await post(id))!.updatedAt > before!.updatedAt).toBe(true)
  await until(() => listed().length === 0)
  await undo()
  expect(await post(id)).toMatchObject({ title: 'Kept' })
  await until(() => listed().includes(lost))
})

test('two values of one field and one time are two things to bring back, and the same one is told once', async () => {
  const id = await studio.posts.create({ title: 'Kept' })
  const [one, other] = [await lose('posts', id, 'title', 'One'), await lose('posts', id, 'title', 'Another')]
  expect(listed().sort()).toEqual([one, other].sort())
  await expect(lose('posts', id, 'title', 'One')).rejects.toMatchObject({ code: 'CONFLICT' })
})

test('keeping what is there strikes the lost value off, and can be undone', async () => {
  const id = await studio.posts.create({ title: 'Kept' })
  const lost = await lose('posts', id, 'title', 'Lost')
  const undo = await studio.lost.dismiss(lost)
  await until(() => listed().length === 0)
  expect(await post(id)).toMatchObject({ title: 'Kept' })
  await undo()
  await until(() => listed().includes(lost))
})

test('a lost text takes the place of the one that is there, also while it is open', async () => {
  const id = await studio.posts.create({ title: 'T', body: body('What is there.') })
  const open = await studio.openBody(id)
  const lost = await lose('posts', id, 'body', body('What was lost.'))
  const undo = await studio.lost.restore(lost)
  expect(open.doc.getXmlFragment('body').toString()).toContain('What was lost.')
  expect(await post(id)).toMatchObject({ text: 'What was lost.', words: 3 })
  await undo()
  expect(readBody((await post(id))!.body).text).toBe('What is there.')
  await open.dispose()
})

test('what another device writes meanwhile, offline, is joined with the lost text and with its undo', async () => {
  const net = network()
  const { studio: other } = await openDevice({ url: server.url, token: server.signIn('w'), fetch: net.fetch })
  const id = await studio.posts.create({ title: 'T', body: body('The beginning of it.', 'The middle of it.') })
  await until(() => other.db.posts.findOne(id).exec())
  await inSync(other)
  net.cut()
  other.sync.nudge()
  await statusWhere(other, ({ phase }) => phase === 'offline')
  const theirs = await other.openBody(id)
  const second = theirs.doc.getXmlFragment('body').get(1) as Y.XmlElement
  ;(second.get(0) as Y.XmlText).insert(0, 'Theirs: ')
  await theirs.dispose()

  const lost = await lose('posts', id, 'body', body('The beginning that was lost.', 'The middle of it.'))
  const undo = await studio.lost.restore(lost)
  await inSync(studio)
  net.mend()
  other.sync.nudge()
  const joined = 'The beginning that was lost.\nTheirs: The middle of it.'
  for (const each of [studio, other]) await until(async () => (await textOn(each, id)) === joined, 'both edits')

  const more = await studio.openBody(id)
  const added = new Y.XmlElement('paragraph')
  added.insert(0, [new Y.XmlText('Written since.')])
  more.doc.getXmlFragment('body').insert(2, [added])
  await more.dispose()
  await undo()
  expect(await textOn(studio, id)).toBe('The beginning of it.\nTheirs: The middle of it.\nWritten since.')
  await other.close()
})

test('where the text that is there cannot be read, the lost one replaces it whole', async () => {
  const id = await studio.posts.create({ title: 'T', body: 'AQID' })
  const lost = await lose('posts', id, 'body', body('Readable.'))
  await studio.lost.restore(lost)
  expect(readBody((await post(id))!.body).text).toBe('Readable.')
})

test('a lost plan is planned again only when its time is ahead', async () => {
  const id = await studio.posts.create({ title: 'T', body: body('Words.') })
  const plan = { id: '01A', mode: 'schedule', local: '2031-05-01T09:00:00', zone: 'Europe/Berlin', late: 'skip' }
  const lost = await lose('posts', id, 'plan', { ...plan, at: '2031-05-01T07:00:00.000Z' })
  const undo = await studio.lost.restore(lost)
  expect((await post(id))!.plan).toMatchObject({ mode: 'schedule', at: '2031-05-01T07:00:00.000Z', late: 'skip' })
  await undo()
  expect((await post(id))!.plan).toMatchObject({ mode: 'draft' })

  const other = await studio.posts.create({ title: 'T', body: body('Words.') })
  for (const past of [
    { ...plan, at: '2021-05-01T07:00:00.000Z' },
    { ...plan, mode: 'now', at: '2021-05-01T07:00:00.000Z' },
  ]) {
    const passed = await lose('posts', other, 'plan', past)
    await expect(studio.lost.restore(passed)).rejects.toMatchObject({ code: 'schedule_time_invalid' })
    expect((await post(other))!.plan).toMatchObject({ mode: 'draft' })
    expect(listed()).toContain(passed)
    await studio.lost.dismiss(passed)
  }
})

test('the wish to delete can be carried out after all; a setting and a picture’s name come back', async () => {
  const id = await studio.posts.create({ title: 'Gone?' })
  const undo = await studio.lost.restore(await lose('posts', id, '_deleted', true))
  expect(await post(id)).toBeUndefined()
  await undo()
  expect(await post(id)).toMatchObject({ title: 'Gone?' })

  await studio.settings.patch('profile', { bio: 'Now' })
  await studio.lost.restore(await lose('settings', 'profile', 'profile.bio', 'Before'))
  expect((await studio.settings.get('profile')).bio).toBe('Before')

  const hash = 'a'.repeat(64)
  const facts = { kind: 'image', type: 'image/png', bytes: 1, width: 1, height: 1, durationMs: 0 } as const
  await studio.db.media.insert(newMedia({ id: hash, name: 'b.png', ...facts }, '2026-01-01T00:00:00.000Z'))
  await studio.lost.restore(await lose('media', hash, 'name', 'a.png'))
  expect((await studio.db.media.findOne(hash).exec())?.name).toBe('a.png')
})

test('what belonged to a post that is gone says so, and stays until it is dismissed', async () => {
  const lost = await lose('posts', 'nowhere', 'title', 'Lost')
  await expect(studio.lost.restore(lost)).rejects.toMatchObject({ code: 'not_found' })
  expect(listed()).toContain(lost)
})

test('a value that its field cannot have is not brought back, and can be dismissed', async () => {
  const id = await studio.posts.create({ title: 'T' })
  for (const [source, field, value] of [
    ['posts', 'plan', null],
    ['posts', 'plan', { id: '01A', mode: 'schedule', local: '', zone: 'Nowhere', at: 'x', late: 'ask' }],
    ['posts', 'title', 7],
    ['posts', 'nothing', 'x'],
    ['posts', '_deleted', 'x'],
    ['settings', 'profile.accentHue', 'red'],
    ['media', 'name', null],
  ] as const) {
    const lost = await lose(source, id, field, value)
    await expect(studio.lost.restore(lost)).rejects.toMatchObject({ code: 'document_invalid' })
    await studio.lost.dismiss(lost)
  }
  expect(await post(id)).toMatchObject({ title: 'T', plan: { mode: 'draft' } })
})
