import { Pause, Play } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { type UploadState, useHost } from '../../app/host-context.tsx'
import { useUploads } from '../../app/uploads-mark.tsx'
import { Button } from '../../ui/button.tsx'
import { Select } from '../../ui/select.tsx'
import { Switch } from '../../ui/toggles.tsx'
import { Failure } from '../account/failure.tsx'
import { Progress } from '../media/progress.tsx'
import { Line, Section } from './section.tsx'
import { ServerRoom } from './server-room.tsx'
import { useChanges } from './use-changes.ts'

type Settings = UploadState['settings']

/** Bits a second, as lines are sold; 0: no limit. */
const bits = 8
const megabits = [0, 1, 2, 5, 10, 25, 50, 100] as const
const sideBySide = ['1', '2', '3', '4', '5', '6'] as const

/** How files come to the server from this device, and how much room they take there. */
export function UploadsPage() {
  const { t } = useTranslation('settings')
  const host = useHost()
  const { state } = useUploads()
  const changes = useChanges()
  const change = (changed: Partial<Settings>): void => changes.change(() => host.blobs.uploadSettings(changed))
  return (
    <>
      <p className="setting-text">{t('uploads.text')}</p>
      {state && (
        <>
          <Section title={t('uploads.now')}>
            <Now state={state} onPause={(paused) => change({ paused })} />
          </Section>
          <Section title={t('uploads.how')}>
            <How settings={state.settings} onChange={change} />
            <Failure error={changes.error} />
          </Section>
        </>
      )}
      <ServerRoom />
    </>
  )
}

function Now({ state, onPause }: { state: UploadState; onPause(paused: boolean): void }) {
  const { t } = useTranslation('settings')
  const { bytes, number } = useFormat()
  const { waiting, sentBytes, totalBytes, paused, settings } = state
  const count = waiting.length
  const files =
    count === 0
      ? t('uploads.nothing')
      : t('uploads.waiting', { count, shown: number(count), sent: bytes(sentBytes), of: bytes(totalBytes) })
  return (
    <>
      <div role="status">
        <Line label={t(paused === 'no' ? 'uploads.free' : `uploads.paused.${paused}`)} value={files}>
          <Button
            size="compact"
            icon={settings.paused ? <Play aria-hidden /> : <Pause aria-hidden />}
            onPress={() => onPause(!settings.paused)}
          >
            {t(settings.paused ? 'uploads.goOn' : 'uploads.pause')}
          </Button>
        </Line>
      </div>
      {count > 0 && <Progress label={t('uploads.now')} value={totalBytes > 0 ? sentBytes / totalBytes : 0} />}
    </>
  )
}

function How({ settings, onChange }: { settings: Settings; onChange(changed: Partial<Settings>): void }) {
  const { t } = useTranslation('settings')
  const { number } = useFormat()
  const { parallel, bytesPerSecond, onMetered, whileLive } = settings
  const limit = (bytesPerSecond * bits) / 1e6
  const limits = [...new Set<number>([...megabits, limit])].sort((a, b) => a - b)
  return (
    <>
      <Select<string>
        label={t('uploads.limit')}
        hint={t('uploads.limitHint')}
        options={limits.map((each) => ({
          id: String(each),
          label: each === 0 ? t('uploads.noLimit') : t('uploads.megabits', { shown: number(each) }),
        }))}
        value={String(limit)}
        onChange={(id) => onChange({ bytesPerSecond: Math.round((Number(id) * 1e6) / bits) })}
      />
      <Select<string>
        label={t('uploads.parallel')}
        options={sideBySide.map((id) => ({ id, label: id }))}
        value={String(parallel)}
        onChange={(id) => onChange({ parallel: Number(id) })}
      />
      <Switch
        label={t('uploads.onMetered')}
        hint={t('uploads.onMeteredHint')}
        isSelected={onMetered === 'pause'}
        onChange={(isOn) => onChange({ onMetered: isOn ? 'pause' : 'go-on' })}
      />
      <Switch
        label={t('uploads.whileLive')}
        hint={t('uploads.whileLiveHint')}
        isSelected={whileLive === 'pause'}
        onChange={(isOn) => onChange({ whileLive: isOn ? 'pause' : 'go-on' })}
      />
    </>
  )
}
