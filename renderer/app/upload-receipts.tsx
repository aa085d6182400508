import { CloudAlert, CloudCheck, CloudUpload, HardDrive } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import { useStudio, useSyncStatus } from '../data/hooks.tsx'
import { sentenceOfProblem } from './errors.ts'
import { useFormat } from './format.ts'
import { type UploadState, useHostInfo } from './host-context.tsx'
import { uploadReceipt } from './upload-receipt.ts'
import './upload-receipts.css'

const icons = { yes: CloudCheck, going: CloudUpload, waiting: CloudUpload, refused: CloudAlert, here: CloudUpload }

/** Each picture with its safety receipt: on this device, and whether and since when on the server. */
export function UploadReceipts({ hashes, queue }: { hashes: readonly string[]; queue: UploadState | null }) {
  const { t } = useTranslation('app')
  const { when, exact } = useFormat()
  const { blobBase } = useHostInfo()
  const { phase } = useSyncStatus()
  const { names, outcomes } = usePictures(hashes)
  const isOnline = phase === 'live' || phase === 'syncing'
  return (
    <ul className="uploads-list" aria-label={t('uploads.title')}>
      {hashes.map((hash) => {
        const { server, at, problem } = uploadReceipt(hash, outcomes.get(hash) ?? null, queue, isOnline)
        const Icon = icons[server]
        return (
          <li key={hash} className="uploads-row">
            <img src={blobBase + hash} alt="" width={36} height={36} />
            <div className="uploads-text">
              <p className="truncate">{names.get(hash) ?? t('uploads.unnamed')}</p>
              <p className="uploads-stations" data-server={server} title={at ? exact(at) : undefined}>
                <HardDrive aria-hidden />
                {t('uploads.here')}
                <Icon aria-hidden />
                {t(`uploads.server.${server}`, { when: at ? when(at) : '' })}
              </p>
              {problem && <p className="uploads-problem">{sentenceOfProblem(problem, t)}</p>}
            </div>
          </li>
        )
      })}
    </ul>
  )
}

/** What is known of these pictures, live. */
function usePictures(hashes: readonly string[]) {
  const { db } = useStudio()
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map())
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const key = hashes.join(' ')
  useEffect(() => {
    const ids = key === '' ? [] : key.split(' ')
    const media = db.media
      .findByIds(ids)
      .$.subscribe((found) => setNames(new Map([...found].map(([id, { name }]) => [id, name]))))
    const told = db.outcomes
      .findByIds(ids)
      .$.subscribe((found) => setOutcomes(new Map([...found].map(([id, each]) => [id, each.toJSON() as Outcome]))))
    return () => {
      media.unsubscribe()
      told.unsubscribe()
    }
  }, [db, key])
  return { names, outcomes }
}
