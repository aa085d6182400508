import type { Observable } from 'rxjs'
import { filesToSend } from '../../../shared/domain/playable.ts'
import type { StudioDatabase, SyncStatus } from '../types.ts'

/**
 * Hashes of what this account gives to the server and the server has not said to have: pictures, the profile's among
 * them, and what was made of films and recordings. Their originals stay on this device.
 */
export async function notStored(
  db: Pick<StudioDatabase, 'media' | 'outcomes'>,
  { avatar, cover }: { avatar: string; cover: string },
): Promise<string[]> {
  const media = await db.media.find().exec()
  const hashes = [...new Set([...media.flatMap(filesToSend), avatar, cover])].filter((hash) => hash !== '')
  const outcomes = await db.outcomes.findByIds(hashes).exec()
  return hashes.filter((hash) => outcomes.get(hash)?.state !== 'stored')
}

/**
 * Each time the server is heard from again, everything that it has not said to have is named to the host anew: it need not
 * wait, and the studio may have ended between taking a file in and queueing it. Returns how to stop.
 */
export function sendWithNetwork(parts: {
  status$: Observable<Pick<SyncStatus, 'phase'>>
  send(): Promise<void>
  onError(error: unknown): void
}): () => void {
  const { status$, send, onError } = parts
  let isTold = false
  const subscription = status$.subscribe(({ phase }) => {
    // In the middle of a sync the server may have said it, and it has not come here yet.
    const isDue = phase === 'live' && !isTold
    isTold = phase === 'live' || (isTold && phase === 'syncing')
    if (isDue) send().catch((error) => !subscription.closed && onError(error))
  })
  return () => subscription.unsubscribe()
}
