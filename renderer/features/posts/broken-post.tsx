import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { isPublic } from '../../../shared/domain/post-state.ts'
import { detailOf, sentenceOf } from '../../app/errors.ts'
import { useTitle } from '../../app/title.ts'
import { useOutcome } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { Notice } from '../../ui/notice.tsx'
import { WorkArea } from '../../ui/work-area.tsx'
import { useStudioDesk } from './editor/use-desk.ts'
import { useHistory } from './history/use-history.ts'
import { useRestore } from './history/use-restore.ts'
import { VersionList } from './history/version-list.tsx'

const HistoryView = lazy(() => import('./history/history.tsx'))

type Props = { post: Post; error: unknown; onRestored(): void }

/** A post whose text cannot be opened: it says so, and leads to what the post was before. */
export function BrokenPost({ post, error, onRestored }: Props) {
  const { t } = useTranslation('posts')
  const [isOpen, setOpen] = useState(false)
  const history = useHistory(post, isOpen)
  const { pictureUrl } = useStudioDesk()
  const outcome = useOutcome(post.id)
  const restore = useRestore({ post, isPublic: isPublic(outcome ?? null), editor: null, onDone: onRestored })
  const title = post.title || t('untitled')
  useTitle(title, t('list.label'))

  if (!isOpen)
    return (
      <div className="posts-broken">
        <Notice
          tone="red"
          title={t('broken.title')}
          detail={detailOf(error)}
          action={<Button onPress={() => setOpen(true)}>{t('broken.history')}</Button>}
        >
          {t('broken.text', { why: sentenceOf(error, t) })}
        </Notice>
      </div>
    )
  return (
    <WorkArea
      title={title}
      actions={
        <Button variant="quiet" onPress={() => setOpen(false)}>
          {t('broken.back')}
        </Button>
      }
      inspectorLabel={t('history.versions')}
      inspector={<VersionList {...history} />}
    >
      <Suspense>
        <HistoryView
          post={post}
          history={history}
          keepsSlug={restore.keepsSlug}
          pictureUrl={pictureUrl}
          onRestore={restore.run}
          onLeave={() => setOpen(false)}
        />
      </Suspense>
    </WorkArea>
  )
}
