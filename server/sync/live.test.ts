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

test('a revoked session’s socket is closed at once, also when it hangs on another server', async () => {
  const second = await server.another()
  const [tokenHere, tokenThere] = [server.signIn('w'), server.signIn('w')]
  const [here, there] = [connect(server.url, tokenHere), connect(second.url, tokenThere)]
  await Promise.all([once(here, 'connect'), once(there, 'connect')])
  const gone = Promise.all([once(here, 'disconnect'), once(there, 'disconnect')])
  server.revoke(tokenHere)
  server.revoke(tokenThere)
  expect(await gone).toEqual(['io server disconnect', 'io server disconnect'])
  await second.stop()
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
