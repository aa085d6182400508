import { PanelRight } from 'lucide-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { ToggleButton } from './button.tsx'
import { SplitPane } from './split-pane.tsx'
import { useRemembered, useWidth } from './use-media.ts'
import './work-area.css'

type Props = {
  /** What is open, in the header; a heading of level 1. */
  title: ReactNode
  /** Beside the title: state, receipt. */
  status?: ReactNode
  /** At the end of the header; one primary action at most. */
  actions?: ReactNode
  children: ReactNode
  inspector?: ReactNode
  inspectorLabel?: string | undefined
  /** `hidden` keeps the title for screen readers: the work has its own. */
  titleLook?: 'hidden' | undefined
}

/** Below this the inspector lies over the work instead of beside it. */
const narrow = 1180

/** The right-hand part of the frame: header, the work itself, and the settings of the thing in a folding inspector. */
export function WorkArea({ title, status, actions, children, inspector, inspectorLabel, titleLook }: Props) {
  const { t } = useTranslation('ui')
  const isNarrow = useWidth() < narrow
  const [openWide, setOpenWide] = useRemembered('inspector.wide', true)
  const [openNarrow, setOpenNarrow] = useRemembered('inspector.narrow', false)
  const isOpen = isNarrow ? openNarrow : openWide
  const setOpen = isNarrow ? setOpenNarrow : setOpenWide
  const label = inspectorLabel ?? t('inspector')

  const work = (
    <div className="work">
      <header className="work-head">
        <h1 className={titleLook === 'hidden' ? 'sr-only' : 'work-title truncate'}>{title}</h1>
        <div className="work-status">{status}</div>
        <div className="work-actions">
          {actions}
          {inspector && (
            <ToggleButton
              label={label}
              shortcut="Mod+."
              icon={<PanelRight aria-hidden />}
              isSelected={isOpen}
              onChange={setOpen}
              id="toggle-inspector"
            />
          )}
        </div>
      </header>
      <div className="work-body">{children}</div>
    </div>
  )
  if (!inspector) return work
  if (isNarrow) {
    return (
      <div className="work-over">
        {work}
        {isOpen && (
          <section
            className="work-inspector work-inspector-over"
            aria-label={label}
            onKeyDown={(event) => {
              if (event.key !== 'Escape' || event.defaultPrevented) return
              // One step back is enough: without this the same key would leave the post too.
              event.preventDefault()
              setOpen(false)
            }}
          >
            {inspector}
          </section>
        )}
      </div>
    )
  }
  return (
    <SplitPane
      id="inspector"
      side="end"
      label={label}
      initial={300}
      min={260}
      max={420}
      isFolded={!isOpen}
      pane={<div className="work-inspector">{inspector}</div>}
    >
      {work}
    </SplitPane>
  )
}
