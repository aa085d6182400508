import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CopyNews, createServerCopies, type Found } from './server-copies.ts'

const stamp = (n: number) => `2026-01-01T00:00:00.${String(n).padStart(3, '0')}Z`
const news = (...found: Found[]): CopyNews => ({ reset: false, found, at: stamp(999) })
const found = (version: number, has: Found['has']): Found => ({ id: 'p', version: stamp(version), has })

test('who watches a post has it looked up, once for all that come into sight together, and again after a reset', async () => {
  const asked: string[][] = []
  const copies = createServerCopies((ids) => asked.push(ids))
  const changes: string[] = []
  copies.watch('p', () => changes.push(copies.of('p').version))
  const leave = copies.watch('q', () => {})
  await Promise.resolve()
  expect(asked).toEqual([['p', 'q']])
  expect(copies.of('p')).toEqual({ version: 'unknown', since: '' })
  copies.take(news(found(1, 'same')))
  // It was there before anybody looked: since when, nobody knows.
  expect(copies.of('p')).toEqual({ version: 'same', since: '' })
  leave()
  copies.take({ ...news(), reset: true })
  await Promise.resolve()
  expect(asked.slice(1)).toEqual([['p']])
  expect(changes).toEqual(['same', 'unknown'])
})

test('an edit is unsent from its event on, until that version was found on the server', () => {
  const copies = createServerCopies(() => {})
  copies.edited('p', stamp(1), true)
  expect(copies.of('p').version).toBe('none')
  copies.take(news(found(1, 'same')))
  expect(copies.of('p')).toEqual({ version: 'same', since: stamp(999) })
  copies.edited('p', stamp(2), false)
  copies.take(news(found(1, 'same')))
  expect(copies.of('p').version).toBe('older')
  copies.take(news(found(2, 'same')))
  // The event of an edit of which the other window has told already.
  copies.edited('p', stamp(2), false)
  expect(copies.of('p').version).toBe('same')
  // Another device has gone on from it.
  copies.received('p', stamp(5))
  expect(copies.of('p')).toEqual({ version: 'same', since: '' })
})

test('property: in whatever order events and looks arrive, an unsent version is never called sent, and the last look holds', async () => {
  const step = fc.constantFrom('edit', 'push', 'foreign', 'late') as fc.Arbitrary<'edit' | 'push' | 'foreign' | 'late'>
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 30 }), fc.nat(), async (steps, seed) => {
      let [here, there] = [0, 0]
      const look = (): Found => found(here, there === here ? 'same' : there === 0 ? 'none' : 'older')
      const onTheWay: CopyNews[] = []
      const copies = createServerCopies(() => onTheWay.push(news(look())))
      copies.watch('p', () => {})
      let clock = 0
      for (const [i, each] of steps.entries()) {
        if (each === 'edit') {
          here = ++clock
          copies.edited('p', stamp(here), here === 1)
        }
        if (each === 'push' && here > 0) {
          there = here
          onTheWay.push(news(look()))
        }
        if (each === 'foreign' && here === there && here > 0) {
          here = ++clock
          there = here
          copies.received('p', stamp(here))
        }
        if (each === 'late' && onTheWay.length > 0) copies.take(onTheWay.splice((seed + i) % onTheWay.length, 1)[0]!)
        await Promise.resolve()
        if (here !== there) expect(copies.of('p').version).not.toBe('same')
      }
      for (let round = 0; round < 3; round++) {
        onTheWay.push(news(look()))
        for (const each of onTheWay.splice(0)) copies.take(each)
        await Promise.resolve()
      }
      expect(copies.of('p').version).toBe(here === there ? 'same' : there === 0 ? 'none' : 'older')
    }),
  )
})
