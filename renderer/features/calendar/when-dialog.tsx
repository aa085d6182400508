import { useState } from 'react'
import { checkWhen, type When } from '../../../shared/domain/calendar.ts'
import type { LocalDateTime } from '../../../shared/domain/units.ts'
import { zoneOffsets } from '../../../shared/domain/zone-offsets.ts'
import { Button } from '../../ui/button.tsx'
import { DateTimeField } from '../../ui/date-time.tsx'
import { Dialog } from '../../ui/dialog.tsx'
import { refusal } from './planning.ts'
import type { Scene } from './scene.ts'
import { placeOf } from './words.ts'
import { ZoneChoice } from './zone-choice.tsx'
import './when-dialog.css'

type Props = {
  title: string
  note?: string | undefined
  start: { local: string; zone: string }
  scene: Pick<Scene, 't' | 'words' | 'weekStart'>
  homeZone: string
  onDone(when: When): void
  onClose(): void
}

/** A day, a time and whose clock it is. Says at once whether that time exists, and what it is on the creator's own. */
export function WhenDialog({ title, note, start, scene, homeZone, onDone, onClose }: Props) {
  const { t, words } = scene
  const [local, setLocal] = useState(start.local)
  const [zone, setZone] = useState(start.zone)
  const when = local ? { local: local as LocalDateTime, zone } : null
  const check = when && checkWhen(when, Date.now())
  const home = zoneOffsets(homeZone)
  const hint =
    check?.ok && home.wall(check.at) !== zoneOffsets(zone).wall(check.at)
      ? t('when.there', { when: words.moment(home.wall(check.at)), place: placeOf(homeZone) })
      : check?.ok && check.twice
        ? t('when.twice')
        : undefined
  const done = () => {
    if (!when || !check?.ok) return
    onClose()
    onDone(when)
  }
  return (
    <Dialog
      title={title}
      isOpen
      onClose={onClose}
      size="small"
      actions={
        <>
          <Button onPress={onClose}>{t('when.cancel')}</Button>
          <Button variant="primary" isDisabled={!check?.ok} onPress={done}>
            {t('when.done')}
          </Button>
        </>
      }
    >
      <form
        className="when-form"
        onSubmit={(event) => {
          event.preventDefault()
          done()
        }}
      >
        {note && <p>{note}</p>}
        <DateTimeField
          label={t('when.time')}
          value={local}
          onChange={setLocal}
          weekStart={scene.weekStart}
          hint={hint}
          error={check && !check.ok ? refusal(check, t, words) : undefined}
        />
        {check && !check.ok && check.why === 'gap' && (
          <Button size="compact" onPress={() => setLocal(check.nearest)}>
            {t('useNearest', { time: words.time(Date.parse(`${check.nearest}Z`)) })}
          </Button>
        )}
        <ZoneChoice
          label={t('when.zone')}
          zone={zone}
          homeZone={homeZone}
          at={check?.at ?? Date.now()}
          locale={words.locale}
          onChoose={setZone}
          look="field"
        />
      </form>
    </Dialog>
  )
}
