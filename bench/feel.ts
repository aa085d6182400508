import type { Page } from 'playwright/test'

/** What a person would feel of a page, in ms: between two frames, from a key to its painted answer, long tasks. */
export type Felt = { frames: number[]; keys: number[]; tasks: number[] }

const feel = (): void => {
  const felt: Felt = { frames: [], keys: [], tasks: [] }
  Object.assign(globalThis, { felt })
  const observe = (type: string, take: (entry: PerformanceEntry) => void, more = {}) =>
    new PerformanceObserver((list) => list.getEntries().forEach(take)).observe({ type, ...more })
  observe('longtask', (entry) => felt.tasks.push(entry.duration))
  observe('event', (entry) => void (entry.name === 'keydown' && felt.keys.push(entry.duration)), {
    durationThreshold: 16,
  })
  let last = performance.now()
  const frame = (): void => {
    const now = performance.now()
    felt.frames.push(now - last)
    last = now
    requestAnimationFrame(frame)
  }
  requestAnimationFrame(frame)
}

/** Presses keys as long as `work` goes on, ten a second at most, and notes what comes of them. */
export async function feelWhile<T>(
  page: Page,
  work: () => Promise<T>,
  keys: readonly string[] = ['ArrowDown'],
): Promise<{ result: T; felt: Felt }> {
  await page.evaluate(feel)
  let isOver = false
  let presses = 0
  const pressing = (async () => {
    while (!isOver) {
      await page.keyboard.press(keys[presses % keys.length]!, { delay: 10 })
      presses++
      await page.waitForTimeout(90)
    }
  })()
  const result = await work().finally(async () => {
    isOver = true
    await pressing
  })
  const felt = await page.evaluate(() => (globalThis as unknown as { felt: Felt }).felt)
  // Event Timing leaves out what took less than 16 ms: those count as 16.
  return {
    result,
    felt: { ...felt, keys: [...felt.keys, ...Array<number>(Math.max(0, presses - felt.keys.length)).fill(16)] },
  }
}
