import { ImageOff, ImageUp } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useSyncStatus } from '../data/hooks.tsx'
import { sentenceOfProblem } from './errors.ts'
import { useFormat } from './format.ts'
import { type UploadState, useHost } from './host-context.tsx'
import { type Sample, secondsLeft } from './upload-pace.ts'

/** Pictures on their way to the server: how many, how far, how long. Nothing while there is nothing to send. */
export function UploadsMark() {
  const { t } = useTranslation('app')
  const { percent, duration } = useFormat()
  const { phase } = useSyncStatus()
  const { state, leftSeconds } = useUploads()
  if (!state) return null
  const count = state.waiting.length
  if (state.problems.length > 0 && count === 0) {
    return (
      <span
        className="status-item"
        data-tone="red"
        title={state.problems.map((each) => sentenceOfProblem(each, t)).join('\n')}
      >
        <ImageOff aria-hidden />
        <span className="truncate">{t('status.uploadProblem', { count: state.problems.length })}</span>
      </span>
    )
  }
  if (count === 0) return null
  const isMoving = phase === 'live' || phase === 'syncing'
  const share = state.totalBytes > 0 ? state.sentBytes / state.totalBytes : 0
  const words = !isMoving
    ? t('status.uploadWaiting', { count })
    : leftSeconds === null
      ? t('status.uploading', { count, percent: percent(share) })
      : t('status.uploadingLeft', { count, percent: percent(share), left: duration(leftSeconds * 1000) })
  return (
    <span className="status-item num" data-tone={isMoving ? 'grey' : 'amber'}>
      <ImageUp aria-hidden />
      <span className="truncate">{words}</span>
    </span>
  )
}

function useUploads() {
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
