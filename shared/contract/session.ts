import { oc } from '@orpc/contract'
import { Type } from 'typebox'
import { standard } from './standard.ts'

const None = Type.Undefined()

/** Who is signed in on this device. Kept encrypted by the host's vault, so that the studio opens without a network. */
export const StoredSession = Type.Object({
  token: Type.String(),
  userId: Type.String(),
  email: Type.String(),
  name: Type.String(),
  workspaceId: Type.String(),
  handle: Type.String(),
})

export const session = {
  get: oc.input(standard(None)).output(standard(Type.Union([StoredSession, Type.Null()]))),
  set: oc.input(standard(StoredSession)).output(standard(None)),
  clear: oc.input(standard(None)).output(standard(None)),
  /**
   * Sign-in through the person's own browser: loopback redirect + PKCE (RFC 8252). Resolves with the session token.
   * Errors: TIMEOUT after 5 minutes, FORBIDDEN when refused; cancelled by aborting the call.
   */
  signInWithBrowser: oc
    .input(standard(Type.Object({ provider: Type.String({ maxLength: 60 }) })))
    .output(standard(Type.Object({ token: Type.String() }))),
}
