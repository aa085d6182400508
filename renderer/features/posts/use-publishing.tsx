import { useNavigate } from '@tanstack/react-router'
import { type ReactNode, useState } from 'react'
import { safetyReceipt } from '../../../shared/domain/post-state.ts'
import { useHostInfo, useSignedIn } from '../../app/host-context.tsx'
import { useNow } from '../../app/now.ts'
import { useOutcome, usePost, useServerCopy, useStudio } from '../../data/index.ts'
import { type BodyFacts, factsIn, useNotUploaded } from './editor/body-facts.ts'
import { preflight } from './inspector/preflight.ts'
import { judgeSlug } from './inspector/slug.ts'
import { openPlan } from './planned.ts'
import { PublishDialog } from './publish-dialog.tsx'
import { type PostCommands, type PostThing, usePostCommands } from './use-post-commands.ts'
import { useReceiptSync } from './use-receipt-sync.ts'
import { useTry } from './use-try.ts'

type Asked = { id: string; facts: BodyFacts }

/** The commands of posts, with the one question that is asked before publishing at once, from wherever that is. */
export function usePublishing(): { commandsOf: (post: PostThing) => PostCommands; dialog: ReactNode } {
  const { db, posts } = useStudio()
  const attempt = useTry()
  const [asked, setAsked] = useState<Asked | null>(null)
  const ask = async (id: string): Promise<void> => {
    await posts.settle()
    const { readBody } = await import('../../../shared/domain/richtext/index.ts')
    const post = await db.posts.findOne(id).exec()
    if (post) setAsked({ id, facts: factsIn(readBody(post.body).json) })
  }
  const commandsOf = usePostCommands((post) => attempt(ask(post.id)))
  return { commandsOf, dialog: asked && <AskPublish key={asked.id} {...asked} onClose={() => setAsked(null)} /> }
}

function AskPublish({ id, facts, onClose }: Asked & { onClose: () => void }) {
  const { posts, index } = useStudio()
  const { handle } = useSignedIn()
  const { serverUrl } = useHostInfo()
  const navigate = useNavigate()
  const post = usePost(id)
  const outcome = useOutcome(id)
  const copy = useServerCopy(id)
  const sync = useReceiptSync()
  const now = useNow()
  const attempt = useTry()
  const notUploaded = useNotUploaded([...new Set([...facts.pictures, ...(post?.cover ? [post.cover] : [])])])
  if (!post) return null
  const verdict = judgeSlug(
    post.slug,
    post.title,
    index.rows$.value.filter((row) => row.id !== id),
    outcome?.slug,
  )
  const slug = post.slug || (verdict.kind === 'derived' ? verdict.derived : '')
  const receipt = safetyReceipt(post, outcome, copy, sync, now)
  return (
    <PublishDialog
      post={post}
      address={`${new URL(serverUrl).host}/@${handle}/${slug}`}
      checks={preflight(post, receipt, facts, notUploaded)}
      offline={receipt.offline}
      planned={openPlan(post.plan, receipt.state)?.mode === 'schedule'}
      onOpen={() => {
        onClose()
        attempt(navigate({ to: '/posts/$id', params: { id } }))
      }}
      onClose={onClose}
      onConfirm={() => attempt(posts.publishNow(id))}
    />
  )
}
