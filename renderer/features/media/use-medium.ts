import { useEffect, useState } from 'react'
import type { Media } from '../../../shared/collections/media.ts'
import { useStudio } from '../../data/index.ts'

const none: ReadonlyMap<string, Media> = new Map()

/** These media by id, live, as far as this device has them. */
export function useMedia(ids: readonly string[]): ReadonlyMap<string, Media> {
  const { db } = useStudio()
  const [found, setFound] = useState(none)
  const key = [...ids].sort().join(' ')
  useEffect(() => {
    if (key === '') return setFound(none)
    const subscription = db.media
      .findByIds(key.split(' '))
      .$.subscribe((documents) =>
        setFound(new Map([...documents].map(([id, document]) => [id, document.toMutableJSON() as Media]))),
      )
    return () => subscription.unsubscribe()
  }, [db, key])
  return found
}
