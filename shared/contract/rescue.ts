import { oc } from '@orpc/contract'
import { type Static, Type } from 'typebox'
import { named } from './named-errors.ts'
import { standard } from './standard.ts'

const Done = Type.Void()
export const RescuedDocument = Type.Object({
  workspaceId: Type.String({ maxLength: 64 }),
  collection: Type.String({ maxLength: 40 }),
  id: Type.String({ maxLength: 64 }),
  savedAt: Type.String({ maxLength: 24 }),
  document: Type.Record(Type.String(), Type.Unknown()),
})
export type RescuedDocument = Static<typeof RescuedDocument>

/** Plain-file mirror of documents the server does not have yet: a browser database can be wiped by a full disk. */
export const rescue = {
  /** Errors: `document_too_large`, `storage_full`. */
  keep: oc
    .errors(named('document_too_large', 'storage_full'))
    .input(standard(Type.Array(RescuedDocument, { maxItems: 500 })))
    .output(standard(Done)),
  /** The server has them: their mirror may go. */
  release: oc
    .input(
      standard(
        Type.Object({
          workspaceId: Type.String({ maxLength: 64 }),
          collection: Type.String({ maxLength: 40 }),
          ids: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 1000 }),
        }),
      ),
    )
    .output(standard(Done)),
  list: oc
    .input(standard(Type.Object({ workspaceId: Type.String({ maxLength: 64 }) })))
    .output(standard(Type.Array(RescuedDocument))),
}
