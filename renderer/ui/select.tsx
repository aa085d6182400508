import { Check, ChevronsUpDown } from 'lucide-react'
import type { ReactNode } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { Label } from 'react-aria-components/Label'
import { ListBox, ListBoxItem } from 'react-aria-components/ListBox'
import { Popover as AriaPopover } from 'react-aria-components/Popover'
import { Select as AriaSelect, SelectValue } from 'react-aria-components/Select'
import { Text } from 'react-aria-components/Text'
import './fields.css'
import './menu.css'
import './select.css'

export type Option<Id extends string = string> = { id: Id; label: string; hint?: string | undefined; icon?: ReactNode }

type Props<Id extends string> = {
  label: string
  options: readonly Option<Id>[]
  value: Id | null
  onChange(id: Id): void
  hint?: ReactNode
  hideLabel?: boolean | undefined
  isDisabled?: boolean | undefined
  placeholder?: string | undefined
}

export function Select<Id extends string>({
  label,
  options,
  value,
  onChange,
  hint,
  hideLabel,
  isDisabled,
  placeholder,
}: Props<Id>) {
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => key !== null && onChange(key as Id)}
      isDisabled={isDisabled ?? false}
      placeholder={placeholder ?? '–'}
    >
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <AriaButton className="field-box select-button">
        <SelectValue className="select-value truncate" />
        <ChevronsUpDown aria-hidden className="field-icon" />
      </AriaButton>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      <AriaPopover className="floating select-popover" offset={4}>
        <ListBox className="menu" items={options}>
          {(option) => <OptionRow option={option as Option} />}
        </ListBox>
      </AriaPopover>
    </AriaSelect>
  )
}

export function OptionRow({ option }: { option: Option }) {
  return (
    <ListBoxItem className="menu-item" id={option.id} textValue={option.label}>
      {({ isSelected }) => (
        <>
          {option.icon}
          <span className="menu-item-text">
            {/* No slots: what is to be seen is the option's name, the hint with it. */}
            <span>{option.label}</span>
            {option.hint && <span className="menu-item-hint">{option.hint}</span>}
          </span>
          {isSelected && <Check aria-hidden className="menu-check" />}
        </>
      )}
    </ListBoxItem>
  )
}
