import { CircleAlert, CirclePause, CloudUpload } from 'lucide-react'
import { lazy, Suspense, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSyncStatus } from '../data/hooks.tsx'
import { Button } from '../ui/button.tsx'
import { useFormat } from './format.ts'
import { type UploadState, useHost } from './host-context.tsx'
import { useMeteredLine } from './metered-line.ts'
import { isReachable } from './sync-words.ts'
import { type Sample, secondsLeft } from './upload-pace.ts'

const UploadDetails = lazy(() => import('./upload-details.tsx'))

/** Files on their way to the server: how many, how far, how long; pressed, each one's receipt. Nothing while there is nothing to send. */
export function UploadsMark() {
  const { t } = useTranslation('app')
  useMeteredLine()
  const { state, leftSeconds } = useUploads()
  const button = useRef<HTMLButtonElement>(null)
  const [isOpen, setOpen] = useState(false)
  const words = useUploadWords(state, leftSeconds)
  if (!state || (!words && !isOpen)) return null
  const { text, tone, Icon } = words ?? { text: t('uploads.arrived'), tone: 'grey', Icon: CloudUpload }
  return (
    <>
      <Button
        ref={button}
        variant="quiet"
        className="status-item num"
        data-tone={tone}
        aria-haspopup="dialog"
        aria-expanded={isOpen}
        icon={<Icon aria-hidden />}
        onPress={() => setOpen(!isOpen)}
      >
        <span className="truncate">{text}</span>
      </Button>
      <Suspense>{isOpen && <UploadDetails state={state} trigger={button} onClose={() => setOpen(false)} />}</Suspense>
    </>
  )
}

function useUploadWords(state: UploadState | null, leftSeconds: number | null) {
  const { t } = useTranslation('app')
  const { percent, duration } = useFormat()
  const isMoving = useSyncStatus(isReachable)
  if (!state) return null
  const count = state.waiting.length
  if (count === 0 && state.problems.length === 0) return null
  if (count === 0)
    return { text: t('status.uploadProblem', { count: state.problems.length }), tone: 'red', Icon: CircleAlert }
  if (state.paused !== 'no') return { text: t('status.uploadPaused', { count }), tone: 'amber', Icon: CirclePause }
  const share = state.totalBytes > 0 ? state.sentBytes / state.totalBytes : 0
  const text = !isMoving
    ? t('status.uploadWaiting', { count })
    : leftSeconds === null
      ? t('status.uploading', { count, percent: percent(share) })
      : t('status.uploadingLeft', { count, percent: percent(share), left: duration(leftSeconds * 1000) })
  return { text, tone: isMoving ? 'grey' : 'amber', Icon: CloudUpload }
}

export function useUploads() {
  const host = useHost()
  const [state, setState] = useState<UploadState | null>(null)
  const samples = useRef<Sample[]>([])

  useEffect(() => {
    const leave = new AbortController()
    const listen = async () => {
      const states = await host.blobs.uploads(undefined, { signal: leave.signal })
      for await (const next of states) {
        samples.current = [
          ...samples.current.filter((each) => each.at > Date.now() - 20_000 && each.sent <= next.sentBytes),
          { at: Date.now(), sent: next.sentBytes },
        ]
        setState(next)
      }
    }
    listen().catch(() => setState(null))
    return () => leave.abort()
  }, [host])

  return { state, leftSeconds: state ? secondsLeft(samples.current, state.totalBytes - state.sentBytes) : null }
}
