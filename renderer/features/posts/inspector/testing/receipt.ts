import type { SafetyReceipt } from '../../../../../shared/domain/post-state.ts'

/** The receipt of a draft that only this device has, but for `fields`. */
export const sampleReceipt = (fields: Partial<SafetyReceipt>): SafetyReceipt => ({
  level: 'device',
  state: 'draft',
  unsynced: true,
  looked: true,
  pending: null,
  offline: false,
  receivedAt: '',
  dueAt: '',
  publishedAt: '',
  dueMoved: false,
  path: '',
  missing: [],
  problem: null,
  refused: false,
  ...fields,
})
