import { request } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { uploadHeaders } from '../../server/media/upload-headers.ts'
import type { Post } from '../../shared/collections/posts.ts'
import { newId } from '../../shared/domain/id.ts'
import { type Client, type PushAnswer, planAt, samplePost, signIn } from '../client.ts'
import { makePlace, type Place, whenStatus } from './place.ts'

let place: Place
let ada: Client
let mallory: Client
beforeAll(async () => {
  place = await makePlace('its own PostgreSQL')
  await place.start({ GROVER_REQUESTS_PER_MINUTE: '100000' })
  ada = await signIn(place.url, 'ada')
  mallory = await signIn(place.url, 'mallory')
}, 120_000)
afterAll(async () => place.remove())

/** A sentence for a person: not empty, ends as a sentence, and shows nothing of our insides. */
const sentence = /^[^\n]{8,400}[.?!]$/
const insides = /node_modules|\.ts:|syntax error at|relation "|invalid byte|unicode escape/i

/** Pushes JSON that no client of ours would write. */
async function pushText(client: Client, rows: string[], collection = 'posts'): Promise<Response> {
  return await client.request(`/sync/${collection}/0/push`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/vnd.grover.sync+json' },
    body: `[${rows.map((row) => `{"newDocumentState":${row}}`).join(',')}]`,
  })
}
const asText = (doc: object) => JSON.stringify({ ...doc, _deleted: false })
const scheduled = (local: string, zone: string): Post['plan'] => ({ ...planAt(new Date()), local, zone })

/** `refused` by code between two good posts, which are kept. */
async function refusedAlone(bad: string, code: string | RegExp): Promise<void> {
  const [before, after] = [samplePost(), samplePost()]
  const answer = await pushText(ada, [asText(before), bad, asText(after)])
  expect(answer.status, await answer.clone().text()).toBe(200)
  const { conflicts, refused } = (await answer.json()) as PushAnswer
  expect(conflicts).toEqual([])
  expect(refused).toHaveLength(1)
  expect(refused[0]!.code).toMatch(code instanceof RegExp ? code : new RegExp(`^${code}$`))
  expect(refused[0]!.message).toMatch(sentence)
  expect(refused[0]!.message).not.toMatch(insides)
  const kept = new Set((await ada.pull<Post>('posts')).map(({ id }) => id))
  expect([kept.has(before.id), kept.has(after.id)]).toEqual([true, true])
}

const raw = (fields: Record<string, unknown>) => asText({ ...samplePost(), ...fields })
const without = (field: string) => asText(Object.fromEntries(Object.entries(samplePost()).filter(([k]) => k !== field)))
const gap = raw({ plan: scheduled('2027-03-28T02:30:00', 'Europe/Berlin') })

