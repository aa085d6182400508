import { type RefObject, useEffect, useRef } from 'react'

/**
 * A player that failed at one address of a medium goes on at its next one, where it was. What is returned is to be called
 * when it fails.
 */
export function useResume(
  player: RefObject<HTMLVideoElement | null>,
  { id, src }: { id: string | undefined; src: string | undefined },
): () => void {
  const left = useRef<{ id: typeof id; src: typeof src; atSeconds: number; isPlaying: boolean } | null>(null)
  useEffect(() => {
    const was = left.current
    if (!was || was.src === src || !player.current) return
    left.current = null
    if (was.id !== id) return
    player.current.currentTime = was.atSeconds
    // Where the browser lets nothing play by itself, the person presses again.
    if (was.isPlaying) player.current.play().catch(() => {})
  }, [player, id, src])
  return () => {
    const { currentTime: atSeconds = 0, paused = true } = player.current ?? {}
    left.current = { id, src, atSeconds, isPlaying: !paused }
  }
}
