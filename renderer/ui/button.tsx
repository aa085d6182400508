import type { ReactNode, Ref } from 'react'
import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components/Button'
import {
  ToggleButton as AriaToggleButton,
  type ToggleButtonProps as AriaToggleButtonProps,
} from 'react-aria-components/ToggleButton'
import { Tooltip } from './tooltip.tsx'
import './button.css'

type Look = {
  /** One `primary` a view. `quiet` has no border until it is pointed at. */
  variant?: 'primary' | 'plain' | 'quiet' | 'danger' | undefined
  size?: 'compact' | undefined
  icon?: ReactNode
}

export type ButtonProps = Omit<AriaButtonProps, 'className' | 'children' | 'style'> &
  Look & {
    children?: ReactNode
    /** Shown in the tooltip; the key itself is bound by a command. */
    shortcut?: string | undefined
    tooltip?: string | undefined
    className?: string | undefined
    ref?: Ref<HTMLButtonElement> | undefined
  }

export function Button({
  variant = 'plain',
  size,
  icon,
  shortcut,
  tooltip,
  children,
  className,
  ...rest
}: ButtonProps) {
  const button = (
    <AriaButton
      {...rest}
      className={`button ${className ?? ''}`}
      data-variant={variant}
      data-size={size}
      data-bare={children === undefined ? '' : undefined}
    >
      {icon}
      {children !== undefined && <span className="button-text">{children}</span>}
    </AriaButton>
  )
  if (!tooltip && !shortcut) return button
  return (
    <Tooltip text={tooltip ?? children} shortcut={shortcut}>
      {button}
    </Tooltip>
  )
}

/** A button of one icon. Its `label` is what a screen reader says and what the tooltip shows. */
export function IconButton({
  label,
  icon,
  variant = 'quiet',
  ...rest
}: Omit<ButtonProps, 'children' | 'tooltip' | 'icon'> & { label: string; icon: ReactNode }) {
  return <Button {...rest} variant={variant} icon={icon} aria-label={label} tooltip={label} />
}

export type ToggleButtonProps = Omit<AriaToggleButtonProps, 'className' | 'children' | 'style'> & {
  label: string
  icon: ReactNode
  shortcut?: string | undefined
  size?: 'compact' | undefined
  /** Shows the label as text beside the icon. */
  withText?: boolean | undefined
}

/** On or off: `isSelected`, `onChange(isSelected)`. */
export function ToggleButton({ label, icon, shortcut, size, withText, ...rest }: ToggleButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <AriaToggleButton
        {...rest}
        className="button"
        data-variant="quiet"
        data-size={size}
        data-bare={withText ? undefined : ''}
        {...(withText ? {} : { 'aria-label': label })}
      >
        {icon}
        {withText && <span className="button-text">{label}</span>}
      </AriaToggleButton>
    </Tooltip>
  )
}
