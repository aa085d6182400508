import { type ReactNode, useState } from 'react'
import { postState } from '../../../shared/domain/post-state.ts'
import { useHostInfo, useSignedIn } from '../../app/host-context.tsx'
import { useOutcome, usePost, useStudio, useSyncStatus } from '../../data/index.ts'
import { judgeSlug } from './inspector/slug.ts'
import { openPlan } from './planned.ts'
import { PublishDialog } from './publish-dialog.tsx'
import { type PostCommands, type PostThing, usePostCommands } from './use-post-commands.ts'
import { useTry } from './use-try.ts'

/** The commands of posts, with the one question that must be asked before publishing at once. */
export function usePublishing(): { commandsOf: (post: PostThing) => PostCommands; dialog: ReactNode } {
  const [asked, setAsked] = useState<string | null>(null)
  const commandsOf = usePostCommands((post) => setAsked(post.id))
  return { commandsOf, dialog: asked && <AskPublish key={asked} id={asked} onClose={() => setAsked(null)} /> }
}

function AskPublish({ id, onClose }: { id: string; onClose: () => void }) {
  const { posts, index } = useStudio()
  const { handle } = useSignedIn()
  const { serverUrl } = useHostInfo()
  const post = usePost(id)
  const outcome = useOutcome(id)
  const sync = useSyncStatus()
  const attempt = useTry()
  if (!post) return null
  const verdict = judgeSlug(
    post.slug,
    post.title,
    index.rows$.value.filter((row) => row.id !== id),
    outcome?.slug,
  )
  const slug = post.slug || (verdict.kind === 'derived' ? verdict.derived : '')
  return (
    <PublishDialog
      post={post}
      address={`${new URL(serverUrl).host}/@${handle}/${slug}`}
      offline={sync.phase === 'offline' || sync.phase === 'signed-out'}
      waiting={outcome?.missing.length ?? 0}
      planned={openPlan(post.plan, postState(post, outcome, Date.now()))?.mode === 'schedule'}
      isOpen
      onClose={onClose}
      onConfirm={() => attempt(posts.publishNow(id))}
    />
  )
}
