import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { useHost, useHostInfo } from '../../app/host-context.tsx'
import { useStudio } from '../../data/index.ts'
import { toast } from '../../ui/toast.tsx'
import { flushDrafts } from './editor/draft-value.ts'
import type { ScheduleDraft } from './inspector/schedule-fields.tsx'
import { useTry } from './use-try.ts'

/** What can be done with a post, from its menu, its inspector and the palette alike. What can be undone offers it. */
export type PostCommands = {
  schedule: (wish: ScheduleDraft) => void
  cancel: () => void
  askPublishNow: () => void
  update: () => void
  view: () => void
  copyLink: () => void
  unpublish: () => void
  duplicate: () => void
  remove: () => void
}

export type PostThing = Pick<Post, 'id' | 'title' | 'plan'> & { path: string }

export function usePostCommands(onAskPublish: (post: PostThing) => void) {
  const { t } = useTranslation('posts')
  const { posts } = useStudio()
  const host = useHost()
  const { serverUrl } = useHostInfo()
  const navigate = useNavigate()
  const attempt = useTry()
  const undo = (message: string, run: () => Promise<unknown>) =>
    toast({ message, action: { label: t('ui:undo'), run: () => attempt(run()) } })

  return (post: PostThing): PostCommands => {
    const { id } = post
    const title = post.title || t('untitled')
    return {
      schedule: (wish) => attempt(posts.schedule(id, wish)),
      cancel: () => {
        const { mode, local, zone, late } = post.plan
        const work = posts.cancel(id).then(() => {
          if (mode === 'schedule') undo(t('done.cancelled', { title }), () => posts.schedule(id, { local, zone, late }))
        })
        attempt(work)
      },
      askPublishNow: () => {
        flushDrafts()
        onAskPublish(post)
      },
      update: () => {
        flushDrafts()
        attempt(posts.update(id))
      },
      view: () => attempt(host.host.openExternal({ url: serverUrl + post.path })),
      copyLink: () =>
        attempt(
          navigator.clipboard.writeText(serverUrl + post.path).then(() => {
            toast({ message: t('done.copied') })
          }),
        ),
      unpublish: () =>
        attempt(posts.unpublish(id).then(() => undo(t('done.unpublished', { title }), () => posts.publishNow(id)))),
      duplicate: () => {
        flushDrafts()
        attempt(posts.duplicate(id).then((copy) => navigate({ to: '/posts/$id', params: { id: copy } })))
      },
      remove: () => {
        const work = posts.remove(id).then((restore) => {
          if (location.hash.includes(id)) void navigate({ to: '/posts' })
          undo(t('done.removed', { title }), async () => {
            await restore()
            await navigate({ to: '/posts/$id', params: { id } })
          })
        })
        attempt(work)
      },
    }
  }
}
