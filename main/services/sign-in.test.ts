import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { json, localServer, rawRequest } from '../testing/http.ts'
import { createSignIn, type OpenBrowser } from './sign-in.ts'

type Asked = { redirectUri: string; state: string; challenge: string; provider: string }

/** The server's two ends of a sign-in: it hands out one code and gives a token for it against the right verifier. */
async function identityServer(token = 'session-token') {
  const codes = new Map<string, string>()
  const server = await localServer(({ method, url, body }, response) => {
    if (method !== 'POST' || url !== '/studio/token') return void response.writeHead(404).end()
    const { code, code_verifier, device_name } = JSON.parse(body.toString())
    const challenge = codes.get(code)
    codes.delete(code)
    const isRight = challenge === createHash('sha256').update(code_verifier).digest('base64url') && device_name !== ''
    if (isRight) json(response, 200, { token })
    else json(response, 401, { code: 'sign_in_failed', error: true, message: 'That code is not valid.' })
  })
  return {
    ...server,
    /** What happens in the person's browser up to the redirect. */
    begin(address: string): Asked & { code: string } {
      const url = new URL(address)
      expect(url.origin).toBe(server.origin)
      expect(url.pathname).toBe('/studio/sign-in')
      expect(url.searchParams.get('code_challenge_method')).toBe('S256')
      const challenge = url.searchParams.get('code_challenge') ?? ''
      const code = `code-${codes.size}`
      codes.set(code, challenge)
      return {
        code,
        challenge,
        redirectUri: url.searchParams.get('redirect_uri') ?? '',
        state: url.searchParams.get('state') ?? '',
        provider: url.searchParams.get('provider') ?? '',
      }
    },
  }
}

const signInWith = (origin: string, openBrowser: OpenBrowser, timeoutMs?: number) =>
  createSignIn({ serverUrl: () => origin, openBrowser, deviceName: 'desk', ...(timeoutMs ? { timeoutMs } : {}) })

const come = (redirectUri: string, query: Record<string, string>) =>
  fetch(`${redirectUri}?${new URLSearchParams(query)}`)

test('the browser comes back, and the code is exchanged for a token with the verifier', async () => {
  const server = await identityServer()
  let page: Response | undefined
  const signIn = signInWith(server.origin, async (address) => {
    const { redirectUri, state, code, provider, challenge } = server.begin(address)
    expect(provider).toBe('mastodon')
    expect(redirectUri).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/)
    expect(challenge).toMatch(/^[A-Za-z0-9_-]{43}$/)
    page = await come(redirectUri, { code, state })
  })
  expect(await signIn('mastodon')).toEqual({ token: 'session-token' })
  expect(page?.status).toBe(200)
  expect(page?.headers.get('content-security-policy')).toContain("default-src 'none'")
})

test('an answer with another state changes nothing, and the true one still succeeds', async () => {
  const server = await identityServer()
  const statuses: number[] = []
  const signIn = signInWith(server.origin, async (address) => {
    const { redirectUri, state, code } = server.begin(address)
    statuses.push((await come(redirectUri, { code: 'stolen', state: 'guess' })).status)
    statuses.push((await come(redirectUri, { code: 'stolen' })).status)
    statuses.push((await fetch(redirectUri.replace('/callback', '/other'))).status)
    const port = Number(new URL(redirectUri).port)
    const path = `/callback?code=stolen&state=${state}`
    statuses.push((await rawRequest(port, { path, headers: { host: `evil.example:${port}` } })).status)
    statuses.push((await come(redirectUri, { code, state })).status)
  })
  expect(await signIn('x')).toEqual({ token: 'session-token' })
  expect(statuses).toEqual([400, 400, 404, 404, 200])
})

test('one answer is taken; a second with the same state is not', async () => {
  const server = await identityServer()
  let second = 0
  const signIn = signInWith(server.origin, async (address) => {
    const { redirectUri, state, code } = server.begin(address)
    await come(redirectUri, { code, state })
    second = (await come(redirectUri, { code: 'other', state })).status
  })
  await signIn('x')
  expect(second).toBe(400)
})

test('a refusal in the browser is a named error', async () => {
  const server = await identityServer()
  const signIn = signInWith(server.origin, async (address) => {
    const { redirectUri, state } = server.begin(address)
    await come(redirectUri, { error: 'access_denied', state })
  })
  await expect(signIn('x')).rejects.toMatchObject({ code: 'sign_in_failed', message: /refused/ })
})

test('a code the server does not know is a named error with the server’s sentence', async () => {
  const server = await identityServer()
  const signIn = signInWith(server.origin, async (address) => {
    const { redirectUri, state } = server.begin(address)
    await come(redirectUri, { code: 'unknown', state })
  })
  await expect(signIn('x')).rejects.toMatchObject({ code: 'sign_in_failed', message: 'That code is not valid.' })
})

test('a server that does not answer, and a server that answers nonsense, are told apart', async () => {
  const gone = await localServer(() => undefined)
  await gone.close()
  const comeBack: OpenBrowser = async (address) => {
    const url = new URL(address)
    await come(url.searchParams.get('redirect_uri')!, { code: 'c', state: url.searchParams.get('state')! })
  }
  await expect(signInWith(gone.origin, comeBack)('x')).rejects.toMatchObject({ code: 'unavailable' })
  const odd = await localServer((_, response) => void json(response, 200, { token: 7 }))
  await expect(signInWith(odd.origin, comeBack)('x')).rejects.toMatchObject({ code: 'sign_in_failed' })
})

test('nobody coming back ends it in time, and the listener is gone', async () => {
  const server = await identityServer()
  let redirectUri = ''
  const signIn = signInWith(
    server.origin,
    async (address) => {
      redirectUri = server.begin(address).redirectUri
    },
    50,
  )
  await expect(signIn('x')).rejects.toMatchObject({ code: 'sign_in_timed_out' })
  await expect(fetch(redirectUri)).rejects.toThrow()
})

test('cancelling ends it at once, also before it began', async () => {
  const server = await identityServer()
  const cancel = new AbortController()
  const signIn = signInWith(server.origin, async () => cancel.abort(new Error('cancelled')))
  await expect(signIn('x', cancel.signal)).rejects.toThrow('cancelled')
  await expect(signIn('x', cancel.signal)).rejects.toThrow('cancelled')
})

test('no browser to open is the opener’s own error', async () => {
  const server = await identityServer()
  const signIn = signInWith(server.origin, () => Promise.reject(new Error('no browser')))
  await expect(signIn('x')).rejects.toThrow('no browser')
})