test.each<[string, string, string | RegExp]>([
  ['not an object', '"a post"', 'document_invalid'],
  ['nothing', 'null', 'document_invalid'],
  ['a list', '[]', 'document_invalid'],
  ['without a title', without('title'), 'document_invalid'],
  ['without an id', without('id'), 'document_invalid'],
  ['with a number for a title', raw({ title: 7 }), 'document_invalid'],
  ['with a number too large for any number', raw({}).replace(/"words":\d+/, '"words":1e999'), 'document_invalid'],
  ['with a kind that does not exist', raw({ kind: 'opera' }), 'document_invalid'],
  ['with a field nobody knows', raw({ mood: 'fine' }), 'field_unknown'],
  ['with a field nobody knows in its plan', raw({ plan: { ...planAt(new Date()), mood: 1 } }), 'field_unknown'],
  ['with a workspace of its own choice', raw({ workspaceId: 'another' }), 'field_unknown'],
  ['with __proto__', raw({}).replace('{', '{"__proto__":{"polluted":true},'), 'field_unknown'],
  ['with constructor', raw({ constructor: { prototype: {} } }), 'field_unknown'],
  ['with an id that is a path', raw({ id: '../../etc' }), 'document_invalid'],
  ['with NUL in its title', raw({ title: 'a\0b' }), 'document_invalid'],
  ['with NUL in its id', raw({ id: 'a\0b' }), 'document_invalid'],
  ['with half a character in its title', raw({}).replace('"A post"', '"\\ud800"'), 'document_invalid'],
  ['with half a character in a tag', raw({}).replace('"tags":[]', '"tags":["\\udc00"]'), 'document_invalid'],
  ['with a hundred thousand tags', raw({ tags: Array.from({ length: 100_000 }, () => 'x') }), 'document_invalid'],
  [
    'nested a hundred thousand deep',
    raw({ title: 'DEEP' }).replace('"DEEP"', '['.repeat(1e5) + ']'.repeat(1e5)),
    'document_invalid',
  ],
  ['with a body of 10 MB', raw({ body: 'A'.repeat(10_000_000) }), 'document_too_large'],
  ['with a picture that is a path', raw({ images: ['../secret'] }), 'document_invalid'],
  ['with ../ for an address', raw({ slug: '../' }), 'slug_invalid'],
  ['with an address of two parts', raw({ slug: 'a/b' }), 'slug_invalid'],
  ['with a right-to-left mark in its address', raw({ slug: 'ab\u200fc' }), 'slug_invalid'],
  ['with an override in its address', raw({ slug: '\u202eabc' }), 'slug_invalid'],
  ['with a percent sign in its address', raw({ slug: '%2e%2e%2f' }), 'slug_invalid'],
  ['at a time that the clocks jump over', gap, 'schedule_time_missing'],
  [
    'on a day that no month has',
    raw({ plan: scheduled('2027-02-30T09:00:00', 'Europe/Berlin') }),
    'schedule_time_invalid',
  ],
  ['at a time that is a word', raw({ plan: scheduled('tomorrow', 'Europe/Berlin') }), 'schedule_time_invalid'],
  [
    'in a zone that does not exist',
    raw({ plan: scheduled('2027-06-01T09:00:00', 'Mars/Olympus') }),
    'schedule_zone_unknown',
  ],
  [
    'in a zone that is a path',
    raw({ plan: scheduled('2027-06-01T09:00:00', '../../etc/passwd') }),
    'schedule_zone_unknown',
  ],
])('a post %s is refused by name, and its neighbours are kept', { timeout: 60_000 }, async (_what, bad, code) => {
  await refusedAlone(bad, code)
})

test('one bad document among a thousand is refused alone', { timeout: 120_000 }, async () => {
  const posts = Array.from({ length: 1000 }, (_, i) => samplePost({ title: `One of many ${i}` }))
  posts[500] = { ...posts[500]!, plan: scheduled('2027-03-28T02:30:00', 'Europe/Berlin') }
  const answer = await ada.push(
    'posts',
    posts.map((newDocumentState) => ({ newDocumentState })),
  )
  expect(answer.conflicts).toEqual([])
  expect(answer.refused.map(({ id, code }) => [id, code])).toEqual([[posts[500].id, 'schedule_time_missing']])
  const kept = (await ada.pull<Post>('posts')).filter(({ title }) => title.startsWith('One of many'))
  expect(kept).toHaveLength(999)
})

test('rows that are no rows are refused, and the rest of the push is kept', async () => {
  const good = samplePost()
  const answer = await ada.request('/sync/posts/0/push', {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/vnd.grover.sync+json' },
    body: `[null, 7, "row", [], {}, {"newDocumentState":${asText(good)}, "assumedMasterState": 3}]`,
  })
  expect(answer.status).toBe(200)
  expect(((await answer.json()) as PushAnswer).refused).toHaveLength(5)
  expect((await ada.pull<Post>('posts')).some(({ id }) => id === good.id)).toBe(true)
})

