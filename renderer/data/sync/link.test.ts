import { expect, test } from 'vitest'
import { backoffMs } from './backoff.ts'
import { createLink, LineBroke } from './link.ts'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  Response.json(body, { status, headers })
const failure = (code: string) => ({ code, error: true, message: `${code}.` })

function linkTo(answers: ((url: string, init: RequestInit) => Response | Error)[]) {
  const sent: { url: string; token: string }[] = []
  const link = createLink({
    serverUrl: 'http://server',
    token: 'one',
    random: () => 0,
    fetch: async (input, init = {}) => {
      sent.push({ url: String(input), token: (init.headers as Record<string, string>).authorization ?? '' })
      const next = answers.length > 1 ? answers.shift() : answers[0]
      const result = next?.(String(input), init) ?? new Error('no answer')
      if (result instanceof Error) throw result
      return result
    },
  })
  return { link, sent }
}

test('waits double up to half a minute, and each device’s is its own', () => {
  expect([1, 2, 3, 20].map((failures) => backoffMs(failures, () => 1))).toEqual([500, 1000, 2000, 30_000])
  expect(backoffMs(20, () => 0)).toBe(15_000)
})

test('a call outlasts a lost network, a server error and a request to slow down', async () => {
  const { link, sent } = linkTo([
    () => new TypeError('fetch failed'),
    () => answer(500, failure('internal')),
    () => answer(429, failure('too_many_requests'), { 'retry-after': '0.01' }),
    () => answer(200, { fine: true }),
  ])
  const states: string[] = []
  link.state$.subscribe(({ reach, problem }) => states.push(`${reach} ${problem?.code ?? ''}`.trim()))
  const result = link.call('/x')
  // Each wait may be cut short, as the network coming back does.
  const waking = setInterval(link.wake, 1)
  expect(await result).toEqual({ status: 200, body: { fine: true } })
  clearInterval(waking)
  expect(states).toEqual(['unknown', 'down', 'down internal', 'up too_many_requests', 'up'])
  expect(sent).toHaveLength(4)
})

test('a hotel’s sign-in page in place of the server is no answer', async () => {
  const { link } = linkTo([() => new Response('<html>', { status: 200 })])
  void link.call('/x').catch(() => {})
  await new Promise<void>((resolve) => link.state$.subscribe(({ reach }) => reach === 'down' && resolve()))
  expect(link.state$.value.problem?.code).toBe('unavailable')
  link.close()
})

test('signed out, nothing is asked until there is another session; an old answer does not end the new one', async () => {
  const { link, sent } = linkTo([
    (_url, init) =>
      (init.headers as Record<string, string>).authorization === 'Bearer two'
        ? answer(200, [])
        : answer(401, failure('sign_in_required')),
  ])
  const result = link.call('/x')
  await new Promise<void>((resolve) => link.state$.subscribe(({ reach }) => reach === 'signed-out' && resolve()))
  link.wake()
  expect(sent).toHaveLength(1)
  link.signIn('two')
  expect((await result).status).toBe(200)
  expect(sent.map((each) => each.token)).toEqual(['Bearer one', 'Bearer two'])
})

test('the clock is compared with the middle of the request', async () => {
  const { link } = linkTo([() => answer(200, [], { 'x-grover-time': String(Date.now() - 90_000) })])
  await link.call('/x')
  expect(Math.abs((link.state$.value.clockSkewMs ?? 0) - 90_000)).toBeLessThan(500)
})

test('what must go to a known server goes once, and not at all to another connection', async () => {
  const { link, sent } = linkTo([() => answer(200, []), () => new TypeError('fetch failed')])
  expect(link.connection()).toBe(-1)
  await expect(link.callOn(-1, '/x', {})).rejects.toBeInstanceOf(LineBroke)
  await link.call('/x')
  await expect(link.callOn(link.connection(), '/x', {})).rejects.toBeInstanceOf(LineBroke)
  expect(link.connection()).toBe(-1)
  expect(sent).toHaveLength(2)
  link.close()
})

test('closing ends every call that waits', async () => {
  const { link } = linkTo([() => new TypeError('fetch failed')])
  const call = link.call('/x')
  link.close()
  await expect(call).rejects.toMatchObject({ name: 'AbortError' })
})
