import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { useTranslation } from 'react-i18next'
import { EmptyState } from '../ui/empty-state.tsx'

export function Missing() {
  const { t } = useTranslation('app')
  return (
    <EmptyState
      picture={<Compass />}
      title={t('error.missing.title')}
      action={
        <Link to="/posts" className="link">
          {t('error.missing.action')}
        </Link>
      }
    >
      {t('error.missing.text')}
    </EmptyState>
  )
}
