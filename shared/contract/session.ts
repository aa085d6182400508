import { oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const None = Type.Undefined()
const Done = Type.Void()

/** Who is signed in on this device. Kept encrypted by the host's vault, so that the studio opens without a network. */
export const StoredSession = Type.Object({
  token: Type.String(),
  userId: Type.String(),
  email: Type.String(),
  name: Type.String(),
  workspaceId: Type.String(),
  handle: Type.String(),
})
export type StoredSession = Static<typeof StoredSession>

export const session = {
  get: oc.input(standard(None)).output(standard(Type.Union([StoredSession, Type.Null()]))),
  set: oc.input(standard(StoredSession)).output(standard(Done)),
  clear: oc.input(standard(None)).output(standard(Done)),
  /**
   * Sign-in through the person's own browser: loopback redirect + PKCE (RFC 8252). Resolves with the session token, which
   * the studio then completes to a session and hands to `set`. Errors: `sign_in_timed_out` after 5 minutes,
   * `sign_in_failed` when refused, `unavailable` when no browser or no server answers; cancelled by aborting the call.
   */
  signInWithBrowser: oc
    .errors(named('sign_in_timed_out', 'sign_in_failed', 'unavailable'))
    .input(standard(Type.Object({ provider: Type.String({ maxLength: 60 }) })))
    .output(standard(Type.Object({ token: Type.String() }))),
}
