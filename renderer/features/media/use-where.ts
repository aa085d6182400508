import { useCallback, useEffect, useRef, useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { type Server, useServer } from '../../app/server.ts'
import { isReachable } from '../../app/sync-words.ts'
import { useSyncStatus } from '../../data/index.ts'
import { type Far, lookFor, noteFailure } from './far.ts'

/** Files that were found on this device, which keeps what it has. */
const known = new Set<string>()

/** As a player names what it has loaded. */
const wholeAddress = (address: string): string => new URL(address, location.href).href

async function isHere(address: string): Promise<boolean> {
  const whole = wholeAddress(address)
  if (known.has(whole)) return true
  // What the browser still has of it may be gone from the disk.
  const { ok } = await fetch(address, { method: 'HEAD', cache: 'no-store' })
  if (ok) known.add(whole)
  return ok
}

/** Whether the original lies on this device: null until that is known. A picture comes from the server by itself. */
export function useHasOriginal({ id, kind }: Pick<Media, 'id' | 'kind'>): boolean | null {
  const { blobBase } = useHostInfo()
  const [has, setHas] = useState<boolean | null>(null)
  useEffect(() => {
    if (kind !== 'image') isHere(blobBase + id).then(setHas, reportError)
  }, [blobBase, id, kind])
  return kind === 'image' ? true : has
}

/** What plays, and its captions. */
const playing = (media: Media): string[] =>
  media.kind === 'image'
    ? []
    : media.variants.filter(({ role }) => ['mp4', 'podcast', 'captions'].includes(role)).map(({ hash }) => hash)

const nothingFar: Far = new Map()

/**
 * Where the files of these media are to be had: on this device, or, of what another one has made, at the server by
 * addresses that hold for some hours. They are looked for again when the server can be reached again, and when a player
 * tells by `onFailure` that an address no longer holds. `isFar`: some are at the server.
 */
export function useAddresses(media: readonly Media[]) {
  const { blobBase } = useHostInfo()
  const server = useServer()
  const isOnline = useSyncStatus(isReachable)
  const [far, setFar] = useState(nothingFar)
  const newest = useRef(far)
  const [failures, setFailures] = useState(0)
  const key = media.flatMap(playing).sort().join(' ')
  // biome-ignore lint/correctness/useExhaustiveDependencies: looked for anew when the network is back, and after a failure
  useEffect(() => {
    const leave = new AbortController()
    const look = async (): Promise<void> => {
      const found = await lookFor(key === '' ? [] : key.split(' '), newest.current, {
        isHere: (hash) => isHere(blobBase + hash),
        ask: (hash) => ask(server, hash, leave.signal),
        now: Date.now,
      })
      if (leave.signal.aborted) return
      newest.current = found
      setFar(found)
    }
    look().catch((error: unknown) => !leave.signal.aborted && reportError(error))
    return () => leave.abort()
  }, [blobBase, server, key, isOnline, failures])
  const addressOf = useCallback((hash: string): string => far.get(hash)?.address ?? blobBase + hash, [far, blobBase])
  const onFailure = useCallback((address: string): void => {
    const noted = noteFailure(newest.current, address, Date.now())
    newest.current = noted.far
    // A file of this device that is gone from it is looked for at the server.
    if (known.delete(wholeAddress(address)) || noted.isOld) setFailures((before) => before + 1)
  }, [])
  return { addressOf, isFar: far.size > 0, onFailure }
}

/** Null where the server cannot be asked, or has not got it yet: the player says then that there is nothing to play. */
async function ask(server: Server, hash: string, signal: AbortSignal): Promise<string | null> {
  try {
    const { path } = await server.call<{ path: string }>(`/api/blobs/${hash}/address`, { signal })
    return server.url + path
  } catch {
    return null
  }
}
