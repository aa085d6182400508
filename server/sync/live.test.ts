import { sql } from 'kysely'
import { io, type Socket } from 'socket.io-client'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { startTestServer, type TestServer } from './testing/server.ts'
import { row, samplePost, wire } from './testing/wire.ts'

let server: TestServer
const closing: (() => unknown)[] = []
beforeEach(async () => {
  server = await startTestServer({ several: true })
  await server.addWorkspace('w')
  await server.addWorkspace('other')
})
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await server.close()
})

function connect(url: string, token: string): Socket {
  const socket = io(url, { auth: { token }, transports: ['websocket'], reconnection: false, forceNew: true })
  closing.push(() => socket.disconnect())
  return socket
}
const once = <T = unknown>(socket: Socket, event: string) => new Promise<T>((resolve) => socket.once(event, resolve))

test('a socket is let in by its token, and refused by name without one', async () => {
  const stranger = connect(server.url, 'nobody')
  const error = await once<Error & { data: unknown }>(stranger, 'connect_error')
  expect(error.data).toMatchObject({ code: 'sign_in_required' })
  await once(connect(server.url, server.signIn('w')), 'connect')
})

test('a change pokes the devices of its workspace alone, with the names of collections and no data', async () => {
  const token = server.signIn('w')
  const mine = connect(server.url, token)
  const theirs = connect(server.url, server.signIn('other'))
  const strayed: unknown[] = []
  theirs.on('poke', (news) => strayed.push(news))
  await Promise.all([once(mine, 'connect'), once(theirs, 'connect')])
  const poke = once(mine, 'poke')
  await wire(server.url, token).push('posts', [row(samplePost())])
  expect(await poke).toEqual({ collections: ['posts'] })
  // The other workspace's own poke comes after: had ours strayed, it would be there by now.
  const own = once(theirs, 'poke')
  await wire(server.url, server.signIn('other')).push('settings', [
    row({ id: 'calendar', calendar: { zone: 'Europe/Berlin', weekStart: 1 }, updatedAt: '' }),
  ])
  await own
  expect(strayed).toEqual([{ collections: ['settings'] }])
})

test('a revoked session’s socket is closed at once', async () => {
  const token = server.signIn('w')
  const socket = connect(server.url, token)
  await once(socket, 'connect')
  const gone = once(socket, 'disconnect')
  server.revoke(token)
  expect(await gone).toBe('io server disconnect')
})

test('connecting counts against the limit of an address, as does each token tried over one connection', async () => {
  const small = await startTestServer({ requestsPerMinute: 10 })
  closing.push(() => small.close())
  const line = new WebSocket(`${small.url.replace('http', 'ws')}/socket.io/?EIO=4&transport=websocket`)
  closing.push(() => line.close())
  const codes: string[] = []
  const done = new Promise<void>((resolve) => {
    line.onmessage = ({ data }) => {
      // Engine.IO's packet 0 opens; Socket.IO's 44 is a refusal to connect.
      const refusal = /^44(.*)/.exec(String(data))?.[1]
      if (refusal) codes.push((JSON.parse(refusal) as { data: { code: string } }).data.code)
      if (codes.length < 10) line.send('40{"token":"guessed"}')
      else resolve()
    }
  })
  await done
  expect(codes).toEqual([...Array<string>(9).fill('sign_in_required'), 'too_many_requests'])
  const next = connect(small.url, small.signIn('w'))
  await once(next, 'connect_error')
  expect((await fetch(`${small.url}/sync/posts/0/pull`)).status).toBe(429)
})

test('a change on one server pokes the devices on the others', async () => {
  const second = await server.another()
  const socket = connect(second.url, server.signIn('w'))
  await once(socket, 'connect')
  const poke = once(socket, 'poke')
  await wire(server.url, server.signIn('w')).push('posts', [row(samplePost())])
  expect(await poke).toEqual({ collections: ['posts'] })
  await second.stop()
})

test('the line between servers is mended each time it breaks', async () => {
  const second = await server.another()
  const socket = connect(second.url, server.signIn('w'))
  await once(socket, 'connect')
  const lines = async () => {
    const { rows } = await sql<{ pid: number }>`
      select pid from pg_stat_activity
      where datname = current_database() and query like 'LISTEN "socket.io%'`.execute(server.db)
    return rows.map(({ pid }) => pid)
  }
  for (let i = 0; i < 2; i++) {
    const before = await lines()
    expect(before).toHaveLength(2)
    await sql`select pg_terminate_backend(pid) from unnest(${before}::int[]) as pid`.execute(server.db)
    const fresh = async () => (await lines()).filter((pid) => !before.includes(pid))
    await expect.poll(fresh, { timeout: 20_000 }).toHaveLength(2)
    const poke = once(socket, 'poke')
    await wire(server.url, server.signIn('w')).push('posts', [row(samplePost())])
    expect(await poke).toEqual({ collections: ['posts'] })
  }
  await second.stop()
})

/** Reads server-sent events off a response. */
async function* events(url: string, token: string) {
  const aborted = new AbortController()
  closing.push(() => aborted.abort())
  const response = await fetch(`${url}/sync/posts/0/pullStream`, {
    headers: { authorization: `Bearer ${token}` },
    signal: aborted.signal,
  })
  expect(response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8')
  expect(response.headers.get('x-accel-buffering')).toBe('no')
  let text = ''
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk
    for (let end = text.indexOf('\n\n'); end >= 0; end = text.indexOf('\n\n')) {
      yield text.slice(0, end)
      text = text.slice(end + 2)
    }
  }
}

test('a stream opens at once and tells each change after that, one event going on where the last ended', async () => {
  const token = server.signIn('w')
  const { push } = wire(server.url, token)
  await push('posts', [row(samplePost({ title: 'before' }))])
  const stream = events(server.url, token)
  expect((await stream.next()).value).toBe(': open')
  const titles: string[] = []
  const checkpoints: { id: string; lwt: number }[] = []
  const rows = Array.from({ length: 450 }, (_, i) => row(samplePost({ title: `n${i}` })))
  await push('posts', rows.slice(0, 400))
  await push('posts', rows.slice(400))
  while (titles.length < 450) {
    const { value } = await stream.next()
    // On a machine that stands still for a while, a sign of life comes between.
    if (value === ': still here') continue
    expect(value).toMatch(/^data: \{/)
    const event = JSON.parse((value as string).slice(6)) as {
      documents: { title: string; _deleted: boolean }[]
      checkpoint: { id: string; lwt: number }
    }
    titles.push(...event.documents.map((doc) => doc.title))
    checkpoints.push(event.checkpoint)
  }
  expect(titles).toEqual(rows.map((_, i) => `n${i}`))
  expect(checkpoints.every((checkpoint, i) => i === 0 || checkpoint.lwt > checkpoints[i - 1]!.lwt)).toBe(true)
  expect(checkpoints[0]?.id).toBe('epoch-w')
})

test('a revoked session’s stream ends', async () => {
  const token = server.signIn('w')
  const stream = events(server.url, token)
  await stream.next()
  server.revoke(token)
  expect((await stream.next()).done).toBe(true)
})
