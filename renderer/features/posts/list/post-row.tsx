import { CircleAlert, CloudCheck, CloudUpload, Globe, HardDrive, type LucideIcon, Timer } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { type ReceiptSync, safetyReceipt } from '../../../../shared/domain/post-state.ts'
import { type Format, useFormat } from '../../../app/format.ts'
import { useOutcome, useServerCopy } from '../../../data/index.ts'
import type { PostRow } from '../../../data/types.ts'
import { StateMark } from '../../../ui/badge.tsx'
import { receiptShort } from '../inspector/receipt-words.ts'
import { openPlan } from '../planned.ts'
import { highlight } from './highlight.ts'

const marks: Record<ReturnType<typeof receiptShort>, LucideIcon> = {
  problem: CircleAlert,
  device: HardDrive,
  going: CloudUpload,
  server: CloudCheck,
  promised: Timer,
  public: Globe,
}

/** What these are the time beside them says; the others need their word. */
const obvious: ReadonlySet<PostRow['state']> = new Set(['draft', 'scheduled', 'published', 'changed'])

type Said = { key: string; when: string; exact: string }

function sayWhen(row: PostRow, format: Format, now: number): Said {
  const { plan, state } = row
  if (state === 'published' || state === 'changed') {
    const at = row.publishedAt || row.updatedAt
    return { key: 'plain', when: format.when(at, undefined, now), exact: format.exact(at) }
  }
  const due = openPlan(plan, state)
  if (due?.mode === 'now') return { key: 'soon', when: '', exact: format.exact(plan.at || row.updatedAt) }
  if (due) return { key: 'plain', when: format.when(due.at, due.zone, now), exact: format.exact(due.at, due.zone) }
  return { key: 'edited', when: format.ago(row.updatedAt, now), exact: format.exact(row.updatedAt) }
}

/** One post in the list: title, when, state, and how safe it is. */
export const PostRowView = memo(function PostRowView({
  row,
  query,
  now,
  sync,
}: {
  row: PostRow
  query: string
  now: number
  sync: ReceiptSync
}) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const outcome = useOutcome(row.id)
  const copy = useServerCopy(row.id)
  const safe = receiptShort(safetyReceipt(row, outcome ?? null, copy, sync, now))
  const Mark = marks[safe]
  const said = sayWhen(row, format, now)
  return (
    <div className="posts-row">
      <span className="posts-row-title truncate" data-untitled={row.title === '' || undefined} dir="auto">
        {row.title === ''
          ? t('untitled')
          : highlight(row.title, query).map((piece, index) =>
              // biome-ignore lint/suspicious/noArrayIndexKey: pieces of one title have no other name
              piece.hit ? <mark key={index}>{piece.text}</mark> : piece.text,
            )}
      </span>
      <span className="posts-row-safe" data-safe={safe} title={t(`safe.${safe}`)}>
        <Mark aria-hidden />
        <span className="sr-only">{t(`safe.${safe}`)}</span>
      </span>
      <span className="posts-row-when">
        <StateMark state={row.state} look={obvious.has(row.state) ? 'icon' : 'plain'} />
        <span className="truncate" title={said.exact}>
          {t(`row.${said.key}`, { when: said.when })}
        </span>
      </span>
    </div>
  )
})
