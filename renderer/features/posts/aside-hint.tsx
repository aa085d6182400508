import { Link } from '@tanstack/react-router'
import { Archive } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { useLost } from '../../data/index.ts'

/** In a post of which a merge set something aside: how much, and the way to compare. */
export function AsideHint({ postId }: { postId: string }) {
  const { t } = useTranslation('aside')
  const count = useLost().filter(({ documentId }) => documentId === postId).length
  if (count === 0) return null
  return (
    <p className="posts-aside" role="status">
      <Archive aria-hidden />
      {t('hint.text', { count })}
      <Link to="/aside" search={{ post: postId }}>
        {t('hint.look')}
      </Link>
    </p>
  )
}
