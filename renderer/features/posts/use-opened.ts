import { useEffect, useState } from 'react'
import type { Post } from '../../../shared/collections/posts.ts'
import { usePost, useStudio } from '../../data/index.ts'
import type { OpenBody } from '../../data/types.ts'

type Held = { id: string; body: OpenBody }

export type Opened =
  | { state: 'reading' }
  | { state: 'missing' }
  | { state: 'broken'; error: unknown }
  | { state: 'open'; post: Post; body: OpenBody }

/**
 * The post and its shared text. On the way to another post the one before stays, with its text alive, until the next is
 * wholly there: nothing flashes, and nothing typed meanwhile falls between the two.
 */
export function useOpened(id: string): Opened {
  const studio = useStudio()
  const [held, setHeld] = useState<Held | null>(null)
  const [failed, setFailed] = useState<{ id: string; error: unknown } | null>(null)

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
  }, [studio, id])

  // Let go of only when another has taken its place on the screen.
  useEffect(() => () => void held?.body.dispose().catch(reportError), [held])

  const next = usePost(id)
  const before = usePost(held?.id ?? id)
  if (next === null) return { state: 'missing' }
  if (failed?.id === id && next !== undefined) return { state: 'broken', error: failed.error }
  const post = held?.id === id ? (next ?? before) : before
  return held && post ? { state: 'open', post, body: held.body } : { state: 'reading' }
}
