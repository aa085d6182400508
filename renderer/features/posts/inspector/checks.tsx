import { CircleAlert, CircleCheck, TriangleAlert } from 'lucide-react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import type { Check } from './preflight.ts'

/** What to look at before the post goes out, each with what to do. A check that has a place leads there. */
export const Checks = memo(function Checks({
  checks,
  offline,
  onGo,
}: {
  checks: readonly Check[]
  offline: boolean
  onGo: (id: Check['id']) => void
}) {
  const { t } = useTranslation('posts')
  if (checks.length === 0)
    return (
      <p className="posts-check" data-level="good">
        <CircleCheck aria-hidden /> {t('check.good')}
      </p>
    )
  return (
    <ul className="posts-checks" aria-label={t('check.label')}>
      {checks.map(({ id, level, count }) => {
        const Icon = level === 'must' ? CircleAlert : TriangleAlert
        const words = id === 'upload' && !offline ? t('check.uploading', { count }) : t(`check.${id}`, { count })
        const leads = id === 'title' || id === 'text' || id === 'alt'
        return (
          <li key={id} className="posts-check" data-level={level}>
            <Icon aria-hidden />
            {leads ? (
              <button type="button" className="posts-check-go" onClick={() => onGo(id)}>
                {words}
              </button>
            ) : (
              <span>{words}</span>
            )}
          </li>
        )
      })}
    </ul>
  )
})
