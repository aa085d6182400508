import { useTranslation } from 'react-i18next'
import { checkWhen, type When } from '../../../shared/domain/calendar.ts'
import { sentenceOf } from '../../app/errors.ts'
import { useFormat } from '../../app/format.ts'
import type { PostActions } from '../../data/types.ts'
import { toast } from '../../ui/toast.tsx'
import { type LatePost, moveTogether } from './late-post.ts'

/** What keeps a publication from happening at once. */
export type Hindrance = 'paused' | 'offline' | null

export type Answers = {
  publish(posts: readonly LatePost[]): void
  move(posts: readonly LatePost[], first: When): void
  skip(posts: readonly LatePost[]): void
}

/**
 * Carries out what the author says, for one post or for all. Moved and skipped posts can be put back as they were: late,
 * and asked about again. Published ones go out to others, so there is no way back to offer.
 */
export function useAnswers(actions: PostActions, hindrance: Hindrance): Answers {
  const { t } = useTranslation('review')
  const { when: say } = useFormat()
  const tellFailure = (error: unknown) => {
    toast({ message: sentenceOf(error, t), tone: 'red' })
  }

  /** All are tried; what failed is said by its own sentence and the rest is kept. */
  const run = (
    posts: readonly LatePost[],
    act: (post: LatePost) => Promise<void>,
    message: (count: number, title: string) => string,
    back?: (post: LatePost) => Promise<void>,
  ) => {
    const answer = async () => {
      const results = await Promise.allSettled(posts.map(act))
      const done = posts.filter((_, i) => results[i]?.status === 'fulfilled')
      for (const result of results) if (result.status === 'rejected') tellFailure(result.reason)
      if (done.length === 0) return
      toast({
        message: message(done.length, done[0]?.title || t('untitled')),
        ...(back
          ? { action: { label: t('undo'), run: () => run(done, back, (count) => t('putBack', { count })) } }
          : {}),
      })
    }
    answer().catch(tellFailure)
  }

  const asBefore = async (post: LatePost) => {
    if (post.mode === 'schedule') await actions.schedule(post.id, { ...post.when, late: post.late })
    else await actions.publishNow(post.id)
  }

  return {
    publish: (posts) =>
      run(
        posts,
        (post) => actions.publishNow(post.id),
        (count, title) => t(`published.${hindrance ?? 'now'}`, { count, title }),
      ),
    move: (posts, first) => {
      const plans = new Map(moveTogether(posts, first).map(({ id, when }) => [id, when]))
      run(
        posts,
        (post) => actions.schedule(post.id, { ...plans.get(post.id)!, late: post.late }),
        (count, title) => t('moved', { count, title, when: say(checkWhen(first, 0).at, first.zone) }),
        asBefore,
      )
    },
    skip: (posts) =>
      run(
        posts,
        (post) => actions.cancel(post.id),
        (count, title) => t('skipped', { count, title }),
        asBefore,
      ),
  }
}
