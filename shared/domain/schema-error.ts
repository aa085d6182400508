import { isInstantPattern } from '../collections/instant.ts'
import { GroverError } from '../errors.ts'

/** What TypeBox says about a value that does not fit its schema. */
export type SchemaError = { keyword: string; instancePath: string; message: string; params: object }

/** The most telling of a schema's complaints as a named error whose sentence names the field. */
export function schemaError(errors: readonly SchemaError[]): GroverError {
  const unknown = errors.find((error) => error.keyword === 'additionalProperties')
  if (unknown) {
    const name = (unknown.params as { additionalProperties: string[] }).additionalProperties[0] ?? ''
    return new GroverError('field_unknown', `There is no field “${fieldName(unknown, name)}” here.`)
  }
  const first = errors[0]
  if (first?.keyword === 'required') {
    const name = (first.params as { requiredProperties: string[] }).requiredProperties[0] ?? ''
    return new GroverError('document_invalid', `The field “${fieldName(first, name)}” is missing.`)
  }
  const field = first && fieldName(first) ? `The field “${fieldName(first)}”` : 'The document'
  return new GroverError('document_invalid', `${field} ${complaint(errors)}.`)
}

const fieldName = (error: SchemaError, last = ''): string =>
  [...error.instancePath.split('/').slice(1), ...(last ? [last] : [])].join('.').slice(0, 80)

function complaint(errors: readonly SchemaError[]): string {
  const first = errors[0]
  if (first?.keyword === 'pattern' && isInstantPattern((first.params as { pattern: unknown }).pattern))
    return 'must be an instant such as 2026-03-29T01:30:00.000Z'
  if (first?.keyword !== 'const') return first?.message ?? 'is not as it should be'
  const allowed = errors
    .filter((error) => error.keyword === 'const' && error.instancePath === first.instancePath)
    .map((error) => `“${String((error.params as { allowedValue: unknown }).allowedValue)}”`)
  return `must be one of ${allowed.join(', ')}`
}
