import { type RefObject, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { PopoverAt } from '../ui/popover.tsx'
import type { UploadState } from './host-context.tsx'
import { UploadReceipts } from './upload-receipts.tsx'

type Props = { state: UploadState; trigger: RefObject<HTMLElement | null>; onClose(): void }

/** Behind the mark of uploads: the receipt of each file. One that arrives meanwhile stays in sight, as arrived. */
export default function UploadDetails({ state, trigger, onClose }: Props) {
  const { t } = useTranslation('app')
  const seen = useRef(new Set<string>())
  for (const hash of [...state.problems.map((each) => each.hash), ...state.waiting]) seen.current.add(hash)
  return (
    <PopoverAt label={t('uploads.title')} trigger={trigger} placement="top start" onClose={onClose}>
      <div className="uploads-popover">
        <UploadReceipts hashes={[...seen.current]} queue={state} />
      </div>
    </PopoverAt>
  )
}
