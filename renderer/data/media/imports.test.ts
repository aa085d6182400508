import { expect, test } from 'vitest'
import { until } from '../testing/devices.ts'
import { createImports } from './imports.ts'

const file = (name: string, text = name) => new File([text], name)
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status })

/** A host that answers when told to, and counts how many are with it at once. */
function slowHost() {
  let now = 0
  let most = 0
  const open: (() => void)[] = []
  const fetch = (async (_path: string, { headers, signal }: RequestInit) => {
    now++
    most = Math.max(most, now)
    await new Promise<void>((resolve, reject) => {
      open.push(resolve)
      signal?.addEventListener('abort', () => reject(new DOMException('left', 'AbortError')))
    }).finally(() => now--)
    const name = decodeURIComponent((headers as Record<string, string>)['x-file-name'] ?? '')
    if (name.endsWith('.exe')) return json(415, { code: 'media_type_unsupported', error: true, message: 'No.' })
    return json(200, { id: name, known: name === 'twice.png' })
  }) as unknown as typeof globalThis.fetch
  const answer = () => {
    for (const resolve of open.splice(0)) resolve()
  }
  return { fetch, open, most: () => most, answer }
}

test('many files go a few at a time, and each says what became of it', async () => {
  const host = slowHost()
  const taken: string[] = []
  const imports = createImports({
    fetch: host.fetch,
    takeIn: async ({ id }) => {
      taken.push(id)
      return id !== 'twice.png'
    },
  })
  const all = imports.add([...Array(8).keys()].map((n) => file(`${n}.png`)).concat(file('twice.png'), file('a.exe')))
  while (taken.length < 9) {
    await until(() => host.open.length > 0)
    host.answer()
    await new Promise((resolve) => setImmediate(resolve))
  }
  await until(() => host.open.length > 0 || imports.state$.value.items.every(({ state }) => state !== 'running'))
  host.answer()
  const items = await all
  expect(host.most()).toBe(3)
  expect(items.map(({ state }) => state)).toEqual([...Array(8).fill('done'), 'known', 'failed'])
  expect(items[9]?.error).toMatchObject({ code: 'media_type_unsupported', message: 'No.' })
  expect(items[8]?.mediaId).toBe('twice.png')
})

test('cancelling drops what waits and what is on its way', async () => {
  const host = slowHost()
  const imports = createImports({ fetch: host.fetch, takeIn: async () => true })
  const all = imports.add(['a', 'b', 'c', 'd', 'e'].map((name) => file(name)))
  await until(() => host.open.length === 3)
  imports.cancel()
  expect((await all).map(({ state }) => state)).toEqual(Array(5).fill('cancelled'))
  imports.clear()
  await until(() => imports.state$.value.items.length === 0)
})

test('a host that answers with something else is a failure with a sentence', async () => {
  const fetch = (async () => new Response('<html>', { status: 502 })) as typeof globalThis.fetch
  const [item] = await createImports({ fetch, takeIn: async () => true }).add([file('a')])
  expect(item).toMatchObject({ state: 'failed', error: { code: 'unavailable' } })
})