test('a body that breaks the text is not published, and says so', async () => {
  const plan: Post['plan'] = { ...planAt(new Date()), mode: 'now', local: '', zone: '' }
  const broken = samplePost({ title: 'Broken', body: Buffer.from('no update at all').toString('base64'), plan })
  await ada.push('posts', [{ newDocumentState: broken }])
  const outcomes = await ada.pull<{ id: string; state: string; problem: { code: string; message: string } | null }>(
    'outcomes',
  )
  const outcome = outcomes.find(({ id }) => id === broken.id)
  expect(outcome).toMatchObject({ state: 'failed', problem: { code: 'body_invalid' } })
  expect(outcome!.problem!.message).toMatch(sentence)
})

test('nobody reaches into another workspace by its ids', { timeout: 60_000 }, async () => {
  const plan: Post['plan'] = { ...planAt(new Date()), mode: 'now', local: '', zone: '' }
  const hers = samplePost({ title: 'Hers', slug: 'hers', plan })
  await ada.push('posts', [{ newDocumentState: hers }])
  await whenStatus(`${place.url}/@ada/hers`, 200)
  // Her id, with the state she has it in: overwritten, taken down, deleted.
  for (const fields of [{ title: 'His' }, { withdrawn: newId() }, { _deleted: true }])
    await mallory.push('posts', [{ newDocumentState: { ...hers, ...fields }, assumedMasterState: hers }])
  expect(await (await fetch(`${place.url}/@ada/hers`)).text()).toContain('Hers')
  expect((await ada.pull<Post>('posts')).find(({ id }) => id === hers.id)).toMatchObject({
    title: 'Hers',
    withdrawn: '',
  })
  const { sessions } = await ada.json<{ sessions: { id: string }[] }>('/api/sessions')
  expect((await mallory.request(`/api/sessions/${sessions[0]!.id}`, { method: 'DELETE' })).status).toBe(404)
  expect((await ada.request('/api/session')).status).toBe(200)
})

const json = (body: string, method = 'POST'): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body,
})
const post = (fields: object) => json(JSON.stringify(fields))
const person = { email: 'n@grover.example', password: 'a long enough passphrase', name: 'N', handle: 'nobody-yet' }

