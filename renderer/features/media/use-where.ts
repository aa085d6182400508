import { useCallback, useEffect, useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useHostInfo } from '../../app/host-context.tsx'
import { type Server, useServer } from '../../app/server.ts'

/** Files that were found on this device, which keeps what it has. */
const known = new Set<string>()

async function isHere(address: string): Promise<boolean> {
  if (known.has(address)) return true
  // What the browser still has of it may be gone from the disk.
  const { ok } = await fetch(address, { method: 'HEAD', cache: 'no-store' })
  if (ok) known.add(address)
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

/**
 * Where the files of these media are to be had: on this device, or, of what another one has made, at the server by
 * addresses that hold for some hours. `isFar`: some are.
 */
export function useAddresses(media: readonly Media[]) {
  const { blobBase } = useHostInfo()
  const server = useServer()
  const [far, setFar] = useState<ReadonlyMap<string, string>>(new Map())
  const key = media.flatMap(playing).sort().join(' ')
  useEffect(() => {
    const leave = new AbortController()
    const look = async (): Promise<void> => {
      const found = new Map<string, string>()
      for (const hash of key === '' ? [] : key.split(' '))
        if (!(await isHere(blobBase + hash))) {
          const address = await ask(server, hash, leave.signal)
          if (address) found.set(hash, address)
        }
      if (!leave.signal.aborted) setFar(found)
    }
    look().catch((error: unknown) => !leave.signal.aborted && reportError(error))
    return () => leave.abort()
  }, [blobBase, server, key])
  const addressOf = useCallback((hash: string): string => far.get(hash) ?? blobBase + hash, [far, blobBase])
  return { addressOf, isFar: far.size > 0 }
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
