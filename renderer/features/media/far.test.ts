import { expect, test } from 'vitest'
import { type Far, lookFor, noteFailure } from './far.ts'

const hourMs = 3_600_000

/** A device and its server; each address that the server gives is another one. */
function place({ here = [] as string[], nowMs = 0 } = {}) {
  const asked: string[] = []
  const world = { here: new Set(here), isReachable: true, nowMs }
  const look = (far: Far, ...hashes: string[]) =>
    lookFor(hashes, far, {
      isHere: async (hash) => world.here.has(hash),
      async ask(hash) {
        asked.push(hash)
        return world.isReachable ? `https://far.example/${hash}?${asked.length}` : null
      },
      now: () => world.nowMs,
    })
  return { world, asked, look }
}
const addresses = (far: Far) => [...far].map(([hash, { address }]) => [hash, address])
const none: Far = new Map()

test('only what is not on this device is asked for, and once', async () => {
  const { asked, look } = place({ here: ['a'] })
  const first = await look(none, 'a', 'b')
  expect(addresses(first)).toEqual([['b', 'https://far.example/b?1']])
  const second = await look(first, 'a', 'b', 'c')
  expect(addresses(second)).toEqual([
    ['b', 'https://far.example/b?1'],
    ['c', 'https://far.example/c?2'],
  ])
  expect(asked).toEqual(['b', 'c'])
})

test('what could not be asked for is asked for at the next look; until then nothing changes', async () => {
  const { world, look } = place()
  world.isReachable = false
  expect(await look(none, 'a')).toBe(none)
  world.isReachable = true
  expect(addresses(await look(none, 'a'))).toEqual([['a', 'https://far.example/a?2']])
})

test('an address that failed after hours is replaced with those of its age; a younger one stays', async () => {
  const { world, look } = place()
  const first = await look(none, 'film', 'captions')
  world.nowMs = 13 * hourMs
  const later = await look(first, 'film', 'captions', 'other')
  const { far, isOld } = noteFailure(later, 'https://far.example/film?1', world.nowMs)
  expect(isOld).toBe(true)
  expect(addresses(far)).toEqual(addresses(later))
  const second = await look(far, 'film', 'captions', 'other')
  expect(addresses(second)).toEqual([
    ['film', 'https://far.example/film?4'],
    ['captions', 'https://far.example/captions?5'],
    ['other', 'https://far.example/other?3'],
  ])
  // The new one is fresh again.
  expect(noteFailure(second, 'https://far.example/film?4', world.nowMs + 1000).isOld).toBe(false)
})

test('an address that failed while the server was away is kept until it can be asked', async () => {
  const { world, look } = place()
  const first = await look(none, 'a')
  world.nowMs = 13 * hourMs
  const { far } = noteFailure(first, 'https://far.example/a?1', world.nowMs)
  world.isReachable = false
  expect(await look(far, 'a')).toBe(far)
  world.isReachable = true
  expect(addresses(await look(far, 'a'))).toEqual([['a', 'https://far.example/a?3']])
})

test('a film that fails at a fresh address is not asked for at once, but when one looks again', async () => {
  const { look } = place()
  const first = await look(none, 'a')
  const { far, isOld } = noteFailure(first, 'https://far.example/a?1', 500)
  expect(isOld).toBe(false)
  expect(addresses(await look(far, 'a'))).toEqual([['a', 'https://far.example/a?2']])
  expect(noteFailure(first, '/blobs/a', 13 * hourMs)).toEqual({ far: first, isOld: false })
})

test('what has come to this device meanwhile plays from here once the server’s address has ended', async () => {
  const { world, look } = place()
  const { far } = noteFailure(await look(none, 'a'), 'https://far.example/a?1', 13 * hourMs)
  world.here.add('a')
  expect(addresses(await look(far, 'a'))).toEqual([])
})
