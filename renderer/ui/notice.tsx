import { CircleAlert, CircleCheck, CloudOff, Info, TriangleAlert } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import './notice.css'

const icons = { grey: Info, sky: Info, leaf: CircleCheck, amber: TriangleAlert, red: CircleAlert, offline: CloudOff }

type Props = {
  tone?: keyof typeof icons
  /** What happened. */
  title?: ReactNode
  /** What is safe, and what to do. */
  children?: ReactNode
  /** The technical detail, one click away. */
  detail?: string | undefined
  action?: ReactNode
}

/** An error or a piece of news in a sentence, where it belongs; announced when it appears. */
export function Notice({ tone = 'grey', title, children, detail, action }: Props) {
  const { t } = useTranslation('ui')
  const Icon = icons[tone]
  return (
    <div className="notice" data-tone={tone === 'offline' ? 'amber' : tone} role={tone === 'red' ? 'alert' : 'status'}>
      <Icon aria-hidden />
      <div className="notice-body">
        {title && <p className="notice-title">{title}</p>}
        {children && <div className="notice-text">{children}</div>}
        {detail && (
          <details className="notice-detail">
            <summary>{t('detail')}</summary>
            <pre>{detail}</pre>
          </details>
        )}
      </div>
      {action && <div className="notice-action">{action}</div>}
    </div>
  )
}
