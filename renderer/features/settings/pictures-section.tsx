import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { UploadReceipts } from '../../app/upload-receipts.tsx'
import { useUploads } from '../../app/uploads-mark.tsx'
import { useStudio } from '../../data/index.ts'
import { Section } from './section.tsx'

const newest = 5

/** The newest pictures, and those that are not on the server yet, each with its receipt. */
export function PicturesSection() {
  const { t } = useTranslation('settings')
  const { db } = useStudio()
  const { state } = useUploads()
  const [recent, setRecent] = useState<string[]>([])
  useEffect(() => {
    const subscription = db.media
      .find({ sort: [{ createdAt: 'desc' }], limit: newest })
      .$.subscribe((found) => setRecent(found.map(({ id }) => id)))
    return () => subscription.unsubscribe()
  }, [db])
  const unsent = state ? [...state.problems.map(({ hash }) => hash), ...state.waiting] : []
  const hashes = [...new Set([...unsent, ...recent])]
  if (hashes.length === 0) return null
  return (
    <Section title={t('storage.pictures')}>
      <UploadReceipts hashes={hashes} queue={state} />
    </Section>
  )
}
