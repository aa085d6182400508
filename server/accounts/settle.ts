import { setTimeout as wait } from 'node:timers/promises'

/**
 * Holds an answer back until the next multiple of a step since the request began, longer than its work takes: two paths
 * that differ by a query, a hash or a mail answer at the same moment.
 */
export type Settle = (startedAt: number) => Promise<void>

export const createSettle =
  (stepMs: number): Settle =>
  async (startedAt) => {
    const spent = performance.now() - startedAt
    const due = Math.max(1, Math.ceil(spent / stepMs)) * stepMs
    // A timer may come a moment early.
    for (let left = due - spent; left > 0; left = startedAt + due - performance.now()) await wait(Math.ceil(left))
  }
