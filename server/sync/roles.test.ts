import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { mayRead, mayWrite, type Role, roles } from '../../shared/collections/access.ts'
import { collectionNames, collections } from '../../shared/collections/index.ts'
import { newId } from '../../shared/domain/id.ts'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

let server: TestServer
const closing: (() => unknown)[] = []
let count = 0
beforeAll(async () => {
  server = await startTestServer()
})
afterAll(async () => {
  for (const close of closing) await close()
  await server.close()
})

type Page = { documents: Record<string, unknown>[]; checkpoint: { id: string; lwt: number } }
const own = 'application/vnd.grover.sync+json'
const calendar = { id: 'calendar', calendar: { zone: 'Europe/Berlin', weekStart: 1 }, updatedAt: '' }

async function workspace() {
  const id = `ws${++count}`
  await server.addWorkspace(id)
  const as = (role: Role) => {
    const token = server.signIn(id, role)
    return { token, ...wire(server.url, token) }
  }
  return { id, as, owner: as('owner') }
}
const pull = async (client: ReturnType<typeof wire>, name: string, at = { id: '', lwt: 0 }, limit = 100) =>
  (await client.pull(name, `lwt=${at.lwt}&id=${encodeURIComponent(at.id)}&limit=${limit}`)).body as Page

test('whoever writes a collection also reads it, and nobody writes what is the server’s', () => {
  for (const name of collectionNames)
    for (const role of roles) {
      if (mayWrite(role, name)) expect(mayRead(role, name), `${role} ${name}`).toBe(true)
      if (collections[name].owner === 'server') expect(mayWrite(role, name), `${role} ${name}`).toBe(false)
    }
  expect(mayRead('viewer', 'constructor')).toBe(true)
  expect(mayRead('moderator', 'constructor')).toBe(false)
})

test.each(roles)('a %s pulls and pushes what its role may, and no more', async (role) => {
  const { owner, as } = await workspace()
  const mine = as(role)
  const post = samplePost()
  await owner.push('posts', [row(post)])
  await owner.push('settings', [row(calendar)])
  for (const [name, doc, next] of [
    ['posts', post, { ...post, title: 'changed' }],
    ['settings', calendar, { ...calendar, updatedAt: '2026-03-01T10:00:00.000Z' }],
  ] as const) {
    const seen = (await pull(mine, name)).documents
    expect(seen).toEqual(mayRead(role, name) ? [{ ...doc, _deleted: false }] : [])
    const answer = (await mine.push(name, [row(next, doc)], own)).body as { refused: { code: string }[] }
    expect(answer.refused.map(({ code }) => code)).toEqual(mayWrite(role, name) ? [] : ['not_allowed'])
    const kept = (await pull(owner, name)).documents[0]
    expect(kept).toEqual({ ...(mayWrite(role, name) ? next : doc), _deleted: false })
  }
})

test('a guessed id tells a role nothing that it does not see: the answer is the same whether there is one or not', async () => {
  const { owner, as } = await workspace()
  const secret = samplePost({ title: 'secret' })
  await owner.push('posts', [row(secret)])
  const moderator = as('moderator')
  for (const assumed of [undefined, samplePost({ id: secret.id })]) {
    const guess = (id: string) => ({ ...samplePost({ title: 'guess' }), id })
    const [there, nowhere] = [guess(secret.id), guess(newId())]
    for (const accept of [own, 'application/json']) {
      const answers = await Promise.all(
        [there, nowhere].map(async (doc) => {
          const { body } = await moderator.push('posts', [row(doc, assumed && { ...assumed, id: doc.id })], accept)
          return JSON.stringify(body).replaceAll(doc.id, 'ID')
        }),
      )
      expect(answers[0]).toBe(
        answers[1]!.replace(nowhere.createdAt, there.createdAt).replaceAll(nowhere.plan.id, there.plan.id),
      )
      expect(answers[0]).not.toContain('secret')
    }
  }
})

