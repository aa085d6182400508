/**
 * Every failure that a caller may expect, by name. The name is stable; the sentence is for a person.
 * The HTTP server, the studio's host and the renderer all speak these names.
 */
export const errorStatus = {
  bad_request: 400,
  body_not_json: 400,
  limit_out_of_range: 400,
  checkpoint_invalid: 400,
  link_expired: 400,
  sign_in_required: 401,
  sign_in_failed: 401,
  sign_in_timed_out: 408,
  second_factor_required: 401,
  second_factor_failed: 401,
  not_allowed: 403,
  sign_up_closed: 403,
  email_not_verified: 403,
  not_found: 404,
  method_not_allowed: 405,
  gone: 410,
  checkpoint_expired: 410,
  conflict: 409,
  handle_taken: 409,
  email_unusable: 409,
  too_large: 413,
  media_type_unsupported: 415,
  document_invalid: 422,
  document_too_large: 422,
  field_unknown: 422,
  schedule_zone_unknown: 422,
  schedule_time_missing: 422,
  schedule_time_invalid: 422,
  slug_invalid: 422,
  slug_taken: 422,
  body_invalid: 422,
  post_unfinished: 422,
  password_weak: 422,
  password_wrong: 422,
  passphrase_wrong: 422,
  passphrase_weak: 422,
  handle_invalid: 422,
  handle_reserved: 422,
  handle_lookalike: 422,
  image_invalid: 422,
  image_has_location: 422,
  media_invalid: 422,
  media_encrypted: 422,
  media_unfit: 422,
  media_unsupported: 422,
  captions_invalid: 422,
  hash_mismatch: 422,
  archive_invalid: 422,
  archive_unsafe: 422,
  archive_too_large: 413,
  archive_version: 422,
  studio_locked: 423,
  entry_damaged: 422,
  schema_outdated: 426,
  too_many_requests: 429,
  internal: 500,
  storage_full: 507,
  quota_exceeded: 507,
  media_failed: 500,
  media_tools_missing: 503,
  unavailable: 503,
  key_unavailable: 503,
  draining: 503,
} as const

export type ErrorCode = keyof typeof errorStatus

/** The JSON body of every answer that is not 2xx. */
export type ErrorBody = { code: ErrorCode; error: true; message: string; details?: Record<string, unknown> }

/** An expected failure: a name, a status, and a sentence a person can act on. */
export class GroverError extends Error {
  readonly code: ErrorCode
  readonly details: Record<string, unknown> | undefined
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>) {
    super(message)
    this.name = 'GroverError'
    this.code = code
    this.details = details
  }
  get status(): number {
    return errorStatus[this.code]
  }
  toBody(): ErrorBody {
    return { code: this.code, error: true, message: this.message, ...(this.details ? { details: this.details } : {}) }
  }
}

/** Throws a named error; usable where an expression is wanted. */
export function fail(code: ErrorCode, message: string, details?: Record<string, unknown>): never {
  throw new GroverError(code, message, details)
}

export const isErrorBody = (value: unknown): value is ErrorBody =>
  typeof value === 'object' && value !== null && 'error' in value && value.error === true && 'code' in value
