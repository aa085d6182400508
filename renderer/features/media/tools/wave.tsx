import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Value } from 'typebox/value'
import { Waveform } from '../../../../shared/contract/media.ts'
import { exactClock } from '../library-view.ts'

/** The sound as it is loud, with what lies over it, and the moment that is meant: set by a click or the arrows. */
export function Wave({
  src,
  durationMs,
  spans,
  atMs,
  onAt,
}: {
  src: string
  durationMs: number
  spans: readonly { id: number; startMs: number; endMs: number }[]
  atMs: number
  onAt(ms: number): void
}) {
  const { t } = useTranslation('media')
  const canvas = useRef<HTMLCanvasElement>(null)
  const [peaks, setPeaks] = useState<readonly number[]>([])
  useEffect(() => {
    const leave = new AbortController()
    const read = async (): Promise<void> => {
      const wave: unknown = await (await fetch(src, { signal: leave.signal })).json()
      if (Value.Check(Waveform, wave)) setPeaks(wave.peaks)
    }
    read().catch((error: unknown) => !leave.signal.aborted && reportError(error))
    return () => leave.abort()
  }, [src])
  useEffect(() => {
    const element = canvas.current
    const pen = element?.getContext('2d')
    if (!element || !pen || peaks.length === 0) return
    const { width, height } = element
    pen.clearRect(0, 0, width, height)
    pen.fillStyle = getComputedStyle(element).color
    for (let x = 0; x < width; x += 3) {
      const tall = ((peaks[Math.floor((x / width) * peaks.length)] ?? 0) / 100) * height
      pen.fillRect(x, (height - tall) / 2, 2, Math.max(1, tall))
    }
  }, [peaks])

  const share = (ms: number): string => `${(ms / Math.max(1, durationMs)) * 100}%`
  const move = (ms: number): void => onAt(Math.max(0, Math.min(durationMs, ms)))
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = event.shiftKey ? 5000 : 250
    const to: Record<string, number> = { ArrowLeft: atMs - step, ArrowRight: atMs + step, Home: 0, End: durationMs }
    const next = to[event.key]
    if (next === undefined) return
    event.preventDefault()
    move(next)
  }
  return (
    <div
      className="media-wave"
      role="slider"
      tabIndex={0}
      aria-label={t('captions.moment')}
      aria-valuemin={0}
      aria-valuemax={durationMs}
      aria-valuenow={atMs}
      aria-valuetext={exactClock(atMs)}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        const { left, width } = event.currentTarget.getBoundingClientRect()
        move(((event.clientX - left) / width) * durationMs)
      }}
    >
      <canvas ref={canvas} width={1200} height={96} aria-hidden />
      {spans.map(({ id, startMs, endMs }) => (
        <span key={id} className="media-wave-span" style={{ left: share(startMs), width: share(endMs - startMs) }} />
      ))}
      <span className="media-wave-at" style={{ left: share(atMs) }} />
    </div>
  )
}
