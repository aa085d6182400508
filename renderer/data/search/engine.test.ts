import { expect, test } from 'vitest'
import { createSearchEngine } from './engine.ts'

const post = (id: number, words: string) => ({ id: `p${id}`, title: `Note ${id}`, summary: '', tags: [], text: words })
/** Words that share beginnings, so that putting and taking them reshapes the tree they are kept in. */
const words = (seed: number): string =>
  Array.from({ length: 40 }, (_, i) => `w${((seed * 7919 + i * 104_729) % 5000).toString(36)}x${i % 7}`).join(' ')

test('posts that are written again and again while old words are cleared away are still found', async () => {
  const engine = createSearchEngine()
  const failures: unknown[] = []
  const note = (error: unknown) => failures.push(error)
  process.on('unhandledRejection', note)
  engine.put(Array.from({ length: 400 }, (_, i) => post(i, words(i))))
  for (let round = 0; round < 40; round++) {
    engine.put(Array.from({ length: 20 }, (_, i) => post((round * 20 + i) % 400, words(1000 + round * 20 + i))))
    // The turn in which a clearing in batches would go on.
    await new Promise((resolve) => setTimeout(resolve, 12))
  }
  engine.put([post(3, 'a halyard in the harbour')])
  expect(engine.search('halyrd')).toEqual(['p3'])
  process.off('unhandledRejection', note)
  expect(failures).toEqual([])
})
