import { useTranslation } from 'react-i18next'
import type { Post } from '../../../shared/collections/posts.ts'
import { ConfirmDialog } from '../../ui/dialog.tsx'

/** Publishing cannot be called back from those who have read it: so it names what will happen before it does. */
export function PublishDialog({
  post,
  address,
  offline,
  waiting,
  planned,
  isOpen,
  onConfirm,
  onClose,
}: {
  post: Post
  /** Where it will be read, without the scheme. */
  address: string
  offline: boolean
  /** Pictures that have to be uploaded first. */
  waiting: number
  /** A time was chosen before, which no longer counts then. */
  planned: boolean
  isOpen: boolean
  onConfirm: () => void
  onClose: () => void
}) {
  const { t } = useTranslation('posts')
  return (
    <ConfirmDialog
      title={t('publish.title', { title: post.title || t('untitled') })}
      confirm={t('publish.confirm')}
      tone="primary"
      isOpen={isOpen}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      <p>{t(`publish.what.${post.visibility}`, { address })}</p>
      {planned && <p>{t('publish.insteadOfPlan')}</p>}
      {offline && <p>{t('publish.offline')}</p>}
      {waiting > 0 && <p>{t('publish.pictures', { count: waiting })}</p>}
    </ConfirmDialog>
  )
}
