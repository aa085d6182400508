import { Outlet, useParams } from '@tanstack/react-router'
import { lazy, Suspense } from 'react'
import { useTranslation } from 'react-i18next'
import { SplitPane } from '../ui/split-pane.tsx'
import { useRemembered, useWidth } from '../ui/use-media.ts'
import { useCommand } from './commands.ts'
import { ErrorBoundary } from './error-boundary.tsx'

const PostsList = lazy(() => import('../features/posts/posts-route.tsx'))

/** Below this, list and work do not fit beside each other: an open post has the room, the list is one step back. */
export const listFoldsBelow = 960

export function PostsPane() {
  const { t } = useTranslation('app')
  const { id } = useParams({ strict: false })
  const isNarrow = useWidth() < listFoldsBelow
  const [isFolded, setFolded] = useRemembered('list.folded', false)
  useCommand({
    id: 'view.list',
    titleKey: 'app:command.toggleList',
    group: 'view',
    shortcut: 'Mod+\\',
    run: () => setFolded(!isFolded),
  })

  const list = (
    <ErrorBoundary>
      <Suspense>
        <PostsList />
      </Suspense>
    </ErrorBoundary>
  )
  if (isNarrow && !id) {
    return (
      <section className="frame-list" aria-label={t('postsPane')}>
        <h1 className="sr-only">{t('postsPane')}</h1>
        {list}
      </section>
    )
  }
  return (
    <SplitPane
      id="posts"
      side="start"
      label={t('postsPane')}
      initial={304}
      min={256}
      max={460}
      isFolded={isNarrow || (isFolded && Boolean(id))}
      pane={<div className="frame-list">{list}</div>}
    >
      <div className="frame-work">
        <ErrorBoundary resetKey={id ?? ''}>
          <Suspense>
            <Outlet />
          </Suspense>
        </ErrorBoundary>
      </div>
    </SplitPane>
  )
}
