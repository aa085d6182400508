import { CircleAlert, CloudCheck, CloudOff, RefreshCw } from 'lucide-react'
import { lazy, Suspense, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSyncStatus } from '../data/hooks.tsx'
import { Button } from '../ui/button.tsx'
import { syncWords } from './sync-words.ts'

const SyncDetails = lazy(() => import('./sync-details.tsx'))

const icons = { safe: CloudCheck, offline: CloudOff, moving: RefreshCw, attention: CircleAlert }

/** How safe everything is, in words; pressed, it tells more and tries again. */
export function SyncMark() {
  const { t } = useTranslation('app')
  const status = useSyncStatus()
  const words = syncWords(status)
  const Icon = icons[words.mark]
  const text = t(words.key, { count: words.count })
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button
        ref={button}
        variant="quiet"
        className="status-item"
        data-tone={words.tone}
        data-sync={status.phase}
        data-waiting={status.waiting}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        icon={<Icon aria-hidden />}
        onPress={() => setOpen(!isOpen)}
      >
        {text}
      </Button>
      {/* Beside the button, not in it: what a live region says is not part of a control's name. */}
      <span role="status" className="sr-only">
        {text}
      </span>
      <Suspense>{isOpen && <SyncDetails status={status} trigger={button} onClose={() => setOpen(false)} />}</Suspense>
    </>
  )
}
