import { useNavigate, useParams } from '@tanstack/react-router'
import { FileQuestion } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { detailOf, sentenceOf } from '../../app/errors.ts'
import { usePost } from '../../data/index.ts'
import { Button } from '../../ui/button.tsx'
import { EmptyState } from '../../ui/empty-state.tsx'
import { Notice } from '../../ui/notice.tsx'
import { useOpenBody } from './editor/use-open-body.ts'
import { PostEditor } from './post-editor.tsx'

/** The work area of one post. */
export default function EditorRoute() {
  const { id = '' } = useParams({ strict: false })
  return <OpenPost key={id} id={id} />
}

function OpenPost({ id }: { id: string }) {
  const { t } = useTranslation('posts')
  const navigate = useNavigate()
  const post = usePost(id)
  const { body, error } = useOpenBody(id)
  if (post === null)
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
  if (error)
    return (
      <div className="posts-broken">
        <Notice tone="red" title={t('broken.title')} detail={detailOf(error)}>
          {t('broken.text', { why: sentenceOf(error, t) })}
        </Notice>
      </div>
    )
  if (!post || !body) return null
  return <PostEditor post={post} body={body} />
}
