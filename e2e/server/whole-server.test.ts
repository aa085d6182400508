import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Post } from '../../shared/collections/posts.ts'
import { newId } from '../../shared/domain/id.ts'
import { type Client, planAt, samplePost, signIn } from '../client.ts'
import type { Running } from '../processes.ts'
import { kinds, makePlace, type Place, until, whenStatus } from './place.ts'

const now = (): Post['plan'] => ({ ...planAt(new Date()), mode: 'now', local: '', zone: '' })

/** Processes whose command line names the folder. */
const processesIn = (folder: string): string[] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(folder)
      } catch {
        return false
      }
    })

// Real processes of a server, one after the other on the same data: each test goes on where the one before ended.
describe.each(kinds)('a server on %s', { timeout: 120_000 }, (kind) => {
  let place: Place
  let server: Running
  let ada: Client
  const post = samplePost({ title: 'Tides', slug: 'tides', plan: now() })
  const update = async (fields: Partial<Post>) => {
    const before = { ...post }
    Object.assign(post, fields)
    const answer = await ada.push('posts', [
      { newDocumentState: post, assumedMasterState: { ...before, _deleted: false } },
    ])
    expect(answer).toMatchObject({ conflicts: [], refused: [] })
  }
  const page = () => `${place.url}/@ada/tides`

  beforeAll(async () => {
    place = await makePlace(kind)
    server = await place.start({ GROVER_METRICS_TOKEN: 'a token for the metrics' })
  }, 120_000)
  afterAll(async () => place.remove())

  test('is ready on an empty database, and says what it is', async () => {
    const ready = await fetch(`${place.url}/ready`)
    expect(await ready.json()).toEqual({
      ready: true,
      parts: { database: { ok: true }, jobs: { ok: true }, blobs: { ok: true } },
    })
    const document = (await (await fetch(`${place.url}/docs/json`)).json()) as {
      openapi: string
      paths: Record<string, Record<string, { responses?: object; summary?: string }>>
    }
    expect(document.openapi).toMatch(/^3\.1/)
    for (const path of [
      '/api/session',
      '/api/sessions/{id}',
      '/api/blobs/{hash}',
      '/api/uploads',
      '/api/storage',
      '/api/publications',
      '/api/handle',
    ])
      expect(Object.keys(document.paths)).toContain(path)
    for (const collection of ['posts', 'settings', 'outcomes'])
      for (const what of ['pull', 'push', 'pullStream'])
        expect(Object.keys(document.paths)).toContain(`/sync/${collection}/{schemaVersion}/${what}`)
    for (const [path, methods] of Object.entries(document.paths))
      for (const [method, operation] of Object.entries(methods))
        expect(operation.summary, `${method} ${path} has a summary`).toBeTruthy()
  })

  test('shows its metrics to those who have the token', async () => {
    expect((await fetch(`${place.url}/metrics`)).status).toBe(403)
    const headers = { authorization: 'Bearer a token for the metrics' }
    expect(await (await fetch(`${place.url}/metrics`, { headers })).text()).toContain('grover_http_request_seconds')
  })

  test('publishes at once, and at its time', async () => {
    ada = await signIn(place.url, 'ada')
    const at = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3000)
    const later = samplePost({ title: 'Moons', slug: 'moons', plan: planAt(at) })
    const answer = await ada.push('posts', [{ newDocumentState: post }, { newDocumentState: later }])
    expect(answer).toMatchObject({ conflicts: [], refused: [] })
    expect(await whenStatus(page(), 200)).toContain('Written by a test.')
    await whenStatus(`${place.url}/@ada/moons`, 200)
    expect(Date.now()).toBeGreaterThanOrEqual(at.getTime())
    const outcomes = await ada.pull<{ id: string; state: string; dueAt: string; publishedAt: string }>('outcomes')
    const moons = outcomes.find(({ id }) => id === later.id)
    expect(moons).toMatchObject({ state: 'published' })
    expect(Date.parse(moons!.publishedAt)).toBeGreaterThanOrEqual(at.getTime())
    for (const feed of ['feed.xml', 'atom.xml', 'feed.json']) {
      const text = await (await fetch(`${place.url}/@ada/${feed}`)).text()
      expect(text, feed).toContain('Tides')
      expect(text, feed).toContain('Moons')
    }
  })

  test('shows an edit when it is released, and not before', async () => {
    await update({ title: 'High tides' })
    expect(await (await fetch(page())).text()).not.toContain('High tides')
    await update({ release: newId() })
    await until('the update is shown', async () => {
      const text = await (await fetch(page())).text()
      return text.includes('High tides') ? true : undefined
    })
  })

  test('refuses a revoked session at its next request, and closes its socket', async () => {
    const phone = await signIn(place.url, 'ada', { signUp: false, deviceName: 'phone' })
    const socket = io(place.url, { auth: { token: phone.token }, transports: ['websocket'], reconnection: false })
    try {
      await new Promise((resolve) => socket.once('connect', () => resolve(undefined)))
      const closed = new Promise((resolve) => socket.once('disconnect', resolve))
      const { sessions } = await ada.json<{ sessions: { id: string; deviceName: string }[] }>('/api/sessions')
      const { id } = sessions.find(({ deviceName }) => deviceName === 'phone')!
      expect((await ada.request(`/api/sessions/${id}`, { method: 'DELETE' })).ok).toBe(true)
      const refused = await phone.request('/api/session')
      expect([refused.status, await refused.json()]).toMatchObject([401, { code: 'sign_in_required', error: true }])
      expect(await closed).toBe('io server disconnect')
    } finally {
      socket.disconnect()
    }
  })

  test('is there again after a kill, with all it had and what fell due meanwhile', async () => {
    const at = new Date(Date.now() + 3000)
    const due = samplePost({ title: 'Fell due', slug: 'fell-due', plan: planAt(at) })
    await ada.push('posts', [{ newDocumentState: due }])
    await server.kill('SIGKILL')
    await until('its time passes', async () => (Date.now() > at.getTime() ? true : undefined))
    server = await place.start()
    await whenStatus(`${place.url}/@ada/fell-due`, 200)
    expect(await (await fetch(page())).text()).toContain('High tides')
    expect((await ada.request('/api/session')).status).toBe(200)
  })

  test('takes a withdrawn post down, for readers and for feeds', async () => {
    await update({ withdrawn: newId() })
    await whenStatus(page(), 410)
    expect(await (await fetch(`${place.url}/@ada/feed.xml`)).text()).not.toContain('High tides')
  })

  test('lets a request under way finish when it is told to stop, and leaves no process', async () => {
    // Half of a push is here; the rest comes after the signal.
    const body = JSON.stringify([
      { newDocumentState: { ...samplePost({ title: 'At the last moment' }), _deleted: false } },
    ])
    let sendRest = () => {}
    const answered = new Promise<string>((resolve, reject) => {
      const headers = {
        authorization: `Bearer ${ada.token}`,
        'content-type': 'application/json',
        accept: 'application/vnd.grover.sync+json',
        'content-length': Buffer.byteLength(body),
      }
      const sending = request(`${place.url}/sync/posts/0/push`, { method: 'POST', headers }, (answer) => {
        let text = ''
        answer.on('data', (chunk) => (text += chunk))
        answer.on('end', () => resolve(`${answer.statusCode} ${text}`))
      })
      sending.on('error', reject)
      sending.write(body.slice(0, 20))
      sendRest = () => sending.end(body.slice(20))
    })
    // The server has it when it counts one request more than there are.
    await until('the request has arrived', async () => ((await ada.request('/api/session')).ok ? true : undefined))
    const ended = server.kill('SIGTERM')
    const parts = await until('the server says that it stops', async () => {
      const ready = await fetch(`${place.url}/ready`)
      return ready.status === 503 ? await ready.json() : undefined
    })
    expect(parts).toMatchObject({ ready: false, parts: { server: { ok: false, problem: 'stopping' } } })
    const refused = await ada.request('/api/session')
    expect([refused.status, await refused.json()]).toMatchObject([503, { code: 'draining' }])
    sendRest()
    expect(await answered).toMatch(/^200 {"conflicts":\[\],"refused":\[\],/)
    await ended
    expect(server.process.exitCode).toBe(0)
    expect(existsSync(join(place.dataDir, 'server.lock'))).toBe(false)
    expect(processesIn(place.dataDir)).toEqual([])
  })

  test('has kept what was sent at the last moment', async () => {
    server = await place.start()
    const titles = (await ada.pull<Post>('posts')).map(({ title }) => title)
    expect(titles).toContain('At the last moment')
  })
})
