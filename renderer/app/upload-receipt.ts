import type { Outcome } from '../../shared/collections/outcomes.ts'
import type { Problem } from '../data/types.ts'
import type { UploadState } from './host-context.tsx'

/** Where a picture is. `here`: it is on this device and nobody has asked to send it; `refused`: it will not be sent again. */
export type UploadReceipt = {
  server: 'yes' | 'going' | 'waiting' | 'paused' | 'refused' | 'here'
  /** When the server took it in; empty until then. */
  at: string
  problem: Problem | null
}

/** Told from facts alone: the server's own word, and the queue on disk. */
export function uploadReceipt(
  hash: string,
  outcome: Pick<Outcome, 'state' | 'receivedAt'> | null,
  queue: Pick<UploadState, 'waiting' | 'paused' | 'problems'> | null,
  isOnline: boolean,
): UploadReceipt {
  const problem = queue?.problems.find((each) => each.hash === hash) ?? null
  const isQueued = queue?.waiting.includes(hash) ?? false
  if (outcome?.state === 'stored') return { server: 'yes', at: outcome.receivedAt, problem: null }
  if (isQueued && queue?.paused !== 'no') return { server: 'paused', at: '', problem }
  if (isQueued) return { server: isOnline ? 'going' : 'waiting', at: '', problem }
  return { server: problem ? 'refused' : 'here', at: '', problem }
}
