import type { ReactNode } from 'react'
import './empty-state.css'

/** Teaches by one picture, one sentence and one action. */
export function EmptyState({
  picture,
  title,
  children,
  action,
  size,
}: {
  picture?: ReactNode
  title: string
  children?: ReactNode
  action?: ReactNode
  size?: 'small' | undefined
}) {
  return (
    <div className="empty" data-size={size}>
      {picture && (
        <div className="empty-picture" aria-hidden>
          {picture}
        </div>
      )}
      <h2 className="empty-title">{title}</h2>
      {children && <p className="empty-text">{children}</p>}
      {action && <div className="empty-action">{action}</div>}
    </div>
  )
}
