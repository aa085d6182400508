import { ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { ComboBox as AriaComboBox } from 'react-aria-components/ComboBox'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { ListBox } from 'react-aria-components/ListBox'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import { Text } from 'react-aria-components/Text'
import { ListLayout, Virtualizer } from 'react-aria-components/Virtualizer'
import { type Option, OptionRow } from './select.tsx'
import './fields.css'
import './menu.css'
import './select.css'

type Props = {
  label: string
  options: readonly Option[]
  value: string | null
  onChange(id: string): void
  hint?: ReactNode
  hideLabel?: boolean | undefined
  placeholder?: string | undefined
  emptyText: string
}

/** A choice among many: type to find. Rows have one height, so that hundreds of zones cost what ten do. */
export function ComboBox({ label, options, value, onChange, hint, hideLabel, placeholder, emptyText }: Props) {
  return (
    <AriaComboBox
      className="field"
      defaultItems={options}
      value={value}
      onChange={(key) => key !== null && onChange(String(key))}
      menuTrigger="focus"
    >
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <span className="field-box">
        <Input className="field-input" {...(placeholder ? { placeholder } : {})} />
        <AriaButton className="field-clear">
          <ChevronsUpDown aria-hidden />
        </AriaButton>
      </span>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <AriaPopover className="floating select-popover" offset={4}>
        <Virtualizer layout={ListLayout} layoutOptions={{ rowHeight: 28 }}>
          <ListBox
            className="menu combo-list"
            renderEmptyState={() => <div className="menu-empty">{emptyText}</div>}
            items={options}
          >
            {(option) => <OptionRow option={option} />}
          </ListBox>
        </Virtualizer>
      </AriaPopover>
    </AriaComboBox>
  )
}