test.each<[string, string, RequestInit, number[]]>([
  ['a push that is not JSON', '/sync/posts/0/push', json('[{"newDoc'), [400]],
  ['a push that is not a list', '/sync/posts/0/push', json('{}'), [400]],
  ['a push of too many rows', '/sync/posts/0/push', json(`[${'0,'.repeat(10_000)}0]`), [400]],
  ['a push of nothing', '/sync/posts/0/push', json(''), [400]],
  ['a push that is a form', '/sync/posts/0/push', { method: 'POST', body: new URLSearchParams('a=b') }, [400, 415]],
  ['a push to what the server owns', '/sync/outcomes/0/push', json('[]'), [403]],
  ['a collection that is a property of all objects', '/sync/__proto__/0/pull', {}, [404]],
  ['a collection nobody has', '/sync/constructor/0/push', json('[]'), [404]],
  ['a version that is no number', '/sync/posts/NaN/pull', {}, [404]],
  ['a checkpoint that is a word', '/sync/posts/0/pull?lwt=soon&id=', {}, [400]],
  ['a checkpoint beyond numbers', `/sync/posts/0/pull?lwt=${'9'.repeat(40)}&id=`, {}, [400]],
  ['a limit of minus one', '/sync/posts/0/pull?lwt=0&id=&limit=-1', {}, [400]],
  ['a limit given twice', '/sync/posts/0/pull?limit=1&limit=2', {}, [400]],
  ['a picture by a wrong name', '/api/blobs/..%2f..%2fetc%2fpasswd', {}, [400, 404]],
  ['a picture by NUL', '/api/blobs/%00', {}, [400, 404]],
  [
    'a picture that is text',
    '/api/uploads',
    { method: 'POST', headers: uploadHeaders({ hash: 'a'.repeat(64), type: 'image/png', bytes: 4 }), body: 'text' },
    [422],
  ],
  ['an upload without its hash', '/api/uploads', { method: 'POST', headers: { 'tus-resumable': '1.0.0' } }, [400]],
  ['an upload that is not there', `/api/uploads/${'a'.repeat(32)}`, { method: 'PATCH' }, [404]],
  ['an upload by a path', '/api/uploads/..%2f..%2fsecret', { method: 'DELETE' }, [400]],
  ['a handle with NUL', '/api/handle/available?handle=a%00b', {}, [200, 400, 422]],
  ['a handle of another script', '/api/handle/available?handle=%D0%B0da', {}, [200, 400, 422]],
  ['a state that does not exist', '/api/publications?state=nonsense', {}, [400]],
  ['a sign-up that is a list', '/api/auth/sign-up/email', json('[]'), [400]],
  ['a sign-up that is no JSON', '/api/auth/sign-up/email', json('{"email":'), [400]],
  ['a sign-up with __proto__', '/api/auth/sign-up/email', json('{"__proto__":{"a":1}}'), [400]],
  ['a sign-up with NUL in its name', '/api/auth/sign-up/email', post({ ...person, name: 'a\0b' }), [400, 422]],
  ['a sign-up with half a character', '/api/auth/sign-up/email', post({ ...person, name: 'a\ud800b' }), [400, 422]],
  [
    'a sign-up with NUL in its address',
    '/api/auth/sign-up/email',
    post({ ...person, email: 'a\0@b.example' }),
    [400, 422],
  ],
  ['a sign-up with a path for a handle', '/api/auth/sign-up/email', post({ ...person, handle: '../up' }), [400, 422]],
  ['a sign-up of numbers', '/api/auth/sign-up/email', post({ email: 1, password: 2, name: 3, handle: 4 }), [400, 422]],
  ['a sign-in with NUL', '/api/auth/sign-in/email', post({ ...person, email: 'a\0@b.example' }), [400, 401, 422]],
  [
    'a password of a megabyte',
    '/api/auth/sign-in/email',
    post({ ...person, password: 'x'.repeat(900_000) }),
    [400, 401, 422],
  ],
  ['a body over the limit', '/api/auth/sign-in/email', post({ ...person, password: 'x'.repeat(2_000_000) }), [413]],
  ['a session by NUL', '/api/sessions/%00', { method: 'DELETE' }, [400, 404]],
  ['an address that is no text', '/api/%ED%A0%80', {}, [400, 404]],
  ['an address that is half an escape', '/api/%E0%A4%A', {}, [400, 404]],
])('%s gets a named answer', { timeout: 60_000 }, async (_what, path, init, statuses) => {
  const answer = await ada.request(path, init)
  const text = await answer.text()
  expect(statuses, text).toContain(answer.status)
  if (answer.ok) return
  const body = JSON.parse(text) as { code: string; error: boolean; message: string }
  expect(body).toMatchObject({ code: expect.stringMatching(/^[a-z_]+$/), error: true })
  expect(body.code).not.toBe('internal')
  expect(body.message).toMatch(sentence)
  expect(body.message).not.toMatch(insides)
})

test.each([
  '/@ada/%00',
  '/@%00',
  '/@ada/..%2f..%2fetc',
  '/@ada/%E2%80%8Fx',
  '/@ada/?before=%00',
  `/@${'a'.repeat(5000)}`,
  '/@ada/%E0%A4%A',
  '/media/%00/%00',
  '/@ada/feed.xml?before=%00',
])('a reader who asks for %s gets a page that is none', async (path) => {
  const answer = await fetch(place.url + path)
  expect([200, 301, 308, 400, 404, 414]).toContain(answer.status)
})

test('a push larger than the server takes is refused before it is read', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const sending = request(`${place.url}/sync/posts/0/push`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${ada.token}`,
        'content-type': 'application/json',
        'content-length': 65_000_000,
      },
    })
    sending.on('response', (answer) => {
      resolve(answer.statusCode)
      sending.destroy()
    })
    sending.on('error', reject)
    sending.flushHeaders()
  })
  expect(status).toBe(413)
})

test('after all of it the server is well', async () => {
  expect(await (await fetch(`${place.url}/ready`)).json()).toMatchObject({ ready: true })
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})
