import { useEffect, useState } from 'react'
import { useHost, useSignedIn } from '../../app/host-context.tsx'

type Facts = { isPersisted: boolean | null; used: number | null; free: number | null }

/** What the browser says of its storage for the studio, and the question not to clear it away. */
export function useBrowserStorage() {
  const [facts, setFacts] = useState<Facts>({ isPersisted: null, used: null, free: null })
  const [wasRefused, setRefused] = useState(false)
  useEffect(() => {
    look().then(setFacts, reportError)
  }, [])
  const ask = () => {
    const asking = async () => {
      const granted = await navigator.storage.persist()
      setRefused(!granted)
      setFacts(await look())
    }
    asking().catch(reportError)
  }
  return { ...facts, wasRefused, ask }
}

async function look(): Promise<Facts> {
  const [isPersisted, { usage, quota }] = await Promise.all([
    navigator.storage.persisted(),
    navigator.storage.estimate(),
  ])
  return { isPersisted, used: usage ?? null, free: quota === undefined ? null : Math.max(0, quota - (usage ?? 0)) }
}

/** What the host keeps a second time because the server does not have it; looked at anew when the queue changes. */
export function useMirror(waiting: number): { count: number; oldest: string; error: boolean } {
  const host = useHost()
  const { workspaceId } = useSignedIn()
  const [mirror, setMirror] = useState({ count: 0, oldest: '', error: false })
  // biome-ignore lint/correctness/useExhaustiveDependencies: another number waiting is another mirror
  useEffect(() => {
    let isStale = false
    const read = async () => {
      const kept = await host.rescue.list({ workspaceId })
      const edited = kept.map(({ document, savedAt }) => editedAt(document) || savedAt).sort()
      if (!isStale) setMirror({ count: kept.length, oldest: edited[0] ?? '', error: false })
    }
    const failed = () => {
      if (!isStale) setMirror({ count: 0, oldest: '', error: true })
    }
    // The host hears of a change a moment after the count does.
    const timer = setTimeout(() => void read().catch(failed), 300)
    return () => {
      isStale = true
      clearTimeout(timer)
    }
  }, [host, workspaceId, waiting])
  return mirror
}

const editedAt = ({ state }: Record<string, unknown>): string => {
  const { updatedAt, createdAt } = (state ?? {}) as { updatedAt?: string; createdAt?: string }
  return updatedAt ?? createdAt ?? ''
}
