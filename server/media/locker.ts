import { ERRORS, type Locker, type RequestRelease } from '@tus/server'

/**
 * One request at a time for each upload: who comes asks the one before to end, and waits until it has. The line of a
 * sender that is gone may look alive for long.
 */
export function createLocker(): Locker {
  const held = new Map<string, { release: RequestRelease; freed: PromiseWithResolvers<void> }>()
  return {
    newLock(id) {
      let mine: PromiseWithResolvers<void> | undefined
      return {
        async lock(signal, release) {
          for (let holder = held.get(id); holder; holder = held.get(id)) {
            await holder.release()
            const given = Promise.withResolvers<void>()
            const giveUp = () => given.resolve()
            signal.addEventListener('abort', giveUp, { once: true })
            if (signal.aborted) giveUp()
            await Promise.race([holder.freed.promise, given.promise])
            signal.removeEventListener('abort', giveUp)
            if (signal.aborted) throw ERRORS.ERR_LOCK_TIMEOUT
          }
          mine = Promise.withResolvers()
          held.set(id, { release, freed: mine })
        },
        async unlock() {
          if (mine && held.get(id)?.freed === mine) held.delete(id)
          mine?.resolve()
        },
      }
    },
  }
}
