import type { SyncPhase, SyncStatus } from '../data/types.ts'
import type { Tone } from '../ui/badge.tsx'

/** What the sync mark says: the key of its words, and how much it matters. Pure, so that every case is a test. */
export type SyncWords = { key: string; count: number; tone: Tone; mark: 'safe' | 'offline' | 'moving' | 'attention' }

/**
 * The truth in a few words. Where things wait on this device that is said first, whatever the network does; "all safe"
 * is said only when nothing waits and the server has at least once had everything.
 */
export function syncWords(status: SyncStatus): SyncWords {
  const { phase, waiting, refused, lastSyncAt } = status
  const words = (key: string, tone: Tone, mark: SyncWords['mark'], count = waiting): SyncWords => ({
    key: `status.${key}`,
    count,
    tone,
    mark,
  })
  if (phase === 'signed-out') return words(waiting > 0 ? 'signedOutWaiting' : 'signedOut', 'amber', 'attention')
  if (phase === 'outdated') return words('outdated', 'amber', 'attention')
  if (refused.length > 0) return words('refused', 'red', 'attention', refused.length)
  switch (phase) {
    case 'offline':
      if (waiting > 0) return words('offlineWaiting', 'amber', 'offline')
      return words(lastSyncAt === null ? 'offline' : 'safeOffline', 'grey', 'offline')
    case 'connecting':
      return words(waiting > 0 ? 'connectingWaiting' : 'connecting', waiting > 0 ? 'amber' : 'grey', 'moving')
    case 'syncing':
      return words(waiting > 0 ? 'syncingWaiting' : 'syncing', 'grey', 'moving')
    case 'live':
      return waiting > 0 ? words('waiting', 'amber', 'moving') : words('allSafe', 'grey', 'safe')
  }
}

/** Whether the server answers. */
export const isReachable = ({ phase }: Pick<SyncStatus, 'phase'>): boolean => phase === 'live' || phase === 'syncing'

/** What "Sync now" comes to. Where trying again would be refused again, the person has something else to do first. */
export const wayToSync = (phase: SyncPhase): 'try' | 'sign-in' | 'reload' =>
  phase === 'signed-out' ? 'sign-in' : phase === 'outdated' ? 'reload' : 'try'
