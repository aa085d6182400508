import { setTimeout as wait } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createSettle } from './settle.ts'

test('work of any length ends at a step, never before', async () => {
  const settle = createSettle(60)
  const took = async (workMs: number) => {
    const startedAt = performance.now()
    await wait(workMs)
    await settle(startedAt)
    return performance.now() - startedAt
  }
  for (const workMs of [0, 10, 40]) expect(await took(workMs)).toBeGreaterThanOrEqual(60)
  // Longer than a step: the next one, so that being slow tells no more than being quick.
  for (const workMs of [70, 100]) expect(await took(workMs)).toBeGreaterThanOrEqual(120)
})
