import { useEffect, useState } from 'react'
import type { Post } from '../../../shared/collections/posts.ts'
import { usePost, useStudio } from '../../data/index.ts'
import type { OpenBody } from '../../data/types.ts'

type Held = { id: string; body: OpenBody }

export type Opened =
  | { state: 'reading' }
  | { state: 'missing' }
  | { state: 'broken'; post: Post; error: unknown; tryAgain(): void }
  | { state: 'open'; post: Post; body: OpenBody }

/**
 * The post and its shared text. On the way to another post the one before stays, with its text alive, until the next is
 * wholly there: nothing flashes, and nothing typed meanwhile falls between the two.
 */
export function useOpened(id: string): Opened {
  const studio = useStudio()
  const [held, setHeld] = useState<Held | null>(null)
  const [failed, setFailed] = useState<{ id: string; error: unknown } | null>(null)
  const [attempt, setAttempt] = useState(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: opened anew for each attempt
  useEffect(() => {
    let gone = false
    studio.openBody(id).then(
      (body) => {
        if (gone) return void body.dispose().catch(reportError)
        setFailed(null)
        setHeld({ id, body })
      },
      (error: unknown) => !gone && setFailed({ id, error }),
    )
    return () => {
      gone = true
    }
  }, [studio, id, attempt])

  // Let go of only when another has taken its place on the screen.
  useEffect(() => () => void held?.body.dispose().catch(reportError), [held])

  const next = usePost(id)
  const before = usePost(held?.id ?? id)
  if (next === null) return { state: 'missing' }
  if (failed?.id === id && next)
    return { state: 'broken', post: next, error: failed.error, tryAgain: () => setAttempt((last) => last + 1) }
  const post = held?.id === id ? (next ?? before) : before
  return held && post ? { state: 'open', post, body: held.body } : { state: 'reading' }
}
