import { Check, CircleDot, CloudCheck, Globe, HardDrive, type LucideIcon, Timer } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { SafetyReceipt } from '../../../../shared/domain/post-state.ts'
import { sentenceOfProblem } from '../../../app/errors.ts'
import { useFormat } from '../../../app/format.ts'
import { receiptWords, type Station } from './receipt-words.ts'
import './receipt.css'

const icons: Record<Station['id'], LucideIcon> = {
  device: HardDrive,
  server: CloudCheck,
  promised: Timer,
  published: Globe,
}

/** Where the post is and what will happen to it: three stations and one sentence. */
export const Receipt = memo(function Receipt({
  zone: planned,
  receipt,
  now,
}: {
  /** The zone it is planned in, or empty. */
  zone: string
  receipt: SafetyReceipt
  now: number
}) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const words = receiptWords(receipt)
  const zone = planned || undefined
  const due = receipt.dueAt ? format.when(receipt.dueAt, zone, now) : ''
  const problem = receipt.problem ? sentenceOfProblem(receipt.problem, t) : ''
  const values = {
    due,
    received: receipt.receivedAt ? format.when(receipt.receivedAt, undefined, now) : '',
    published: receipt.publishedAt ? format.when(receipt.publishedAt, undefined, now) : '',
    count: receipt.missing.length,
    message: problem,
  }
  return (
    <section
      className="posts-receipt"
      aria-label={t('receipt.label')}
      data-needs-author={words.needsAuthor || undefined}
    >
      <ol className="posts-stations">
        {words.stations.map((station) => {
          const Icon = icons[station.id]
          return (
            <li key={station.id} className="posts-station" data-reached={station.reached}>
              <span className="posts-station-mark">
                <Icon aria-hidden />
                {station.reached === 'yes' && <Check aria-hidden className="posts-station-tick" />}
                {station.reached === 'partly' && <CircleDot aria-hidden className="posts-station-tick" />}
              </span>
              <span className="posts-station-name">
                {t(`receipt.station.${station.id}`)}
                <span className="sr-only">: {t(`receipt.reached.${station.reached}`)}</span>
              </span>
            </li>
          )
        })}
      </ol>
      <p className="posts-receipt-main" {...(receipt.dueAt ? { title: format.exact(receipt.dueAt, zone) } : {})}>
        {t(`receipt.main.${words.main}`, values)}
      </p>
      {words.also.map((also) => (
        <p key={also} className="posts-receipt-also">
          {t(`receipt.also.${also}`, values)}
        </p>
      ))}
      {problem && words.main !== 'refused' && words.main !== 'failed' && (
        <p className="posts-receipt-also" data-tone="red">
          {problem}
        </p>
      )}
    </section>
  )
})
