import { expect, test } from 'vitest'
import { GroverError } from '../../shared/errors.ts'
import { createServer, ServerUnreachable } from './server.ts'

const answering = (status: number, body: unknown, headers: Record<string, string> = {}) => {
  const calls: { url: string; init: RequestInit }[] = []
  const fetch = async (url: string | URL | Request, init: RequestInit = {}) => {
    calls.push({ url: String(url), init })
    return new Response(status === 204 ? null : typeof body === 'string' ? body : JSON.stringify(body), {
      status,
      headers,
    })
  }
  return { fetch, calls }
}

test('sends the token, no cookies, and gives the answer', async () => {
  const { fetch, calls } = answering(200, { hello: 1 })
  const server = createServer({ url: 'http://s', token: () => 'secret', fetch })
  expect(await server.call('/api/x')).toEqual({ hello: 1 })
  expect(calls[0]?.init).toMatchObject({
    method: 'GET',
    credentials: 'omit',
    headers: { authorization: 'Bearer secret' },
  })
})

test('a refusal is the server’s own error, with its code, sentence and waiting time', async () => {
  const { fetch } = answering(
    429,
    { code: 'too_many_requests', error: true, message: 'Wait.' },
    { 'retry-after': '30' },
  )
  const failure = await createServer({ url: 'http://s', fetch })
    .call('/x')
    .catch((error: unknown) => error)
  expect(failure).toBeInstanceOf(GroverError)
  expect(failure).toMatchObject({ code: 'too_many_requests', message: 'Wait.', details: { retryAfterSeconds: 30 } })
})

test('no answer, and a proxy’s error page, are a server that cannot be reached', async () => {
  const none = createServer({ url: 'http://s', fetch: () => Promise.reject(new TypeError('Failed to fetch')) })
  await expect(none.call('/x')).rejects.toBeInstanceOf(ServerUnreachable)
  const proxy = createServer({ url: 'http://s', fetch: answering(502, '<h1>Bad gateway</h1>').fetch })
  await expect(proxy.call('/x')).rejects.toBeInstanceOf(ServerUnreachable)
})

test('a new token in an answer takes the old one’s place', async () => {
  const taken: string[] = []
  const { fetch } = answering(200, { token: 'new' })
  const server = createServer({
    url: 'http://s',
    token: () => 'old',
    onToken: async (token) => {
      taken.push(token)
    },
    fetch,
  })
  await server.call('/api/auth/change-password', { body: {} })
  expect(taken).toEqual(['new'])
})

test('what the caller cancels is no network failure', async () => {
  const stop = new AbortController()
  const fetch = (_url: unknown, init?: RequestInit) =>
    new Promise<Response>((_resolve, reject) => {
      init?.signal?.addEventListener('abort', () => reject(init.signal?.reason))
    })
  const asked = createServer({ url: 'http://s', fetch: fetch as typeof globalThis.fetch }).call('/x', {
    signal: stop.signal,
  })
  stop.abort()
  await expect(asked).rejects.toMatchObject({ name: 'AbortError' })
})
