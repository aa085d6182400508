import { type ErrorCode, errorStatus, GroverError } from '../../shared/errors.ts'

/** One sentence for every way a sign-in fails, so that it does not tell whether the address has an account. */
export const signInFailed = (confirmFirst: boolean) =>
  new GroverError(
    'sign_in_failed',
    confirmFirst
      ? 'This address and password do not match. If you have just signed up, confirm your address first: the link is in your mail.'
      : 'This address and password do not match.',
  )

const linkExpired = () => new GroverError('link_expired', 'This link has been used or is too old; ask for a new one.')

const weak = (message: string) => () => new GroverError('password_weak', message)
const secondFactor = (message: string) => () => new GroverError('second_factor_failed', message)

/** better-auth's failures by their names, as ours. */
const named: Record<string, () => GroverError> = {
  INVALID_EMAIL_OR_PASSWORD: () => signInFailed(false),
  EMAIL_NOT_VERIFIED: () => signInFailed(false),
  INVALID_EMAIL: () => new GroverError('bad_request', 'This is not an e-mail address.'),
  PASSWORD_TOO_SHORT: weak('This password is too short: use at least 10 characters.'),
  PASSWORD_TOO_LONG: weak('This password is too long: use at most 128 characters.'),
  INVALID_PASSWORD: () => new GroverError('password_wrong', 'This is not your present password.'),
  CREDENTIAL_ACCOUNT_NOT_FOUND: () =>
    new GroverError('password_wrong', 'This account has no password yet; ask for a new one first.'),
  INVALID_TOKEN: linkExpired,
  TOKEN_EXPIRED: linkExpired,
  USER_NOT_FOUND: linkExpired,
  INVALID_CODE: secondFactor('This code is not right, or no longer; try the one shown now.'),
  INVALID_BACKUP_CODE: secondFactor('This backup code is not right, or has been used.'),
  INVALID_TWO_FACTOR_COOKIE: secondFactor('This sign-in took too long; start again.'),
  TOTP_NOT_ENABLED: secondFactor('Two-step sign-in is not set up.'),
  TWO_FACTOR_NOT_ENABLED: secondFactor('Two-step sign-in is not set up.'),
  BACKUP_CODES_NOT_ENABLED: secondFactor('Two-step sign-in is not set up.'),
  TOTP_ALREADY_ENABLED: () => new GroverError('conflict', 'Two-step sign-in is on already.'),
  TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE: () =>
    new GroverError('too_many_requests', 'Too many wrong codes; sign in again from the start.', { retryAfter: 1 }),
  ACCOUNT_TEMPORARILY_LOCKED: () =>
    new GroverError('too_many_requests', 'Too many wrong codes; try again in 15 minutes.', { retryAfter: 900 }),
  EMAIL_PASSWORD_SIGN_UP_DISABLED: () => new GroverError('sign_up_closed', 'This server takes no new accounts.'),
  PROVIDER_NOT_FOUND: () => new GroverError('unavailable', 'The sign-in provider does not answer; try again later.'),
  INVALID_ORIGIN: () => new GroverError('not_allowed', 'This request came from another site.'),
  MISSING_OR_NULL_ORIGIN: () => new GroverError('not_allowed', 'This request does not say which site it came from.'),
  CROSS_SITE_NAVIGATION_LOGIN_BLOCKED: () => new GroverError('not_allowed', 'This request came from another site.'),
}

const byStatus: Record<number, ErrorCode> = {
  401: 'sign_in_required',
  403: 'not_allowed',
  404: 'not_found',
  409: 'conflict',
  429: 'too_many_requests',
}

/** A failure that better-auth answered with, as an error of ours. Its own sentences are kept only where they name no rows. */
export function namedFailure(status: number, body: { code?: string; message?: string } | null): GroverError {
  const code = body?.code ?? ''
  const known = named[code]
  if (known) return known()
  if (code in errorStatus) return new GroverError(code as ErrorCode, body?.message ?? 'This cannot be done.')
  if (status >= 500) return new GroverError('internal', 'Something went wrong on the server; it has been noted.')
  if (status === 401) return new GroverError('sign_in_required', 'Sign in first.')
  return new GroverError(byStatus[status] ?? 'bad_request', body?.message || 'This request is not as it should be.')
}
