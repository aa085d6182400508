import { Link } from '@tanstack/react-router'
import { CirclePause, ClockAlert, ShieldAlert } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useSetting, useSyncStatus } from '../data/hooks.tsx'
import { Button } from '../ui/button.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { cityOf, deviceZone, useFormat } from './format.ts'
import { useHostInfo } from './host-context.tsx'
import { useNow } from './now.ts'
import { SyncMark } from './sync-mark.tsx'
import { UploadsMark } from './uploads-mark.tsx'
import './status-bar.css'

/** Always in sight: how safe things are, what runs, and whose clock it is. */
export function StatusBar() {
  return (
    <footer className="status">
      <SyncMark />
      <UploadsMark />
      <PausedMark />
      <span className="status-space" />
      <SkewMark />
      <SecretsMark />
      <Clock />
    </footer>
  )
}

function PausedMark() {
  const { t } = useTranslation('app')
  if (!useSetting('publishing').paused) return null
  return (
    <Link to="/settings/$page" params={{ page: 'publishing' }} className="status-item" data-tone="amber">
      <CirclePause aria-hidden />
      <span className="truncate">{t('status.paused')}</span>
    </Link>
  )
}

const skewWorthSaying = 60_000

function SkewMark() {
  const { t } = useTranslation('app')
  const { duration } = useFormat()
  const clockSkewMs = useSyncStatus((status) => status.clockSkewMs)
  if (clockSkewMs === null || Math.abs(clockSkewMs) <= skewWorthSaying) return null
  const by = duration(Math.abs(clockSkewMs))
  return (
    <Tooltip text={t('status.skewHint')} placement="top">
      <Button variant="quiet" className="status-item" data-tone="amber" icon={<ClockAlert aria-hidden />}>
        {t(clockSkewMs > 0 ? 'status.skewFast' : 'status.skewSlow', { by })}
      </Button>
    </Tooltip>
  )
}

function SecretsMark() {
  const { t } = useTranslation('app')
  if (useHostInfo().can.secrets !== 'plain') return null
  return (
    <Link to="/settings/$page" params={{ page: 'about' }} className="status-item" data-tone="amber">
      <ShieldAlert aria-hidden />
      <span className="truncate">{t('status.secretsPlain')}</span>
    </Link>
  )
}

/** The zone the creator plans in, which need not be the device's. */
function Clock() {
  const { t } = useTranslation('app')
  const { time, exact } = useFormat()
  const now = useNow()
  const zone = useSetting('calendar').zone || deviceZone()
  const place = cityOf(zone)
  return (
    <span className="status-item status-clock num" title={exact(now, zone)}>
      <span className="sr-only">{t('status.clock', { place })}: </span>
      {time(now, zone)} · {place}
    </span>
  )
}
