import { Check } from 'lucide-react'
import type { ReactElement, ReactNode } from 'react'
import {
  Menu as AriaMenu,
  MenuItem as AriaMenuItem,
  type MenuProps as AriaMenuProps,
  MenuTrigger,
} from 'react-aria-components/Menu'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import { Separator } from 'react-aria-components/Separator'
import { Text } from 'react-aria-components/Text'
import { Kbd } from './kbd.tsx'
import './menu.css'

export type MenuEntry =
  | {
      id: string
      label: string
      hint?: string | undefined
      icon?: ReactNode
      shortcut?: string | undefined
      tone?: 'danger' | undefined
      isDisabled?: boolean | undefined
      /** Given where the entry is one of several to choose: drawn with a tick, said as checked or not. */
      isChosen?: boolean | undefined
      run(): void
    }
  | 'line'

type Props = {
  label: string
  /** The button that opens it, such as an `IconButton`. */
  trigger: ReactElement
  items: readonly MenuEntry[]
  placement?: 'bottom start' | 'bottom end' | 'top start' | 'top end' | 'right bottom'
}

export function Menu({ label, trigger, items, placement = 'bottom end' }: Props) {
  return (
    <MenuTrigger>
      {trigger}
      <AriaPopover className="floating" placement={placement} offset={4}>
        <MenuList label={label} items={items} />
      </AriaPopover>
    </MenuTrigger>
  )
}

/** The menu alone, for a popover opened by something else (a context menu). */
export function MenuList({
  label,
  items,
  ...rest
}: { label: string; items: readonly MenuEntry[] } & Pick<AriaMenuProps<object>, 'autoFocus' | 'onClose'>) {
  const choices = items.filter((item) => item !== 'line' && item.isChosen !== undefined) as Extract<MenuEntry, object>[]
  const choosing =
    choices.length === 0
      ? {}
      : {
          selectionMode: 'multiple' as const,
          selectedKeys: choices.filter((item) => item.isChosen).map((item) => item.id),
        }
  return (
    <AriaMenu {...rest} {...choosing} className="menu" aria-label={label}>
      {items.map((item, i) =>
        item === 'line' ? (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line has no other name
          <Separator key={`line-${i}`} className="menu-line" />
        ) : (
          <AriaMenuItem
            key={item.id}
            id={item.id}
            className="menu-item"
            data-tone={item.tone}
            textValue={item.label}
            isDisabled={item.isDisabled ?? false}
            onAction={item.run}
          >
            {item.isChosen === undefined ? (
              item.icon
            ) : (
              <Check aria-hidden className="menu-check" data-chosen={item.isChosen} />
            )}
            <span className="menu-item-text">
              {/* The keys are part of the name, as in the menus of the operating systems. */}
              <Text slot="label" className="menu-item-label">
                {item.label}
                {item.shortcut && <Kbd keys={item.shortcut} />}
              </Text>
              {item.hint && (
                <Text slot="description" className="menu-item-hint">
                  {item.hint}
                </Text>
              )}
            </span>
          </AriaMenuItem>
        ),
      )}
    </AriaMenu>
  )
}
