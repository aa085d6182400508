import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../../ui/button.tsx'
import { TextField } from '../../../ui/fields.tsx'
import { Switch } from '../../../ui/toggles.tsx'
import { exactClock, readClock } from '../library-view.ts'
import { derivedName, ToolDialog, type ToolProps } from './tool.tsx'

export function TrimDialog({ media, start, nowMs, onClose }: ToolProps) {
  const { t } = useTranslation('media')
  const [from, setFrom] = useState(exactClock(0))
  const [to, setTo] = useState(exactClock(media.durationMs))
  const [exact, setExact] = useState(false)
  const [startMs, endMs] = [readClock(from), readClock(to)]
  const isReady = startMs !== null && endMs !== null && startMs < endMs && endMs <= media.durationMs
  return (
    <ToolDialog
      title={t('tool.trim')}
      size="small"
      isReady={isReady}
      onClose={onClose}
      onRun={() =>
        isReady && start(media.id, { kind: 'trim', startMs, endMs, exact }, derivedName(media.name, t('trim.name')))
      }
    >
      <p className="field-hint">{t('trim.text')}</p>
      <TextField
        label={t('trim.from')}
        value={from}
        onChange={setFrom}
        error={startMs === null ? t('trim.noTime') : undefined}
        trailing={
          <Button size="compact" variant="quiet" onPress={() => setFrom(exactClock(nowMs()))}>
            {t('trim.here')}
          </Button>
        }
      />
      <TextField
        label={t('trim.to')}
        value={to}
        onChange={setTo}
        error={endMs === null ? t('trim.noTime') : isReady ? undefined : t('trim.order')}
        trailing={
          <Button size="compact" variant="quiet" onPress={() => setTo(exactClock(nowMs()))}>
            {t('trim.here')}
          </Button>
        }
      />
      <Switch label={t('trim.exact')} hint={t('trim.exactHint')} isSelected={exact} onChange={setExact} />
    </ToolDialog>
  )
}
