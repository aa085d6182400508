import { createServer } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { freePort } from '../processes.ts'
import { makePlace, type Place } from './place.ts'

let place: Place
beforeEach(async () => {
  place = await makePlace('its own PostgreSQL')
})
afterEach(async () => place.remove())

/** What a start that fails prints, and its exit code. */
async function failure(start: Promise<unknown>): Promise<{ code: string; printed: string[] }> {
  const error = (await start.then(
    () => new Error('it started'),
    (reason: unknown) => reason,
  )) as Error
  const [, code, printed] = /ended \((\w+)\) before it was ready:\n([\s\S]*)/.exec(error.message) ?? [
    '',
    error.message,
    '',
  ]
  return { code: code!, printed: printed!.trim().split('\n') }
}

test('a second server on the same folder says whose it is in one sentence', { timeout: 120_000 }, async () => {
  const first = await place.start()
  const { code, printed } = await failure(place.start({}, { port: await freePort() }))
  expect(code).toBe('1')
  expect(printed).toHaveLength(1)
  expect(printed[0]).toContain(String(first.process.pid))
  expect((await fetch(`${place.url}/ready`)).status).toBe(200)
})

test('a port that somebody else has is named as the reason', { timeout: 120_000 }, async () => {
  const other = createServer().listen(place.port, '127.0.0.1')
  try {
    const { code, printed } = await failure(place.start())
    expect(code).toBe('1')
    expect(printed).toHaveLength(1)
    expect(printed[0]).toMatch(/port.*GROVER_PORT/i)
  } finally {
    other.close()
  }
})

test('a setting out of its range is named', async () => {
  const { code, printed } = await failure(place.start({ GROVER_DRAIN_SECONDS: 'soon' }))
  expect(code).toBe('2')
  expect(printed.join(' ')).toContain('GROVER_DRAIN_SECONDS')
})
