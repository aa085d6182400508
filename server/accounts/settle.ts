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
    await wait(due - spent)
  }
