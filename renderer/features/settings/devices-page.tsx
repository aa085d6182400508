import { useQueryClient } from '@tanstack/react-query'
import { Laptop, MonitorSmartphone, Smartphone } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { useServer } from '../../app/server.ts'
import { Badge } from '../../ui/badge.tsx'
import { Button } from '../../ui/button.tsx'
import { toast } from '../../ui/toast.tsx'
import { Failure } from '../account/failure.tsx'
import { type Device, useDevices } from '../account/queries.tsx'
import { useTask } from '../account/use-task.ts'
import { Line, Section } from './section.tsx'

/** Where the account is signed in, and how to end it there. */
export function DevicesPage() {
  const { t } = useTranslation('settings')
  const server = useServer()
  const queries = useQueryClient()
  const devices = useDevices()
  const task = useTask()
  const list = devices.data?.sessions ?? []
  const others = list.filter((each) => !each.current)

  const revoke = (device: Device) =>
    task.run(async (signal) => {
      await server.call(`/api/sessions/${encodeURIComponent(device.id)}`, { method: 'DELETE', signal })
      toast({ message: t('devices.revoked', { device: device.deviceName }) })
      await queries.invalidateQueries({ queryKey: ['devices'] })
    })
  const revokeOthers = () =>
    task.run(async (signal) => {
      const { revoked } = await server.call<{ revoked: number }>('/api/sessions/revoke-others', { body: {}, signal })
      toast({ message: t('devices.revokedOthers', { count: revoked }) })
      await queries.invalidateQueries({ queryKey: ['devices'] })
    })

  return (
    <>
      <p className="setting-text">{t('devices.text')}</p>
      <Failure error={devices.error ?? task.error} onRetry={() => void devices.refetch()} />
      {list.length > 0 && (
        <Section title={t('devices.title')}>
          {list.map((device) => (
            <DeviceLine key={device.id} device={device} isBusy={task.isRunning} onRevoke={() => void revoke(device)} />
          ))}
        </Section>
      )}
      {others.length > 0 && (
        <div className="setting-foot">
          <Button variant="danger" isDisabled={task.isRunning} onPress={() => void revokeOthers()}>
            {t('devices.revokeOthers', { count: others.length })}
          </Button>
        </div>
      )}
    </>
  )
}

function DeviceLine({ device, isBusy, onRevoke }: { device: Device; isBusy: boolean; onRevoke(): void }) {
  const { t } = useTranslation('settings')
  const { ago, exact, date } = useFormat()
  const now = useNow()
  const { deviceName: name, ipAddress, lastSeenAt, createdAt, current } = device
  const Icon = /iphone|android|phone/i.test(name)
    ? Smartphone
    : /browser|chrome|firefox|safari/i.test(name)
      ? MonitorSmartphone
      : Laptop
  return (
    <Line
      label={
        <span className="setting-inline">
          <Icon aria-hidden />
          {name || t('devices.unnamed')}
          {current && <Badge>{t('devices.this')}</Badge>}
        </span>
      }
      hint={
        <span className="num" title={exact(lastSeenAt)}>
          {[
            current ? t('devices.now') : t('devices.seen', { when: ago(lastSeenAt, now) }),
            t('devices.since', { when: date(createdAt) }),
            ipAddress,
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      }
    >
      {!current && (
        <Button
          size="compact"
          isDisabled={isBusy}
          onPress={onRevoke}
          aria-label={t('devices.revokeNamed', { device: name })}
        >
          {t('devices.revoke')}
        </Button>
      )}
    </Line>
  )
}
