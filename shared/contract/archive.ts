import { oc } from '@orpc/contract'
import { Type } from 'typebox'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const Done = Type.Void()
const Id = Type.String({ maxLength: 40 })

/** Everything a creator has, as a zip of readable files in the person's own folder for downloads. */
export const archive = {
  /** Begins a zip; one that was never finished is thrown away. Error: `storage_full`. */
  open: oc
    .errors(named('storage_full'))
    .input(standard(Type.Object({ name: Type.String({ pattern: '^[0-9A-Za-z_-]{1,80}$' }) })))
    .output(standard(Type.Object({ id: Id }))),
  /** Errors: `storage_full`, `not_found` when this zip is no longer written. */
  add: oc
    .errors(named('storage_full', 'not_found'))
    .input(
      standard(
        Type.Object({
          id: Id,
          files: Type.Array(Type.Object({ path: Type.String({ maxLength: 300 }), text: Type.String() }), {
            maxItems: 500,
          }),
        }),
      ),
    )
    .output(standard(Done)),
  /** Adds those of these pictures that this device has, or can get from the server. Errors: as `add`. */
  addPictures: oc
    .errors(named('storage_full', 'not_found'))
    .input(standard(Type.Object({ id: Id, hashes: Type.Array(Type.String({ pattern: '^[0-9a-f]{64}$' })) })))
    .output(standard(Type.Object({ added: Type.Integer() }))),
  /** Resolves with where the zip is. Errors: as `add`. */
  finish: oc
    .errors(named('storage_full', 'not_found'))
    .input(standard(Type.Object({ id: Id })))
    .output(standard(Type.Object({ path: Type.String(), bytes: Type.Integer() }))),
  discard: oc.input(standard(Type.Object({ id: Id }))).output(standard(Done)),
}
