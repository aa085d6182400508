import { Flame, Plus, Trash2, Upload } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Variant } from '../../../../shared/collections/media.ts'
import { writeVtt } from '../../../../shared/domain/captions.ts'
import { useHostInfo } from '../../../app/host-context.tsx'
import { Button, IconButton } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { Select } from '../../../ui/select.tsx'
import { exactClock, readClock } from '../library-view.ts'
import { useMediaCommands } from '../use-media-commands.ts'
import { type Cue, readCues } from './cues.ts'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'
import { Wave } from './wave.tsx'

const fresh = 'new'
const languagePattern = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/
/** How long a cue is that is put in by hand. */
const cueMs = 2500

/** Captions from a file or by hand, line by line over the sound; kept beside the film, or drawn into a copy of it. */
export function CaptionsDialog({ media, start, nowMs, onClose }: ToolProps) {
  const { t, i18n } = useTranslation('media')
  const { blobBase } = useHostInfo()
  const { attempt } = useMediaCommands()
  const there = media.variants.filter(({ role }) => role === 'captions')
  const [which, setWhich] = useState(there[0]?.id ?? fresh)
  const [language, setLanguage] = useState(there[0]?.language ?? (i18n.resolvedLanguage || 'en'))
  const [label, setLabel] = useState(there[0]?.label ?? '')
  const [cues, setCues] = useState<readonly Cue[]>([])
  const [problem, setProblem] = useState('')
  const [atMs, setAtMs] = useState(nowMs)
  const picker = useRef<HTMLInputElement>(null)
  const nextId = useRef(0)
  const wave = media.variants.find(({ role }) => role === 'waveform')

  const show = (read: readonly Cue[]): void => {
    nextId.current = read.length
    setCues(read)
    setProblem('')
  }
  const open = async (variant: Variant | undefined): Promise<void> => {
    setWhich(variant?.id ?? fresh)
    if (!variant) return show([])
    setLanguage(variant.language)
    setLabel(variant.label)
    show(readCues(await (await fetch(blobBase + variant.hash)).text()))
  }
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is there when the dialog opens; later ones are chosen
  useEffect(() => {
    attempt(open(there[0]))
  }, [])
  const readFile = async (file: File): Promise<void> => {
    const read = readCues(await file.text())
    if (read.length === 0) return setProblem(t('captions.unreadable', { name: file.name }))
    show(read)
    const named = /[._-]([a-z]{2,3}(?:-[A-Za-z]{2,4})?)\.(srt|vtt)$/i.exec(file.name)?.[1]
    if (named) setLanguage(named)
  }
  const change = (id: number, fields: Partial<Cue>): void =>
    setCues(cues.map((cue) => (cue.id === id ? { ...cue, ...fields } : cue)))
  const add = (): void => {
    const cue = { id: nextId.current++, startMs: atMs, endMs: Math.min(atMs + cueMs, media.durationMs), text: '' }
    setCues([...cues, cue].sort((a, b) => a.startMs - b.startMs))
    setAtMs(cue.endMs)
    requestAnimationFrame(() => document.getElementById(`cue-${cue.id}`)?.focus())
  }
  const vtt = writeVtt(cues)
  const isReady = languagePattern.test(language) && readCues(vtt).length > 0

  return (
    <ToolDialog
      title={t('tool.captions')}
      size="large"
      run={t('captions.save')}
      isReady={isReady}
      onClose={onClose}
      onRun={() => start(media.id, { kind: 'captions', text: vtt, language, label: label.slice(0, 100) })}
    >
      <div className="media-tool-row">
        {there.length > 0 && (
          <Select
            label={t('captions.which')}
            options={[
              ...there.map((variant) => ({ id: variant.id, label: variant.label || variant.language })),
              { id: fresh, label: t('captions.new') },
            ]}
            value={which}
            onChange={(id) => attempt(open(there.find((variant) => variant.id === id)))}
          />
        )}
        <TextField
          label={t('captions.language')}
          value={language}
          onChange={setLanguage}
          error={languagePattern.test(language) ? undefined : t('captions.noLanguage')}
        />
        <TextField
          label={t('captions.label')}
          value={label}
          onChange={setLabel}
          maxLength={100}
          placeholder={language}
        />
        <Button icon={<Upload aria-hidden />} onPress={() => picker.current?.click()}>
          {t('captions.file')}
        </Button>
      </div>
      {problem && (
        <p className="field-error" role="alert">
          {problem}
        </p>
      )}
      {wave ? (
        <Wave
          src={blobBase + wave.hash}
          durationMs={media.durationMs}
          spans={cues}
          atMs={atMs}
          onAt={(ms) => setAtMs(Math.round(ms))}
        />
      ) : (
        <p className="media-no-wave">
          <span className="field-hint">{t('captions.noWave')}</span>
          <Button size="compact" onPress={() => start(media.id, { kind: 'waveform' })}>
            {t('make.waveform')}
          </Button>
        </p>
      )}
      <ol className="media-cues" aria-label={t('captions.cues')}>
        {cues.map((cue, index) => (
          <CueRow
            key={cue.id}
            cue={cue}
            number={index + 1}
            onChange={(fields) => change(cue.id, fields)}
            onRemove={() => setCues(cues.filter(({ id }) => id !== cue.id))}
          />
        ))}
      </ol>
      <div className="media-tool-row">
        <Button icon={<Plus aria-hidden />} onPress={add}>
          {t('captions.add', { at: exactClock(atMs) })}
        </Button>
        {media.kind === 'video' && (
          <Button
            icon={<Flame aria-hidden />}
            isDisabled={!isReady}
            onPress={() => {
              start(media.id, { kind: 'burn', text: vtt }, derivedName(media.name, t('captions.burnName')))
              onClose()
            }}
          >
            {t('captions.burn')}
          </Button>
        )}
      </div>
      <input
        ref={picker}
        type="file"
        accept=".srt,.vtt,text/vtt"
        hidden
        aria-label={t('captions.file')}
        onChange={(event) => {
          const file = event.target.files?.[0]
          event.target.value = ''
          if (file) attempt(readFile(file))
        }}
      />
    </ToolDialog>
  )
}

function CueRow({
  cue,
  number,
  onChange,
  onRemove,
}: {
  cue: Cue
  number: number
  onChange(fields: Partial<Cue>): void
  onRemove(): void
}) {
  const { t } = useTranslation('media')
  return (
    <li className="media-cue">
      <TimeField
        label={t('captions.from', { number })}
        ms={cue.startMs}
        onChange={(startMs) => onChange({ startMs })}
      />
      <TimeField label={t('captions.to', { number })} ms={cue.endMs} onChange={(endMs) => onChange({ endMs })} />
      <textarea
        id={`cue-${cue.id}`}
        className="field-box field-area"
        rows={1}
        aria-label={t('captions.words', { number })}
        value={cue.text}
        onChange={(event) => onChange({ text: event.target.value })}
      />
      <IconButton
        size="compact"
        label={t('captions.remove', { number })}
        icon={<Trash2 aria-hidden />}
        onPress={onRemove}
      />
    </li>
  )
}

/** A time that is taken when it can be read; until then what is typed stays, and the time as it was. */
function TimeField({ label, ms, onChange }: { label: string; ms: number; onChange(ms: number): void }) {
  const [typed, setTyped] = useState<string | null>(null)
  return (
    <TextField
      label={label}
      hideLabel
      value={typed ?? exactClock(ms)}
      onChange={(text) => {
        setTyped(text)
        const read = readClock(text)
        if (read !== null) onChange(read)
      }}
      onBlur={() => setTyped(null)}
    />
  )
}
