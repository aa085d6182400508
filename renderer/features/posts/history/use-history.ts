import { useEffect, useMemo, useState } from 'react'
import type { Post } from '../../../../shared/collections/posts.ts'
import type { Version } from '../../../../shared/collections/versions.ts'
import type { BodyNode } from '../../../../shared/domain/richtext/index.ts'
import { useStudio } from '../../../data/index.ts'
import { firstToShow } from './first-to-show.ts'

const loadRichText = () => import('../../../../shared/domain/richtext/index.ts')

export type History = {
  /** Newest first; undefined while they are read. */
  versions: readonly Version[] | undefined
  selected: Version | undefined
  select: (id: string) => void
}

/** The versions of a post while its history is open, and which of them is looked at. */
export function useHistory(post: Post, isOpen: boolean): History {
  const { history } = useStudio()
  const { id } = post
  const [found, setFound] = useState<{ id: string; versions: readonly Version[]; first: string | undefined }>()
  const [chosen, setChosen] = useState<string | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: compared with the post as it is when its history is opened
  useEffect(() => {
    if (!isOpen) return setChosen(null)
    let first: Promise<string | undefined> | undefined
    let isGone = false
    const subscription = history.versions$(id).subscribe((versions) => {
      first ??= firstToShow(versions, post)
      first.then((start) => !isGone && setFound({ id, versions, first: start }), reportError)
    })
    return () => {
      isGone = true
      subscription.unsubscribe()
    }
  }, [history, id, isOpen])

  const versions = isOpen && found?.id === id ? found.versions : undefined
  const selected =
    versions?.find((each) => each.id === chosen) ?? versions?.find((each) => each.id === found?.first) ?? versions?.[0]
  return { versions, selected, select: setChosen }
}

/** The text of a version; undefined while it is unpacked. */
export function useVersionText(version: Version): { json?: BodyNode; error?: unknown } {
  const [read, setRead] = useState<{ id: string; json?: BodyNode; error?: unknown }>()
  useEffect(() => {
    let isGone = false
    loadRichText()
      .then(({ unpackBody }) => unpackBody(version.body))
      .then(
        (json) => !isGone && setRead({ id: version.id, json }),
        (error: unknown) => !isGone && setRead({ id: version.id, error }),
      )
    return () => {
      isGone = true
    }
  }, [version.id, version.body])
  return useMemo(() => (read?.id === version.id ? read : {}), [read, version.id])
}
