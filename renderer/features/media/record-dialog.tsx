import { Circle, Square } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { codeOf } from '../../app/server.ts'
import { Button } from '../../ui/button.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { Notice } from '../../ui/notice.tsx'
import { RadioGroup } from '../../ui/toggles.tsx'
import { clock } from './library-view.ts'
import { type Recorder, type RecordingKind, startRecorder } from './recorder.ts'
import './tools/tools.css'

/** Takes in what the microphone hears, or the camera sees, as a new medium. */
export default function RecordDialog({ onFile, onClose }: { onFile(file: File): void; onClose(): void }) {
  const { t } = useTranslation('media')
  const [kind, setKind] = useState<RecordingKind>('audio')
  const [recorder, setRecorder] = useState<Recorder | null>(null)
  const [startedAt, setStartedAt] = useState(0)
  const [cutAt, setCutAt] = useState<number | null>(null)
  /** It is starting or ending. */
  const [isBusy, setBusy] = useState(false)
  const [problem, setProblem] = useState<unknown>(null)
  // A second press comes before a button is drawn as one that cannot be pressed, so what is under way is noted here too.
  const current = useRef<AbortController | null>(null)
  const isEnding = useRef(false)
  useEffect(() => () => current.current?.abort(), [])

  const begin = async (): Promise<void> => {
    if (current.current) return
    const control = new AbortController()
    current.current = control
    setProblem(null)
    setBusy(true)
    try {
      const begun = await startRecorder(kind, { signal: control.signal, onCut: () => setCutAt(Date.now()) })
      setStartedAt(Date.now())
      setRecorder(begun)
    } catch (error) {
      current.current = null
      if (!control.signal.aborted) setProblem(error)
    }
    setBusy(false)
  }
  const end = async (): Promise<void> => {
    if (!recorder || isEnding.current) return
    isEnding.current = true
    setBusy(true)
    try {
      const blob = await recorder.stop()
      // Discarded in the last moment.
      if (current.current?.signal.aborted) return
      const now = new Date(startedAt)
      const day = `${now.toLocaleDateString('sv')} ${now.toLocaleTimeString('sv').replaceAll(':', '.')}`
      const ending = kind === 'audio' ? 'm4a' : 'mp4'
      onFile(new File([blob], `${t(`kind.${kind}`)} ${day}.${ending}`, { type: blob.type }))
      onClose()
    } catch (error) {
      isEnding.current = false
      setBusy(false)
      setProblem(error)
    }
  }
  const code = codeOf(problem)
  return (
    <Dialog
      title={t('record.title')}
      size="small"
      isOpen
      isPersistent={recorder !== null}
      onClose={onClose}
      actions={
        <>
          <Button onPress={onClose}>{t(recorder ? 'record.discard' : 'ui:cancel')}</Button>
          {recorder ? (
            <Button variant="primary" icon={<Square aria-hidden />} isDisabled={isBusy} onPress={() => void end()}>
              {t(cutAt === null ? 'record.stop' : 'record.keep')}
            </Button>
          ) : (
            <Button variant="primary" icon={<Circle aria-hidden />} isDisabled={isBusy} onPress={() => void begin()}>
              {t('record.start')}
            </Button>
          )}
        </>
      }
    >
      <div className="media-tool">
        {problem !== null && (
          <Notice tone="red">
            {t(code === 'not_allowed' || code === 'not_found' ? `record.${code}.${kind}` : 'record.failed')}
          </Notice>
        )}
        {cutAt !== null && <Notice tone="amber">{t(`record.cut.${kind}`)}</Notice>}
        {recorder ? (
          <Running recorder={recorder} kind={kind} startedAt={startedAt} cutAt={cutAt} />
        ) : (
          <RadioGroup<RecordingKind>
            label={t('record.what')}
            value={kind}
            options={(['audio', 'video'] as const).map((id) => ({ id, label: t(`record.${id}`) }))}
            onChange={setKind}
            isDisabled={isBusy}
          />
        )}
      </div>
    </Dialog>
  )
}

const lookEveryMs = 100

/** That it runs, how long, and that something is heard. */
function Running({
  recorder,
  kind,
  startedAt,
  cutAt,
}: {
  recorder: Recorder
  kind: RecordingKind
  startedAt: number
  /** When it ended by itself. */
  cutAt: number | null
}) {
  const { t } = useTranslation('media')
  const [{ ms, level }, setNow] = useState({ ms: 0, level: 0 })
  const view = useRef<HTMLVideoElement>(null)
  useEffect(() => {
    if (view.current) view.current.srcObject = recorder.stream
  }, [recorder])
  useEffect(() => {
    if (cutAt !== null) return setNow({ ms: cutAt - startedAt, level: 0 })
    const timer = setInterval(() => setNow({ ms: Date.now() - startedAt, level: recorder.level() }), lookEveryMs)
    return () => clearInterval(timer)
  }, [recorder, startedAt, cutAt])
  return (
    <>
      {kind === 'video' && <video ref={view} className="media-recording-view" autoPlay muted playsInline aria-hidden />}
      <div className="media-recording">
        <Circle aria-hidden />
        <span role="timer" aria-label={t('record.length')} className="num">
          {clock(ms)}
        </span>
        <meter min={0} max={1} value={level} aria-label={t('record.level')} className="media-level" />
      </div>
    </>
  )
}
