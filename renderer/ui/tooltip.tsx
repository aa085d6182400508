import type { ReactElement, ReactNode } from 'react'
import { Tooltip as AriaTooltip, TooltipTrigger } from 'react-aria-components/Tooltip'
import { Kbd } from './kbd.tsx'
import './tooltip.css'

type Props = {
  text: ReactNode
  shortcut?: string | undefined
  placement?: 'top' | 'bottom' | 'left' | 'right'
  /** One focusable React Aria element. */
  children: ReactElement
}

export function Tooltip({ text, shortcut, placement = 'bottom', children }: Props) {
  return (
    <TooltipTrigger delay={500} closeDelay={80}>
      {children}
      <AriaTooltip className="tooltip" placement={placement} offset={6}>
        {text}
        {shortcut && <Kbd keys={shortcut} />}
      </AriaTooltip>
    </TooltipTrigger>
  )
}
