import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Doc } from 'yjs'
import type { SafetyReceipt } from '../../../shared/domain/post-state.ts'
import { readingMinutes } from '../../../shared/domain/richtext/words.ts'
import { useFormat } from '../../app/format.ts'
import { StateMark } from '../../ui/badge.tsx'
import { useUnwritten } from './editor/body-facts.ts'
import { receiptShort } from './inspector/receipt-words.ts'

/** What the post is, where its newest words are, and how many there are. */
export const StatusLine = memo(function StatusLine({
  doc,
  version,
  words,
  receipt,
}: {
  doc: Doc
  version: string
  words: number
  receipt: SafetyReceipt
}) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const unwritten = useUnwritten(doc, version)
  const safe = unwritten ? 'writing' : receiptShort(receipt)
  return (
    <>
      <StateMark state={receipt.state} />
      <span className="posts-safe truncate" data-safe={safe}>
        {t(`safe.${safe}`)}
      </span>
      <span className="posts-count meta num">
        {t('count.words', { count: words, shown: format.number(words) })}
        {words > 0 && <span className="posts-minutes"> · {t('count.minutes', { count: readingMinutes(words) })}</span>}
      </span>
    </>
  )
})
