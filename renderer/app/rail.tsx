import { Link } from '@tanstack/react-router'
import { Archive, CalendarDays, Images, Inbox, type LucideIcon, NotebookPen, Search, Settings } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { useAwaitingAnswer } from '../data/hooks.tsx'
import { Button } from '../ui/button.tsx'
import { Tooltip } from '../ui/tooltip.tsx'
import { useAsideCount } from './aside-count.ts'
import { runCommand } from './commands.ts'
import './rail.css'

/** The studio's areas. Only what works is here; the review and what was set aside appear when there is something to decide. */
export function Rail({ area }: { area: string }) {
  const { t } = useTranslation('app')
  const awaiting = useAwaitingAnswer().length
  const aside = useAsideCount()
  return (
    <nav className="rail" aria-label={t('rail.label')}>
      <Tooltip text={t('rail.search')} shortcut="Mod+K" placement="right">
        <Button
          variant="quiet"
          className="rail-search"
          aria-label={t('rail.search')}
          icon={<Search aria-hidden />}
          onPress={() => runCommand('app.palette')}
        />
      </Tooltip>
      <ul className="rail-areas">
        <Area icon={NotebookPen} label={t('rail.posts')} isCurrent={area === 'posts'}>
          {(inside) => (
            <Link to="/posts" className="rail-link" aria-current={area === 'posts' ? 'page' : undefined}>
              {inside}
            </Link>
          )}
        </Area>
        <Area icon={CalendarDays} label={t('rail.plan')} isCurrent={area === 'plan'}>
          {(inside) => (
            <Link to="/plan" className="rail-link" aria-current={area === 'plan' ? 'page' : undefined}>
              {inside}
            </Link>
          )}
        </Area>
        <Area icon={Images} label={t('rail.media')} isCurrent={area === 'media'}>
          {(inside) => (
            <Link to="/media" className="rail-link" aria-current={area === 'media' ? 'page' : undefined}>
              {inside}
            </Link>
          )}
        </Area>
        {(awaiting > 0 || area === 'review') && (
          <Area
            icon={Inbox}
            label={t('rail.review')}
            count={awaiting}
            countLabel={t('rail.reviewCount', { count: awaiting })}
            isCurrent={area === 'review'}
          >
            {(inside) => (
              <Link to="/review" className="rail-link" aria-current={area === 'review' ? 'page' : undefined}>
                {inside}
              </Link>
            )}
          </Area>
        )}
        {(aside > 0 || area === 'aside') && (
          <Area
            icon={Archive}
            label={t('rail.aside')}
            count={aside}
            countLabel={t('rail.asideCount', { count: aside })}
            isCurrent={area === 'aside'}
          >
            {(inside) => (
              <Link to="/aside" className="rail-link" aria-current={area === 'aside' ? 'page' : undefined}>
                {inside}
              </Link>
            )}
          </Area>
        )}
      </ul>
      <ul className="rail-areas">
        <Area icon={Settings} label={t('rail.settings')} isCurrent={area === 'settings'}>
          {(inside) => (
            <Link
              to="/settings/$page"
              params={{ page: 'account' }}
              className="rail-link"
              aria-current={area === 'settings' ? 'page' : undefined}
            >
              {inside}
            </Link>
          )}
        </Area>
      </ul>
    </nav>
  )
}

function Area({
  icon: Icon,
  label,
  count = 0,
  countLabel,
  isCurrent,
  children,
}: {
  icon: LucideIcon
  label: string
  count?: number
  countLabel?: string
  isCurrent: boolean
  children(inside: ReactNode): ReactNode
}) {
  return (
    <li className="rail-area" data-current={isCurrent ? '' : undefined}>
      {children(
        <>
          <span className="rail-icon">
            <Icon aria-hidden />
            {count > 0 && (
              <span className="rail-count num">
                <span aria-hidden>{count > 99 ? '99+' : count}</span>
              </span>
            )}
          </span>
          <span className="rail-label">{label}</span>
          {count > 0 && <span className="sr-only">{countLabel}</span>}
        </>,
      )}
    </li>
  )
}
