import { eventIterator, oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { EncryptionState } from './encryption.ts'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const None = Type.Undefined()
const Done = Type.Void()

/** What this host can do; what it cannot has an honest fallback in the interface, never a hidden failure. */
export const HostInfo = Type.Object({
  kind: Type.Union([Type.Literal('electron'), Type.Literal('browser')]),
  version: Type.String(),
  platform: Type.String(),
  /** Origin of the companion server, e.g. `http://127.0.0.1:4310`. */
  serverUrl: Type.String(),
  /** Where the host serves content-addressed blobs to the renderer: `${blobBase}${hash}`. */
  blobBase: Type.String(),
  /** The same of small versions of pictures, for lists. */
  thumbBase: Type.String(),
  /** Of whoever is signed in, told here so that a start needs not ask for it. */
  encryption: EncryptionState,
  can: Type.Object({
    nativeMenu: Type.Boolean(),
    tray: Type.Boolean(),
    /** `keychain`: encrypted by the operating system; `file`: a key file only this user may read; `plain`: a warning is due. */
    secrets: Type.Union([Type.Literal('keychain'), Type.Literal('file'), Type.Literal('plain')]),
  }),
})
export type HostInfo = Static<typeof HostInfo>

/** The desktop around the studio. */
export const host = {
  info: oc.input(standard(None)).output(standard(HostInfo)),
  /**
   * Opens an https (or this server's own) address in the person's browser. Errors: `not_allowed` for anything else,
   * `unavailable` when this machine has no browser to open it in.
   */
  openExternal: oc
    .errors(named('not_allowed', 'unavailable'))
    .input(standard(Type.Object({ url: Type.String({ maxLength: 2000 }) })))
    .output(standard(Done)),
  /**
   * Commands from outside the page, by name of the command registry: native menu, tray, deep links (`go:/posts/ID`: the
   * path has been checked against the routes that may be opened from outside).
   */
  commands: oc.input(standard(None)).output(eventIterator(standard(Type.Object({ command: Type.String() })))),
}
