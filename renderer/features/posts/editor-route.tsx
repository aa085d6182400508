import { useNavigate, useParams } from '@tanstack/react-router'
import { FileQuestion } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { detailOf, sentenceOf } from '../../app/errors.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
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
      return (
        <div className="posts-broken">
          <Notice tone="red" title={t('broken.title')} detail={detailOf(opened.error)}>
            {t('broken.text', { why: sentenceOf(opened.error, t) })}
          </Notice>
        </div>
      )
    case 'open':
      return <PostEditor post={opened.post} body={opened.body} />
  }
}
