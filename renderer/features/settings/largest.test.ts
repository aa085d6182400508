import { expect, test } from 'vitest'
import { newMedia, type Variant } from '../../../shared/collections/media.ts'
import { largestOf, mayBeLargest } from './largest.ts'

const medium = (id: string, kind: 'image' | 'video', bytes: number, made: [hash: string, bytes: number][] = []) => ({
  ...newMedia({ id, kind, name: id, type: '', bytes, width: 1, height: 1, durationMs: 0 }, ''),
  variants: made.map(([hash, size]) => ({ id: hash, hash, bytes: size }) as Variant),
})

test('a film takes what was made of it and has arrived, a picture its own bytes, the largest first', () => {
  const candidates = mayBeLargest([
    medium('picture', 'image', 300),
    medium('film', 'video', 1_000_000, [
      ['web', 400],
      ['poster', 50],
      ['sprite', 90],
    ]),
    medium('far', 'image', 9000),
  ])
  const arrived = new Set(['picture', 'web', 'poster'])
  const largest = largestOf(candidates, (hash) => arrived.has(hash))
  expect(largest.map(({ media, bytes }) => [media.id, bytes])).toEqual([
    ['film', 450],
    ['picture', 300],
  ])
})
