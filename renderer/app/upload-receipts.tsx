import { CirclePause, Clapperboard, CloudAlert, CloudCheck, CloudUpload, HardDrive } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Outcome } from '../../shared/collections/outcomes.ts'
import { filesOf } from '../../shared/domain/playable.ts'
import { useStudio, useSyncStatus } from '../data/hooks.tsx'
import { sentenceOfProblem } from './errors.ts'
import { useFormat } from './format.ts'
import { type UploadState, useHostInfo } from './host-context.tsx'
import { isReachable } from './sync-words.ts'
import { uploadReceipt } from './upload-receipt.ts'
import './upload-receipts.css'

const icons = {
  yes: CloudCheck,
  going: CloudUpload,
  waiting: CloudUpload,
  paused: CirclePause,
  refused: CloudAlert,
  here: CloudUpload,
}

/** Each file with its safety receipt: on this device, and whether and since when on the server. */
export function UploadReceipts({ hashes, queue }: { hashes: readonly string[]; queue: UploadState | null }) {
  const { t } = useTranslation('app')
  const { when, exact } = useFormat()
  const { thumbBase } = useHostInfo()
  const isOnline = useSyncStatus(isReachable)
  const { names, pictures, outcomes } = useFiles(hashes)
  return (
    <ul className="uploads-list" aria-label={t('uploads.title')}>
      {hashes.map((hash) => {
        const { server, at, problem } = uploadReceipt(hash, outcomes.get(hash) ?? null, queue, isOnline)
        const Icon = icons[server]
        return (
          <li key={hash} className="uploads-row">
            {pictures.has(hash) ? (
              <img src={thumbBase + hash} alt="" width={36} height={36} />
            ) : (
              <Clapperboard aria-hidden className="uploads-film" />
            )}
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

/** What is known of these files, live: a picture by itself, what was made of a medium by that. */
function useFiles(hashes: readonly string[]) {
  const { db, media } = useStudio()
  const [library, setLibrary] = useState(media.library$().value)
  const [outcomes, setOutcomes] = useState<ReadonlyMap<string, Outcome>>(new Map())
  const key = hashes.join(' ')
  useEffect(() => {
    const ids = key === '' ? [] : key.split(' ')
    const all = media.library$().subscribe(setLibrary)
    const told = db.outcomes
      .findByIds(ids)
      .$.subscribe((found) => setOutcomes(new Map([...found].map(([id, each]) => [id, each.toJSON() as Outcome]))))
    return () => {
      all.unsubscribe()
      told.unsubscribe()
    }
  }, [db, media, key])
  const names = new Map<string, string>()
  const pictures = new Set(library.isReady ? hashes : [])
  for (const each of library.media) {
    for (const hash of [each.id, ...each.variants.flatMap(filesOf)]) {
      names.set(hash, each.name)
      // What nobody knows is a picture of the profile.
      if (hash !== each.id || each.kind !== 'image') pictures.delete(hash)
    }
  }
  return { names, pictures, outcomes }
}
