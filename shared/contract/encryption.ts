import { oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const Done = Type.Void()
const workspaceId = Type.String({ maxLength: 64 })
const Of = standard(Type.Object({ workspaceId }))
const Passphrase = Type.String({ maxLength: 1000 })

/** How a workspace is kept on this device. `unavailable`: it is encrypted, and the vault does not open its key. */
export const EncryptionState = Type.Object({
  is: Type.Union([Type.Literal('off'), Type.Literal('open'), Type.Literal('locked'), Type.Literal('unavailable')]),
  hasPassphrase: Type.Boolean(),
})
export type EncryptionState = Static<typeof EncryptionState>

/**
 * Encryption of what a device keeps of a workspace. The host keeps the key, in its vault; with a passphrase it keeps it
 * only wrapped by that. Errors of every call that needs the key: `key_unavailable` when the vault does not open it.
 */
export const encryption = {
  state: oc.input(Of).output(standard(EncryptionState)),
  /** Makes the key, the first time, and seals the host's own files. Repeated, it goes on where it was interrupted. */
  turnOn: oc.errors(named('key_unavailable', 'storage_full')).input(Of).output(standard(Done)),
  /** Opens the host's own files. The key is kept, without a passphrase, for another browser's copy. Errors: `studio_locked`. */
  turnOff: oc
    .errors(named('key_unavailable', 'studio_locked', 'storage_full'))
    .input(Of)
    .output(standard(Done)),
  /**
   * Sets, changes (with the old one) or removes (`next: null`) the passphrase. Errors: `passphrase_weak`, `passphrase_wrong`,
   * and `too_many_requests` after several wrong ones, with `retryAfterSeconds`.
   */
  setPassphrase: oc
    .errors(named('key_unavailable', 'not_found', 'passphrase_weak', 'passphrase_wrong', 'too_many_requests'))
    .input(
      standard(
        Type.Object({ workspaceId, old: Type.Optional(Passphrase), next: Type.Union([Passphrase, Type.Null()]) }),
      ),
    )
    .output(standard(Done)),
  /** Errors: `passphrase_wrong`, `too_many_requests`. */
  unlock: oc
    .errors(named('key_unavailable', 'passphrase_wrong', 'too_many_requests'))
    .input(standard(Type.Object({ workspaceId, passphrase: Passphrase })))
    .output(standard(Done)),
  /** Forgets the key until the passphrase is given. Without a passphrase it changes nothing. */
  lock: oc.input(Of).output(standard(Done)),
  /** The key, 32 bytes in base64. Errors: `studio_locked`, `not_found` where there never was one. */
  key: oc
    .errors(named('key_unavailable', 'studio_locked', 'not_found'))
    .input(Of)
    .output(standard(Type.String())),
  /** Destroys the key, and the host's own files of what the server does not have. */
  forget: oc.input(Of).output(standard(Done)),
}
