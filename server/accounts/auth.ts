import type { Config } from '../config.ts'
import type { Clock, Log } from '../http/app.ts'
import type { AccountsDb } from './handles.ts'
import type { AccountMails } from './mails.ts'

/** Days a session lives without being used; our own lookup prolongs it (authenticate.ts). */
export const sessionDays = 60
export const minPasswordLength = 10
export const maxPasswordLength = 128
/** The header in which our routes tell better-auth the caller's address; a caller's own is dropped. */
export const addressHeader = 'x-grover-address'

export type AuthParts = {
  config: Config
  db: AccountsDb
  clock: Clock
  log: Log
  mails: AccountMails
  /** Whether an address must be confirmed before the first sign-in. */
  confirmFirst: boolean
  onConfirmed(userId: string): Promise<void>
  onNewPassword(email: string): Promise<void>
  background(work: Promise<unknown>): void
}

/** The part of better-auth that our routes use; its inferred type is larger than it is useful. */
export type Auth = {
  handler(request: Request): Promise<Response>
  $context: Promise<{
    internalAdapter: {
      createSession(
        userId: string,
        dontRememberMe?: boolean,
        override?: Record<string, unknown>,
      ): Promise<{ id: string; token: string; userId: string }>
    }
  }>
}
