import { memo, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Plan } from '../../../../shared/collections/posts.ts'
import { plannedWhen } from '../../../../shared/domain/calendar.ts'
import type { PostState, SafetyReceipt } from '../../../../shared/domain/post-state.ts'
import { deviceZone, useFormat } from '../../../app/format.ts'
import { Button } from '../../../ui/button.tsx'
import { openPlan } from '../planned.ts'
import type { PostCommands } from '../use-post-commands.ts'
import { readWish, suggestedLocal } from './plan-wish.ts'
import { type ScheduleDraft, ScheduleFields } from './schedule-fields.tsx'
import { useKeptFocus } from './use-kept-focus.ts'

export type PlanDefaults = { zone: string; weekStart: number; late: Plan['late'] }

const draftOf = (plan: Plan | null, defaults: PlanDefaults, now: number): ScheduleDraft =>
  // A time that has passed is nothing to start from.
  plan?.mode === 'schedule' && Date.parse(plan.at) > now
    ? { ...plannedWhen(plan, deviceZone()), late: plan.late }
    : { local: suggestedLocal(now, defaults.zone), zone: defaults.zone, late: defaults.late }

type Props = {
  plan: Plan
  state: PostState
  isPublic: boolean
  pending: SafetyReceipt['pending']
  defaults: PlanDefaults
  now: number
  /** A check that must be put right first; its words are in the checks. */
  blocked: boolean
  commands: PostCommands
}

/** When the post goes out: at a time, now, or not at all. One primary action for the state it is in. */
export const PlanPanel = memo(function PlanPanel({
  plan: held,
  state,
  isPublic,
  pending,
  defaults,
  now,
  blocked,
  commands,
}: Props) {
  const { t } = useTranslation('posts')
  const format = useFormat()
  const plan = openPlan(held, state)
  // What the fields hold is a wish until it is pressed; a plan made elsewhere replaces it.
  const [wished, setWished] = useState<{ planId: string; draft: ScheduleDraft } | null>(null)
  const draft = wished?.planId === held.id ? wished.draft : draftOf(plan, defaults, now)
  const kept = useKeptFocus(`${held.id} ${state}`)
  const wish = readWish(draft.local, draft.zone, now)
  const planned = plan?.mode === 'schedule'
  const same = planned && draft.local === plan.local && draft.zone === plan.zone && draft.late === plan.late

  if (isPublic) return <PublishedPanel state={state} pending={pending} blocked={blocked} commands={commands} />
  if (plan?.mode === 'now')
    return (
      <div className="posts-plan" {...kept}>
        <p>{t('plan.nowWaiting')}</p>
        <Button onPress={commands.cancel}>{t('plan.stop')}</Button>
      </div>
    )

  const when = wish.kind === 'good' ? format.when(wish.at, draft.zone, now) : ''
  const offer = !same || state === 'late' || state === 'failed'
  return (
    <div className="posts-plan">
      <ScheduleFields
        draft={draft}
        wish={wish}
        weekStart={defaults.weekStart}
        homeZone={defaults.zone}
        now={now}
        onChange={(next) => setWished({ planId: held.id, draft: next })}
      />
      <div className="posts-plan-actions" {...kept}>
        {offer && (
          <Button
            variant="primary"
            isDisabled={wish.kind !== 'good' || blocked}
            onPress={() => commands.schedule(draft)}
          >
            {planned ? t('plan.move') : t('plan.schedule')}
          </Button>
        )}
        {planned && <Button onPress={commands.cancel}>{t('plan.cancel')}</Button>}
        <Button isDisabled={blocked} onPress={commands.askPublishNow}>
          {t('plan.now')}
        </Button>
      </div>
      {offer && wish.kind === 'good' && (
        <p className="posts-hint" title={format.exact(wish.at, draft.zone)}>
          {draft.zone === deviceZone()
            ? t('plan.comes', { when })
            : t('plan.will', { when: format.when(wish.at, undefined, now) })}
        </p>
      )}
    </div>
  )
})

function PublishedPanel({
  state,
  pending,
  blocked,
  commands,
}: Pick<Props, 'state' | 'pending' | 'blocked' | 'commands'>) {
  const { t } = useTranslation('posts')
  const kept = useKeptFocus(`${state} ${pending}`)
  return (
    <div className="posts-plan">
      <div className="posts-plan-actions" {...kept}>
        {state === 'changed' && (
          <Button variant="primary" isDisabled={pending === 'release' || blocked} onPress={commands.update}>
            {t('plan.update')}
          </Button>
        )}
        <Button onPress={commands.view}>{t('plan.view')}</Button>
        <Button onPress={commands.copyLink}>{t('plan.copyLink')}</Button>
        <Button variant="danger" isDisabled={pending === 'withdrawal'} onPress={commands.unpublish}>
          {t('plan.unpublish')}
        </Button>
      </div>
    </div>
  )
}
