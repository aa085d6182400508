import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../../shared/collections/posts.ts'
import { sentenceOfProblem } from '../../../app/errors.ts'
import { cityOf, useFormat } from '../../../app/format.ts'
import { Button } from '../../../ui/button.tsx'
import { DateTimeField } from '../../../ui/date-time.tsx'
import { Notice } from '../../../ui/notice.tsx'
import { Select } from '../../../ui/select.tsx'
import { ZoneChoice } from '../../calendar/zone-choice.tsx'
import type { PlanWish } from './plan-wish.ts'

export type ScheduleDraft = { local: string; zone: string; late: Plan['late'] }

/** Day, time and whose clock; with what the clocks do to it said before it is too late. */
export function ScheduleFields({
  draft,
  wish,
  weekStart,
  homeZone,
  now,
  onChange,
}: {
  draft: ScheduleDraft
  wish: PlanWish
  weekStart: number
  /** The zone the creator plans in, offered first. */
  homeZone: string
  now: number
  onChange: (draft: ScheduleDraft) => void
}) {
  const { t } = useTranslation(['posts', 'calendar'])
  const format = useFormat()
  const clock = (local: string): string => format.time(`${local}Z`, 'UTC')
  const error =
    wish.kind === 'passed' ? t('plan.passed') : wish.kind === 'refused' ? sentenceOfProblem(wish, t) : undefined
  return (
    <>
      <DateTimeField
        label={t('plan.time')}
        value={draft.local}
        weekStart={weekStart}
        onChange={(local) => onChange({ ...draft, local })}
        {...(error ? { error } : {})}
      />
      <div className="field">
        <span className="field-label">{t('plan.zone')}</span>
        <ZoneChoice
          look="field"
          label={t('plan.zone')}
          zone={draft.zone}
          homeZone={homeZone}
          at={wish.kind === 'good' || wish.kind === 'passed' ? Date.parse(wish.at) : now}
          locale={format.locale}
          onChoose={(zone) => onChange({ ...draft, zone })}
        />
      </div>
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
