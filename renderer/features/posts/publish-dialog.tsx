import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'
import { Checks } from './inspector/checks.tsx'
import { type Check, isBlocked } from './inspector/preflight.ts'
import './inspector/inspector.css'
import './posts.css'

/** Publishing cannot be called back from those who have read it: so it names what will be where, and for whom. */
export function PublishDialog({
  post,
  address,
  checks,
  offline,
  planned,
  onOpen,
  onConfirm,
  onClose,
}: {
  post: Post
  /** Where it will be read, without the scheme. */
  address: string
  checks: readonly Check[]
  offline: boolean
  /** A time was chosen before, which no longer counts then. */
  planned: boolean
  /** To the post, to put something right. */
  onOpen: () => void
  onConfirm: () => void
  onClose: () => void
}) {
  const { t } = useTranslation('posts')
  const { visibility } = post
  return (
    <ConfirmDialog
      title={t('publish.title', { title: post.title || t('untitled') })}
      confirm={t('publish.confirm')}
      tone="primary"
      isOpen
      isBlocked={isBlocked(checks)}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {checks.length > 0 && <Checks checks={checks} offline={offline} onGo={onOpen} />}
      <dl className="posts-publish">
        <dt>{t('slug.label')}</dt>
        <dd>{address}</dd>
        <dt>{t('visibility.label')}</dt>
        <dd>{t(`visibility.${visibility}`)}</dd>
      </dl>
      <p>{t(`publish.what.${visibility}`)}</p>
      {planned && <p>{t('publish.insteadOfPlan')}</p>}
      {offline && <p>{t('publish.offline')}</p>}
    </ConfirmDialog>
  )
}
