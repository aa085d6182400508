import type { SafetyReceipt } from '../../../../shared/domain/post-state.ts'

/** One of the three stations a post passes, and how far it has got there. */
export type Station = { id: 'device' | 'server' | 'promised' | 'published'; reached: 'yes' | 'partly' | 'no' }

/** What the receipt says, as keys of `posts:receipt`; the sentences are the truth and nothing more. */
export type ReceiptWords = {
  stations: Station[]
  /** The one sentence on where the post is and what will happen to it. */
  main: string
  /** Further sentences that matter now. */
  also: string[]
  /** Something here needs the author. */
  needsAuthor: boolean
}

/**
 * Where a post is and what will happen to it. `partly`: the station has an older version than this device does.
 * Never says "saved" or "will be published" of what only this device knows.
 */
export function receiptWords(receipt: SafetyReceipt): ReceiptWords {
  const { level, state, unsynced, pending } = receipt
  const atServer = level !== 'device'
  const stations: Station[] = [
    { id: 'device', reached: 'yes' },
    { id: 'server', reached: atServer ? (unsynced ? 'partly' : 'yes') : 'no' },
    level === 'published'
      ? { id: 'published', reached: state === 'changed' ? 'partly' : 'yes' }
      : { id: 'promised', reached: level === 'promised' ? (unsynced ? 'partly' : 'yes') : 'no' },
  ]
  const also: string[] = []
  const problem = receipt.problem !== null
  if (pending === 'cancel') also.push('cancelUnheard')
  if (pending === 'withdrawal') also.push('withdrawalUnheard')
  if (pending === 'release') also.push('releaseUnheard')
  if (receipt.dueMoved) also.push('dueMoved')
  const newerHere = unsynced && atServer && pending === null && !problem
  if (newerHere) also.push(level === 'promised' ? 'newerHerePromised' : receipt.offline ? 'newerHere' : 'newerGoing')
  return { stations, main: mainWords(receipt), also, needsAuthor: problem || ['late', 'failed'].includes(state) }
}

function mainWords({ level, state, pending, offline, refused, looked, missing, receivedAt }: SafetyReceipt): string {
  if (refused && (level === 'device' || state === 'draft')) return 'refused'
  switch (state) {
    case 'published':
      return 'published'
    case 'changed':
      return 'changed'
    case 'withdrawn':
      return 'withdrawn'
    case 'skipped':
      return 'skipped'
    case 'failed':
      return 'failed'
    case 'late':
      return level === 'device' || pending === 'plan' ? 'lateHere' : 'late'
    case 'held':
      return 'held'
    case 'waiting':
      return missing.length === 1 ? 'waitingOne' : 'waiting'
    case 'scheduled':
      if (level === 'promised') return 'promised'
      return offline ? 'plannedHere' : 'plannedGoing'
    case 'draft':
      if (!looked) return 'draftUnseen'
      if (level === 'device') return offline ? 'draftHere' : 'draftGoing'
      return receivedAt === '' ? 'draftServer' : 'draftServerSince'
  }
}

/** The few words for a row or the header. */
export function receiptShort(
  receipt: SafetyReceipt,
): 'problem' | 'device' | 'going' | 'server' | 'promised' | 'public' {
  if (receipt.problem) return 'problem'
  if (receipt.unsynced || receipt.pending === 'plan') return receipt.offline || !receipt.looked ? 'device' : 'going'
  if (receipt.level === 'published') return receipt.state === 'changed' ? 'server' : 'public'
  if (receipt.level === 'promised') return 'promised'
  return 'server'
}
