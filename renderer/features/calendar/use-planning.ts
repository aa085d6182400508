import type { TFunction } from 'i18next'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import { checkWhen, type When } from '../../../shared/domain/calendar.ts'
import { sentenceOf } from '../../app/errors.ts'
import { toast } from '../../ui/toast.tsx'
import type { CalendarPost } from './calendar-post.ts'
import { asPlanned, type CalendarActions, isPlanOf, refusal, type Target, whenOf, whenText } from './planning.ts'
import type { Scene } from './scene.ts'

export type Planning = {
  /** Posts with what has just been planned already in its place. */
  posts: readonly CalendarPost[]
  drafts: readonly CalendarPost[]
  /** Plans a post for a time, or says why not and offers the nearest. True when it was taken. */
  place(post: CalendarPost, when: When): boolean
  putOn(post: CalendarPost, target: Target): void
  unschedule(post: CalendarPost): void
}

const none: ReadonlyMap<string, CalendarPost> = new Map()

/** Carries out moves: checked, drawn at once, told by a toast with the way back. */
export function usePlanning(
  posts: readonly CalendarPost[],
  drafts: readonly CalendarPost[],
  actions: CalendarActions,
  scene: Scene,
): Planning {
  const [moved, setMoved] = useState(none)
  const latest = useRef({ actions, scene })
  latest.current = { actions, scene }

  const forget = useCallback((id: string) => {
    setMoved((all) => {
      if (!all.has(id)) return all
      const rest = new Map(all)
      rest.delete(id)
      return rest
    })
  }, [])

  // What the database shows by now need not be pretended any longer.
  useEffect(() => {
    if (moved.size === 0) return
    for (const post of posts) {
      const pretended = moved.get(post.id)
      if (pretended && isPlanOf(post, pretended)) forget(post.id)
    }
  }, [posts, moved, forget])

  return useMemo(() => {
    const tell = (message: string, undo?: () => Promise<void>, t?: TFunction<'calendar'>) =>
      toast({
        message,
        ...(undo && t ? { action: { label: t('undo'), run: () => void undo().catch(tellFailure) } } : {}),
      })
    const tellFailure = (error: unknown) => toast({ message: sentenceOf(error, latest.current.scene.t), tone: 'red' })

    const undoOf = (post: CalendarPost) => async () => {
      forget(post.id)
      const { actions: act } = latest.current
      if (post.mode === 'schedule') await act.schedule(post.id, { local: post.local, zone: post.zone, late: post.late })
      else if (post.mode === 'now') await act.publishNow(post.id)
      else await act.cancel(post.id)
    }

    const place = (post: CalendarPost, when: When): boolean => {
      const { actions: act, scene: here } = latest.current
      const { t, words, offsets } = here
      const check = checkWhen(when, Date.now())
      if (!check.ok) {
        const message = refusal(check, t, words)
        if (check.why === 'past') tell(message)
        else
          toast({
            message,
            action: {
              label: t('useNearest', { time: words.time(Date.parse(`${check.nearest}Z`)) }),
              run: () => place(post, { local: check.nearest, zone: check.zone }),
            },
          })
        return false
      }
      setMoved((all) => new Map(all).set(post.id, asPlanned(post, when, check.at)))
      const title = post.title || t('untitled')
      const key = post.mode === 'draft' ? 'planned' : check.twice ? 'movedTwice' : 'moved'
      act.schedule(post.id, { ...when, late: post.late }).then(
        () => tell(t(key, { title, when: whenText(when, offsets, words) }), undoOf(post), t),
        (error: unknown) => {
          forget(post.id)
          tellFailure(error)
        },
      )
      return true
    }

    const unschedule = (post: CalendarPost) => {
      const { actions: act, scene: here } = latest.current
      act
        .cancel(post.id)
        .then(
          () => tell(here.t('unscheduled', { title: post.title || here.t('untitled') }), undoOf(post), here.t),
          tellFailure,
        )
    }

    return {
      posts: moved.size === 0 ? posts : withMoved(posts, moved),
      drafts: moved.size === 0 ? drafts : drafts.filter((draft) => !moved.has(draft.id)),
      place,
      unschedule,
      putOn: (post, target) => {
        if (target.kind === 'tray') {
          if (post.mode !== 'draft') unschedule(post)
          return
        }
        const when = whenOf(post, target, latest.current.scene.offsets, Date.now())
        if (when) place(post, when)
      },
    }
  }, [posts, drafts, moved, forget])
}

function withMoved(posts: readonly CalendarPost[], moved: ReadonlyMap<string, CalendarPost>): CalendarPost[] {
  return [...posts.filter((post) => !moved.has(post.id)), ...moved.values()]
}
