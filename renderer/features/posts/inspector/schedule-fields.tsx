import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../../shared/collections/posts.ts'
import { zones } from '../../../../shared/domain/schedule.ts'
import { cityOf, useFormat } from '../../../app/format.ts'
import { Button } from '../../../ui/button.tsx'
import { ComboBox } from '../../../ui/combo-box.tsx'
import { DateTimeField } from '../../../ui/date-time.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { Select } from '../../../ui/select.tsx'
import type { PlanWish } from './plan-wish.ts'

export type ScheduleDraft = { local: string; zone: string; late: Plan['late'] }

/** Day, time and whose clock; with what the clocks do to it said before it is too late. */
export function ScheduleFields({
  draft,
  wish,
  weekStart,
  onChange,
}: {
  draft: ScheduleDraft
  wish: PlanWish
  weekStart: number
  onChange: (draft: ScheduleDraft) => void
}) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const zoneOptions = useMemo(
    () =>
      zones().map((zone) => ({
        id: zone,
        label: cityOf(zone),
        hint: zone.includes('/') ? zone.slice(0, zone.lastIndexOf('/')).replaceAll('_', ' ') : '',
      })),
    [],
  )
  const clock = (local: string): string => format.time(`${local}Z`, 'UTC')
  const error = wish.kind === 'passed' ? t('plan.passed') : wish.kind === 'refused' ? wish.message : undefined
  return (
    <>
      <DateTimeField
        label={t('plan.time')}
        value={draft.local}
        weekStart={weekStart}
        onChange={(local) => onChange({ ...draft, local })}
        {...(error ? { error } : {})}
      />
      <ComboBox
        label={t('plan.zone')}
        options={zoneOptions}
        value={draft.zone}
        emptyText={t('plan.noZone')}
        onChange={(zone) => onChange({ ...draft, zone })}
      />
      {wish.kind === 'gap' && (
        <Notice tone="amber">
          {t('plan.gap', {
            time: clock(draft.local),
            from: clock(wish.gapFrom),
            to: clock(wish.gapTo),
            city: cityOf(draft.zone),
          })}
          <div className="posts-gap">
            {[wish.before, wish.after].map((local) => (
              <Button key={local} size="compact" onPress={() => onChange({ ...draft, local })}>
                {clock(local)}
              </Button>
            ))}
          </div>
        </Notice>
      )}
      {wish.kind === 'good' && wish.repeated && (
        <p className="posts-hint">{t('plan.repeated', { time: clock(draft.local), offset: wish.offset })}</p>
      )}
      <Select
        label={t('plan.late.label')}
        value={draft.late}
        options={(['ask', 'publish', 'skip'] as const).map((id) => ({ id, label: t(`plan.late.${id}`) }))}
        onChange={(late) => onChange({ ...draft, late: late as Plan['late'] })}
      />
      <p className="posts-hint">{t('plan.late.hint')}</p>
    </>
  )
}
