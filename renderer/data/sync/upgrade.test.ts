import { Type } from 'typebox'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { startTestServer, type TestServer } from '../../../server/sync/testing/server.ts'
import { wire } from '../../../server/sync/testing/wire.ts'
import type { Collection } from '../../../shared/collections/collection.ts'
import type { Post } from '../../../shared/collections/posts.ts'
import type { OpenedStudio } from '../studio.ts'
import { inSync, network, openDevice, statusWhere, until } from '../testing/devices.ts'

type NextPost = Post & { subtitle: string }

/** What this program takes `posts` for: as shipped, or in the version after. */
const studioIs = vi.hoisted(() => ({ newer: false }))
vi.mock('../../../shared/collections/index.ts', async (original) => {
  const real = await original<typeof import('../../../shared/collections/index.ts')>()
  return {
    ...real,
    collections: {
      ...real.collections,
      get posts() {
        return studioIs.newer ? nextPosts(real.collections.posts) : real.collections.posts
      },
    },
  }
})
const { collections } = await import('../../../shared/collections/index.ts')

/** The summary's first sentence becomes a field of its own. */
function nextPosts(posts: Collection): Collection {
  const version = posts.version + 1
  return {
    ...posts,
    version,
    schema: Type.Object(
      { ...posts.schema.properties, subtitle: Type.String({ maxLength: 1000 }) },
      { additionalProperties: false },
    ),
    migrations: {
      ...posts.migrations,
      [version]: (old) => {
        const [subtitle = '', ...rest] = String(old.summary).split('. ')
        return { ...old, subtitle, summary: rest.join('. ') }
      },
    },
  }
}

let server: TestServer
let serverIsNewer = false
const opened = new Set<OpenedStudio>()
const old = collections.posts
beforeEach(async () => {
  studioIs.newer = false
  serverIsNewer = false
  server = await startTestServer({
    collections: () => ({ ...collections, posts: serverIsNewer ? nextPosts(old) : old }),
  })
  await server.addWorkspace('w')
})
afterEach(async () => {
  await Promise.all([...opened].map((studio) => studio.close()))
  opened.clear()
  await server.close()
})

async function device(around: Partial<Parameters<typeof openDevice>[0]> = {}) {
  const made = await openDevice({ url: server.url, token: server.signIn('w'), ...around })
  opened.add(made.studio)
  return made
}
async function close(studio: OpenedStudio): Promise<void> {
  opened.delete(studio)
  await studio.close()
}
async function updateServer(): Promise<void> {
  await server.down()
  serverIsNewer = true
  await server.up()
}
const post = async (studio: OpenedStudio, id: string) =>
  ((await studio.db.posts.findOne(id).exec())?.toMutableJSON() as NextPost | undefined) ?? null
const onServer = async () => {
  const { call } = wire(server.url, server.signIn('w'))
  const { body } = await call(`/sync/posts/${old.version + 1}/pull?lwt=0&id=&limit=5000`)
  return (body as { documents: (NextPost & { _deleted: boolean })[] }).documents
}

test('edits made offline before an update of the studio merge by field after it, and nothing is fetched anew', async () => {
  const net = network()
  const [a, b] = [await device({ fetch: net.fetch }), await device()]
  const id = await a.studio.posts.create({ title: 'Title', summary: 'One. Two' })
  const untouched = await a.studio.posts.create({ title: 'Untouched' })
  const gone = await a.studio.posts.create({ title: 'Gone' })
  await inSync(a.studio)
  await until(async () => (await b.studio.db.posts.count().exec()) === 3)

  net.cut()
  await a.studio.posts.patch(id, { title: 'Title of a' })
  await a.studio.posts.remove(gone)
  await statusWhere(a.studio, (status) => status.phase === 'offline' && status.waiting === 2)
  await b.studio.posts.patch(id, { summary: 'One of b. Two' })
  await inSync(b.studio)
  await close(b.studio)

  await updateServer()
  net.mend()
  a.studio.sync.nudge()
  // The old studio is told, and keeps what it has.
  const outdated = await statusWhere(a.studio, (status) => status.phase === 'outdated')
  expect(outdated).toMatchObject({ waiting: 2, problem: { code: 'schema_outdated' } })
  expect(await post(a.studio, id)).toMatchObject({ title: 'Title of a' })
  await close(a.studio)

  // The server's own rows change while the new studio pulls and pushes.
  const upgrading = server.sync.upgradeAll()
  studioIs.newer = true
  net.requests.length = 0
  const again = await a.reopen()
  opened.add(again)
  await inSync(again)
  await upgrading
  const merged = { title: 'Title of a', subtitle: 'One of b', summary: 'Two' }
  expect(await post(again, id)).toMatchObject(merged)
  expect(await post(again, gone)).toBeNull()
  expect(await again.db.lost.find().exec()).toEqual([])
  const documents = new Map((await onServer()).map((each) => [each.id, each]))
  expect(documents.get(id)).toMatchObject({ ...merged, _deleted: false })
  expect(documents.get(untouched)).toMatchObject({ title: 'Untouched', subtitle: '', _deleted: false })
  expect(documents.get(gone)).toMatchObject({ _deleted: true })
  const pulls = net.requests.map((url) => /posts\/\d+\/pull\?lwt=(\d+)/.exec(url)?.[1]).filter((lwt) => lwt)
  expect(pulls.length).toBeGreaterThan(0)
  expect(pulls).not.toContain('0')
})

test('what the host kept for an older studio comes back as a document of today', async () => {
  const net = network()
  const { studio, host } = await device({ fetch: net.fetch })
  const id = await studio.posts.create({ title: 'Title', summary: 'One. Two' })
  await inSync(studio)
  net.cut()
  await studio.posts.patch(id, { title: 'Only here' })
  await until(() => JSON.stringify([...host.files.values()]).includes('Only here'), 'the copy')
  await close(studio)
  await updateServer()

  // Another database: the browser has lost the one before.
  studioIs.newer = true
  const later = await device({ host })
  await inSync(later.studio)
  const expected = { title: 'Only here', subtitle: 'One', summary: 'Two' }
  expect(await post(later.studio, id)).toMatchObject(expected)
  expect(await onServer()).toMatchObject([expected])
  expect(await later.studio.db.lost.find().exec()).toEqual([])
})
