import { Search, X } from 'lucide-react'
import { type ReactNode, type Ref, useId } from 'react'
import { Button as AriaButton } from 'react-aria-components/Button'
import { FieldError } from 'react-aria-components/FieldError'
import { Input } from 'react-aria-components/Input'
import { Label } from 'react-aria-components/Label'
import { SearchField as AriaSearchField } from 'react-aria-components/SearchField'
import { Text } from 'react-aria-components/Text'
import { TextArea as AriaTextArea } from 'react-aria-components/TextArea'
import { TextField as AriaTextField, type TextFieldProps as AriaTextFieldProps } from 'react-aria-components/TextField'
import './fields.css'

type Described = {
  label: string
  /** One short sentence under the field. */
  hint?: ReactNode
  /** Says what is wrong and what to do; shown instead of the hint. */
  error?: string | undefined
  /** Keeps the label for screen readers only. */
  hideLabel?: boolean | undefined
}

export type TextFieldProps = Omit<AriaTextFieldProps, 'className' | 'children' | 'style' | 'isInvalid'> &
  Described & {
    placeholder?: string | undefined
    /** Fixed text before the value, such as `@`. */
    prefix?: string | undefined
    /** A mark or a button at the end of the field. */
    trailing?: ReactNode
    ref?: Ref<HTMLInputElement> | undefined
  }

export function TextField({
  label,
  hint,
  error,
  hideLabel,
  placeholder,
  prefix,
  trailing,
  ref,
  ...rest
}: TextFieldProps) {
  return (
    <AriaTextField {...rest} {...validity(error)} className="field">
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <span className="field-box">
        {prefix && <span className="field-prefix">{prefix}</span>}
        <Input className="field-input" {...(placeholder ? { placeholder } : {})} {...(ref ? { ref } : {})} />
        {trailing}
      </span>
      <Below hint={hint} error={error} />
    </AriaTextField>
  )
}

export type TextAreaProps = Omit<TextFieldProps, 'prefix' | 'trailing' | 'ref' | 'type'> & { rows?: number | undefined }

export function TextArea({ label, hint, error, hideLabel, placeholder, rows = 3, ...rest }: TextAreaProps) {
  return (
    <AriaTextField {...rest} {...validity(error)} className="field">
      <Label className={hideLabel ? 'sr-only' : 'field-label'}>{label}</Label>
      <AriaTextArea className="field-box field-area" rows={rows} {...(placeholder ? { placeholder } : {})} />
      <Below hint={hint} error={error} />
    </AriaTextField>
  )
}

export type SearchFieldProps = {
  label: string
  value: string
  onChange(text: string): void
  placeholder?: string | undefined
  clearLabel: string
  ref?: Ref<HTMLInputElement> | undefined
  autoFocus?: boolean | undefined
}

/** Esc empties it first; a second Esc is the surrounding view's. */
export function SearchField({ label, placeholder, clearLabel, ref, autoFocus, ...rest }: SearchFieldProps) {
  return (
    <AriaSearchField {...rest} aria-label={label} className="field field-search" autoFocus={autoFocus ?? false}>
      {({ isEmpty }) => (
        <span className="field-box">
          <Search aria-hidden className="field-icon" />
          <Input className="field-input" placeholder={placeholder ?? label} {...(ref ? { ref } : {})} />
          {!isEmpty && (
            <AriaButton className="field-clear" aria-label={clearLabel}>
              <X aria-hidden />
            </AriaButton>
          )}
        </span>
      )}
    </AriaSearchField>
  )
}

/**
 * What the browser checks (required, an address) holds a form back; an error that we say does not, or nobody could send
 * it a second time after the server has refused it once.
 */
const validity = (error: string | undefined) =>
  ({ isInvalid: Boolean(error), validationBehavior: error ? 'aria' : 'native' }) as const

function Below({ hint, error }: { hint?: ReactNode; error?: string | undefined }) {
  if (error) return <FieldError className="field-error">{error}</FieldError>
  if (!hint) return null
  return (
    <Text slot="description" className="field-hint">
      {hint}
    </Text>
  )
}

/** Label, hint and error around a control that is not a text field, laid out like one. */
export function Labelled({
  label,
  hint,
  children,
}: {
  label: string
  hint?: ReactNode
  children: (id: string) => ReactNode
}) {
  const id = useId()
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children(id)}
      {hint && <span className="field-hint">{hint}</span>}
    </div>
  )
}
