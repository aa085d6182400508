import { useNavigate, useParams } from '@tanstack/react-router'
import { FileQuestion } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { BrokenPost } from './broken-post.tsx'
import { PostEditor } from './post-editor.tsx'
import { useOpened } from './use-opened.ts'

/** The work area of one post. */
export default function EditorRoute() {
  const { t } = useTranslation('posts')
  const { id = '' } = useParams({ strict: false })
  const navigate = useNavigate()
  const opened = useOpened(id)
  switch (opened.state) {
    case 'reading':
      return null
    case 'missing':
      return (
        <div className="frame-blank">
          <EmptyState
            picture={<FileQuestion />}
            title={t('missing.title')}
            action={<Button onPress={() => void navigate({ to: '/posts' })}>{t('missing.back')}</Button>}
          >
            {t('missing.text')}
          </EmptyState>
        </div>
      )
    case 'broken':
      return <BrokenPost key={id} post={opened.post} error={opened.error} onRestored={opened.tryAgain} />
    case 'open':
      return <PostEditor post={opened.post} body={opened.body} />
  }
}
