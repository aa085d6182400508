import { Check, Minus } from 'lucide-react'
import type { ReactNode } from 'react'
import { Checkbox as AriaCheckbox, type CheckboxProps as AriaCheckboxProps } from 'react-aria-components/Checkbox'
import { Label } from 'react-aria-components/Label'
import { RadioGroup as AriaRadioGroup, Radio } from 'react-aria-components/RadioGroup'
import { Switch as AriaSwitch } from 'react-aria-components/Switch'
import { Text } from 'react-aria-components/Text'
import { ToggleButton } from 'react-aria-components/ToggleButton'
import { ToggleButtonGroup } from 'react-aria-components/ToggleButtonGroup'
import './fields.css'
import './toggles.css'

export function Checkbox({
  children,
  ...rest
}: Omit<AriaCheckboxProps, 'className' | 'style' | 'children'> & { children: ReactNode }) {
  return (
    <AriaCheckbox {...rest} className="toggle">
      {({ isIndeterminate }) => (
        <>
          <span className="toggle-box" aria-hidden>
            {isIndeterminate ? <Minus /> : <Check />}
          </span>
          <span className="toggle-text">{children}</span>
        </>
      )}
    </AriaCheckbox>
  )
}

export function Switch({
  label,
  hint,
  isSelected,
  onChange,
  isDisabled,
}: {
  label: string
  hint?: string | undefined
  isSelected: boolean
  onChange(isSelected: boolean): void
  isDisabled?: boolean | undefined
}) {
  return (
    <AriaSwitch
      className="toggle toggle-wide"
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled ?? false}
    >
      <span className="toggle-text">
        {label}
        {hint && <span className="field-hint">{hint}</span>}
      </span>
      <span className="switch-track" aria-hidden>
        <span className="switch-knob" />
      </span>
    </AriaSwitch>
  )
}

type ChoiceProps<Id extends string> = {
  label: string
  options: readonly { id: Id; label: string; hint?: string | undefined; icon?: ReactNode }[]
  value: Id
  onChange(id: Id): void
  hideLabel?: boolean | undefined
  isDisabled?: boolean | undefined
}

export function RadioGroup<Id extends string>({
  label,
  options,
  value,
  onChange,
  hideLabel,
  isDisabled,
  hint,
}: ChoiceProps<Id> & { hint?: string | undefined }) {
  return (
    <AriaRadioGroup
      className="field radio-group"
      value={value}
      onChange={(id) => onChange(id as Id)}
      isDisabled={isDisabled ?? false}
    >
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      {hint && (
        <Text slot="description" className="field-hint">
          {hint}
        </Text>
      )}
      {options.map((option) => (
        <Radio key={option.id} value={option.id} className="toggle">
          <span className="toggle-dot" aria-hidden />
          {option.icon}
          <span className="toggle-text">
            {option.label}
            {option.hint && <span className="field-hint">{option.hint}</span>}
          </span>
        </Radio>
      ))}
    </AriaRadioGroup>
  )
}

/** Two to five views of one thing; the arrows move, one is always chosen. */
export function SegmentedControl<Id extends string>({
  label,
  options,
  value,
  onChange,
  isDisabled,
  iconsOnly,
}: Omit<ChoiceProps<Id>, 'hideLabel'> & { iconsOnly?: boolean | undefined }) {
  return (
    <ToggleButtonGroup
      className="segments"
      aria-label={label}
      selectionMode="single"
      disallowEmptySelection
      selectedKeys={[value]}
      onSelectionChange={(keys) => {
        const [id] = keys
        if (id !== undefined) onChange(id as Id)
      }}
      isDisabled={isDisabled ?? false}
    >
      {options.map((option) => (
        <ToggleButton
          key={option.id}
          id={option.id}
          className="segment"
          {...(iconsOnly ? { 'aria-label': option.label } : {})}
        >
          {option.icon}
          {!iconsOnly && option.label}
        </ToggleButton>
      ))}
    </ToggleButtonGroup>
  )
}
