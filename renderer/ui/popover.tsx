import type { ReactElement, ReactNode, RefObject } from 'react'
import { Dialog, DialogTrigger } from 'react-aria-components/Dialog'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import './menu.css'
import './popover.css'

type Props = {
  label: string
  trigger: ReactElement
  children: ReactNode | ((close: () => void) => ReactNode)
  placement?: 'bottom start' | 'bottom end' | 'bottom' | 'top start' | 'top end' | 'top' | 'right' | 'left'
  isOpen?: boolean | undefined
  onOpenChange?: ((isOpen: boolean) => void) | undefined
}

/** A small panel beside what opened it. Esc and a click outside close it. */
export function Popover({ label, trigger, children, placement = 'bottom start', isOpen, onOpenChange }: Props) {
  return (
    <DialogTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger}
      <AriaPopover className="floating" placement={placement} offset={6}>
        <Dialog className="popover" aria-label={label}>
          {({ close }) => (typeof children === 'function' ? children(close) : children)}
        </Dialog>
      </AriaPopover>
    </DialogTrigger>
  )
}

/** The same panel, open as long as it is drawn, beside an element that was pressed: for panels that are fetched late. */
export function PopoverAt({
  label,
  trigger,
  children,
  placement = 'bottom start',
  onClose,
}: Pick<Props, 'label' | 'placement'> & {
  trigger: RefObject<HTMLElement | null>
  children: ReactNode
  onClose(): void
}) {
  return (
    <AriaPopover
      className="floating"
      triggerRef={trigger}
      placement={placement}
      offset={6}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Dialog className="popover" aria-label={label}>
        {children}
      </Dialog>
    </AriaPopover>
  )
}
