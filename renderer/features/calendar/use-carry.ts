import { useState } from 'react'
import {
  checkWhen,
  dayAt,
  moveByMinutes,
  moveToDay,
  proposeWhen,
  type When,
  wallOf,
} from '../../../shared/domain/calendar.ts'
import { addDays, type Day } from '../../../shared/domain/calendar-days.ts'
import { type CalendarPost, isFixed } from './calendar-post.ts'
import { asPlanned, ownPlan, refusal, whenText } from './planning.ts'
import type { PlacedPost, Scene } from './scene.ts'
import type { Planning } from './use-planning.ts'

/** A post picked up with the keyboard, and where it is held. */
export type Carry = { post: CalendarPost; when: When; at: number }

export type Carrying = {
  carry: Carry | null
  placed: PlacedPost | null
  begin(post: CalendarPost, day: Day): boolean
  stepDays(count: number): Day
  stepMinutes(count: number): Day
  /** True when it was put down; else the sentence has been said and it is still held. */
  drop(): boolean
  cancel(): void
}

/** Moving without a pointer: every step is said, nothing is written before the drop. */
export function useCarry(planning: Planning, scene: Scene, say: (text: string) => void): Carrying {
  const [carry, setCarry] = useState<Carry | null>(null)
  const { offsets, words, t } = scene

  const hold = (post: CalendarPost, when: When): Day => {
    const { at } = checkWhen(when, 0)
    setCarry({ post, when, at })
    return dayAt(at, offsets)
  }
  const step = (when: When): Day => {
    const day = hold(carry!.post, when)
    say(whenText(when, offsets, words))
    return day
  }

  return {
    carry,
    placed: carry && placedOf(carry, scene),
    begin: (post, day) => {
      if (isFixed(post)) {
        say(t('refuse.fixed'))
        return false
      }
      const when = Number.isNaN(post.at)
        ? proposeWhen(Math.max(day, scene.today) as Day, offsets.zone, Date.now())
        : ownPlan(post, offsets)
      if (!when) {
        say(t('refuse.dayOver'))
        return false
      }
      hold(post, { local: when.local, zone: when.zone })
      say(t('carry.begun', { title: post.title || t('untitled'), when: whenText(when, offsets, words) }))
      return true
    },
    stepDays: (count) =>
      step(moveToDay({ ...carry!.when, at: carry!.at }, addDays(dayAt(carry!.at, offsets), count), offsets)),
    stepMinutes: (count) => step(moveByMinutes({ at: carry!.at, zone: carry!.when.zone }, count)),
    drop: () => {
      const { post, when } = carry!
      const unmoved = post.mode === 'schedule' && when.local === post.local && when.zone === post.zone
      if (unmoved) {
        setCarry(null)
        say(t('carry.unmoved'))
        return true
      }
      const check = checkWhen(when, Date.now())
      if (!check.ok) {
        const sentence = refusal(check, t, words)
        if (check.why === 'gap') {
          hold(post, { local: check.nearest, zone: check.zone })
          say(`${sentence} ${t('carry.again', { time: words.time(wallOf(check.nearest)) })}`)
        } else say(sentence)
        return false
      }
      setCarry(null)
      planning.place(post, when)
      return true
    },
    cancel: () => {
      setCarry(null)
      say(t('carry.cancelled'))
    },
  }
}

function placedOf(carry: Carry, { offsets }: Scene): PlacedPost {
  const wall = offsets.wall(carry.at)
  return {
    item: asPlanned(carry.post, carry.when, carry.at),
    at: carry.at,
    wall,
    day: dayAt(carry.at, offsets),
    second: offsets.isSecond(carry.at),
  }
}
