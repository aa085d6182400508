import type { Outcome } from '../../shared/collections/outcomes.ts'

/** What devices are told of a file that is stored. */
export const storedOutcome = (hash: string, at: number): Outcome => ({
  id: hash,
  kind: 'media',
  state: 'stored',
  planId: '',
  release: '',
  withdrawn: '',
  receivedAt: new Date(at).toISOString(),
  receivedVersion: '',
  dueAt: '',
  publishedAt: '',
  publishedVersion: '',
  revision: 0,
  slug: '',
  path: '',
  missing: [],
  problem: null,
})
