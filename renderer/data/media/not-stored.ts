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

/** It reads every medium, so not often while somebody writes. */
export const nameEveryMs = 600_000

/**
 * Names to the host what the server has not said to have: at once when the server is heard from again, and some time
 * after edits. A file may have been taken in and not queued, because the studio ended in between; or it was
 * forgotten by the server and is wanted again. Returns how to stop.
 */
export function sendWithNetwork(parts: {
  status$: Observable<Pick<SyncStatus, 'phase'>>
  send(): Promise<void>
  onError(error: unknown): void
}): () => void {
  const { status$, send, onError } = parts
  let isTold = false
  let timer: ReturnType<typeof setTimeout> | undefined
  const name = async (): Promise<void> => {
    timer = undefined
    isTold = true
    try {
      await send()
    } catch (error) {
      isTold = false
      if (!subscription.closed) onError(error)
    }
  }
  const subscription = status$.subscribe(({ phase }) => {
    // In the middle of a sync the server may have said it, and it has not come here yet.
    if (phase === 'live') timer ??= setTimeout(name, isTold ? nameEveryMs : 0)
    else if (phase !== 'syncing') {
      isTold = false
      clearTimeout(timer)
      timer = undefined
    }
  })
  return () => {
    subscription.unsubscribe()
    clearTimeout(timer)
  }
}
