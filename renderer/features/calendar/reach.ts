/** How far a switch has got: the server has it, it is on its way, or it waits on this device for a network. */
export type Reach = 'known' | 'going' | 'waiting'

type Sync = { phase: string; waiting: number; lastSyncAt: number | null }

/**
 * Told from the sync state as a whole: only when nothing at all waits is it certain that the server has the switch too.
 * Erring this way round is the safe one: “the server does not know yet” is said a moment too long, never too short.
 */
export function reachOf(sync: Sync): Reach {
  if (sync.waiting === 0 && sync.lastSyncAt !== null) return 'known'
  return sync.phase === 'live' || sync.phase === 'syncing' || sync.phase === 'connecting' ? 'going' : 'waiting'
}
