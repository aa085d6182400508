import { useEffect, useState } from 'react'
import type { PagePicture } from '../../../../shared/domain/page/index.ts'
import { useStudio } from '../../../data/index.ts'

/** A picture with its measures, as recorded when it was taken in; without them where this device does not know. */
export function useMeasures(hash: string): PagePicture | null {
  const { db } = useStudio()
  const [picture, setPicture] = useState<PagePicture | null>(null)
  useEffect(() => {
    if (hash === '') return setPicture(null)
    const subscription = db.media.findOne(hash).$.subscribe((media) => {
      setPicture({ hash, width: media?.width ?? 0, height: media?.height ?? 0 })
    })
    return () => subscription.unsubscribe()
  }, [db, hash])
  return picture?.hash === hash ? picture : null
}