test('what leaves a role’s view arrives as tombstones without content, what enters it arrives, and nothing is lost', async () => {
  const { owner, as } = await workspace()
  const posts = Array.from({ length: 5 }, (_, i) => samplePost({ title: `Post ${i}` }))
  await owner.push(
    'posts',
    posts.map((post) => row(post)),
  )
  const mine = as('viewer')
  const seen = await pull(mine, 'posts')
  expect(seen.documents).toHaveLength(5)
  // Changed and made after this device's last pull: the first it knows, the second it never had.
  await owner.push('posts', [row({ ...posts[0]!, title: 'later' }, posts[0])])
  const never = samplePost({ title: 'never seen' })
  await owner.push('posts', [row(never)])

  server.changeRole(mine.token, 'moderator')
  const first = await pull(mine, 'posts', seen.checkpoint, 3)
  const second = await pull(mine, 'posts', first.checkpoint, 3)
  const gone = [...first.documents, ...second.documents]
  expect(gone.map(({ id }) => id).sort()).toEqual(posts.map(({ id }) => id).sort())
  for (const tombstone of gone) expect(tombstone).toMatchObject({ _deleted: true, title: '', body: '', tags: [] })
  // Every required field is there: local databases index deleted documents too.
  expect(Object.keys(gone[0]!).sort()).toEqual([...Object.keys(posts[0]!), '_deleted'].sort())
  await owner.push('posts', [row({ ...posts[1]!, title: 'still secret' }, posts[1])])
  expect(await pull(mine, 'posts', second.checkpoint)).toEqual({ documents: [], checkpoint: second.checkpoint })

  server.changeRole(mine.token, 'editor')
  const back = await pull(mine, 'posts', second.checkpoint)
  const current = await pull(owner, 'posts')
  expect(back.documents).toEqual(current.documents)
  expect(back.documents).toHaveLength(6)
  expect(await pull(mine, 'posts', back.checkpoint)).toEqual({ documents: [], checkpoint: back.checkpoint })
})

test('a member who lost sight of a collection in a database that is no more is told to drop what they had', async () => {
  const { id, owner, as } = await workspace()
  await owner.push('posts', [row(samplePost())])
  const mine = as('editor')
  const seen = await pull(mine, 'posts')
  await server.db.updateTable('workspaces').set({ epoch: 'restored' }).where('id', '=', id).execute()
  server.changeRole(mine.token, 'moderator')
  const answer = await mine.pull('posts', `lwt=${seen.checkpoint.lwt}&id=${seen.checkpoint.id}&limit=5`)
  expect([answer.status, (answer.body as { code: string }).code]).toEqual([410, 'checkpoint_expired'])
  expect((await pull(mine, 'posts')).documents).toEqual([])
})

test('pokes name only the collections that the role sees', async () => {
  const { owner, as } = await workspace()
  const listen = async (role: Role) => {
    const news: string[][] = []
    const socket: Socket = io(server.url, {
      auth: { token: as(role).token },
      transports: ['websocket'],
      forceNew: true,
    })
    closing.push(() => socket.disconnect())
    socket.on('poke', ({ collections: names }: { collections: string[] }) => news.push(names))
    await new Promise<void>((resolve) => socket.once('connect', () => resolve()))
    return news
  }
  const [moderator, viewer] = [await listen('moderator'), await listen('viewer')]
  await owner.push('posts', [row(samplePost())])
  await owner.push('settings', [row(calendar)])
  await expect.poll(() => viewer).toEqual([['posts'], ['settings']])
  await expect.poll(() => moderator).toEqual([['settings']])
})

test('a stream is silent about what the role does not see, and ends when the role changes', async () => {
  const { owner, as } = await workspace()
  const open = async (token: string) => {
    const aborted = new AbortController()
    closing.push(() => aborted.abort())
    const headers = { authorization: `Bearer ${token}` }
    const answer = await fetch(`${server.url}/sync/posts/0/pullStream`, { headers, signal: aborted.signal })
    const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader()
    expect((await reader.read()).value).toBe(': open\n\n')
    return reader
  }
  const [moderator, viewer] = [as('moderator'), as('viewer')]
  const streams = [await open(moderator.token), await open(viewer.token)] as const
  const silent = streams[0].read()
  await owner.push('posts', [row(samplePost({ title: 'news' }))])
  expect((await streams[1].read()).value).toContain('news')
  // Nobody was told: the next change finds the other role by itself.
  server.sessions.set(viewer.token, { ...server.sessions.get(viewer.token)!, role: 'moderator' })
  await owner.push('posts', [row(samplePost({ title: 'more news' }))])
  expect(await streams[1].read()).toEqual({ done: true, value: undefined })
  server.changeRole(moderator.token, 'viewer')
  expect(await silent).toEqual({ done: true, value: undefined })
})
