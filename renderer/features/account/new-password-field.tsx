import { useTranslation } from 'react-i18next'
import { TextField } from '../../ui/fields.tsx'
import { maxPasswordLength, passwordStrength } from './password-strength.ts'
import './account.css'

/** A password being chosen, with a word on how hard it is to guess. */
export function NewPasswordField({
  label,
  value,
  onChange,
  own = [],
  error,
  autoFocus,
}: {
  label: string
  value: string
  onChange(value: string): void
  /** The person's name, handle and address: no good as passwords. */
  own?: readonly string[]
  error?: string | undefined
  autoFocus?: boolean
}) {
  const { t } = useTranslation('account')
  const strength = passwordStrength(value, own)
  return (
    <TextField
      label={label}
      type="password"
      name="new-password"
      autoComplete="new-password"
      maxLength={maxPasswordLength}
      isRequired
      value={value}
      onChange={onChange}
      error={error}
      autoFocus={autoFocus ?? false}
      hint={
        <span className="strength" data-strength={strength}>
          <span className="strength-bar" aria-hidden />
          <span>{t(`strength.${strength}`)}</span>
        </span>
      }
    />
  )
}
