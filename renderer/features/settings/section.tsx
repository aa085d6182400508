import type { ReactNode } from 'react'

/** A group of settings with a heading. */
export function Section({ title, text, children }: { title: string; text?: ReactNode; children: ReactNode }) {
  return (
    <section className="setting-section" aria-label={title}>
      <h2 className="setting-heading">{title}</h2>
      {text && <p className="setting-text">{text}</p>}
      <div className="setting-card">{children}</div>
    </section>
  )
}

/** One line of a group: what it is, how it stands, and what can be done with it. */
export function Line({
  label,
  value,
  hint,
  children,
}: {
  label: ReactNode
  value?: ReactNode
  hint?: ReactNode
  children?: ReactNode
}) {
  return (
    <div className="setting-line">
      <div className="setting-line-text">
        <span className="setting-line-label">{label}</span>
        {value !== undefined && <span className="setting-line-value">{value}</span>}
        {hint && <span className="field-hint">{hint}</span>}
      </div>
      {children && <div className="setting-line-action">{children}</div>}
    </div>
  )
}

/** A line that only says how something is: name and value beside each other. */
export function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className="setting-fact">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  )
}
