import { type ReactElement, type ReactNode, type RefObject, useContext, useId } from 'react'
import { DialogTrigger, OverlayTriggerStateContext } from 'react-aria-components/Dialog'
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

/**
 * A small panel beside what opened it. Esc and a click outside close it. The popover is itself the dialog: one inside it
 * would leave React Aria's hidden buttons for screen readers outside.
 */
export function Popover({ label, trigger, children, placement = 'bottom start', isOpen, onOpenChange }: Props) {
  const id = useId()
  return (
    <DialogTrigger
      {...(isOpen === undefined ? {} : { isOpen })}
      {...(onOpenChange === undefined ? {} : { onOpenChange })}
    >
      {trigger}
      <AriaPopover className="floating" placement={placement} offset={6} aria-labelledby={id}>
        {/* An `aria-label` would give way to the trigger's own name. */}
        <span id={id} hidden>
          {label}
        </span>
        <Panel>{children}</Panel>
      </AriaPopover>
    </DialogTrigger>
  )
}

function Panel({ children }: Pick<Props, 'children'>) {
  const state = useContext(OverlayTriggerStateContext)
  return <div className="popover">{typeof children === 'function' ? children(() => state?.close()) : children}</div>
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
      aria-label={label}
      isOpen
      onOpenChange={(isOpen) => !isOpen && onClose()}
    >
      <Panel>{children}</Panel>
    </AriaPopover>
  )
}
