import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { zones } from '../../../shared/domain/schedule.ts'
import { cityOf, deviceZone, useFormat } from '../../app/format.ts'
import { useNow } from '../../app/now.ts'
import { useSetting, useStudio } from '../../data/index.ts'
import { ComboBox } from '../../ui/combo-box.tsx'
import { Notice } from '../../ui/notice.tsx'
import { Select } from '../../ui/select.tsx'
import { RadioGroup, Switch } from '../../ui/toggles.tsx'
import { Section } from './section.tsx'

const lateRules = ['ask', 'publish', 'skip'] as const
const weekStarts = ['0', '1', '6', '7'] as const
const followDevice = 'device'

export function PublishingPage() {
  const { t } = useTranslation('settings')
  const studio = useStudio()
  const publishing = useSetting('publishing')
  const calendar = useSetting('calendar')
  const { time } = useFormat()
  const now = useNow()
  const here = deviceZone()
  const choices = useMemo(
    () => [
      { id: followDevice, label: t('publishing.zoneDevice', { place: cityOf(here) }) },
      ...zones().map((id) => ({ id, label: id.replaceAll('_', ' ').replaceAll('/', ' / ') })),
    ],
    [here, t],
  )

  return (
    <>
      <Section title={t('publishing.pause')}>
        <Switch
          label={t('publishing.pauseLabel')}
          hint={t('publishing.pauseHint')}
          isSelected={publishing.paused}
          onChange={(paused) => void studio.settings.patch('publishing', { paused })}
        />
        {publishing.paused && <Notice tone="amber">{t('publishing.paused')}</Notice>}
      </Section>
      <Section title={t('publishing.late')} text={t('publishing.lateText')}>
        <RadioGroup
          label={t('publishing.lateLabel')}
          options={lateRules.map((id) => ({
            id,
            label: t(`publishing.rule.${id}.name`),
            hint: t(`publishing.rule.${id}.hint`),
          }))}
          value={publishing.late}
          onChange={(late) => void studio.settings.patch('publishing', { late })}
        />
      </Section>
      <Section title={t('publishing.calendar')}>
        <ComboBox
          label={t('publishing.zone')}
          hint={t('publishing.zoneHint', { time: time(now, calendar.zone || here) })}
          options={choices}
          value={calendar.zone || followDevice}
          emptyText={t('publishing.zoneNone')}
          onChange={(id) => void studio.settings.patch('calendar', { zone: id === followDevice ? '' : id })}
        />
        <Select
          label={t('publishing.weekStart')}
          options={weekStarts.map((id) => ({ id, label: t(`publishing.week.${id}`) }))}
          value={weekStarts.find((id) => Number(id) === calendar.weekStart) ?? '0'}
          onChange={(id) => void studio.settings.patch('calendar', { weekStart: Number(id) })}
        />
      </Section>
    </>
  )
}
