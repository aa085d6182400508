import type { RxJsonSchema } from 'rxdb'

/**
 * A version that did not make it into the document, kept so that nothing is lost: the loser of a conflict, or what the
 * server refused. It lives on this device alone.
 */
export type SetAside = {
  id: string
  kind: 'conflict' | 'refused'
  /** Name of the collection (`collection` is a word of RxDB's own). */
  source: string
  documentId: string
  /** Conflict: the field. Refused: empty. */
  field: string
  /** Conflict: the value that was not chosen, and the one that was. */
  lost: unknown
  kept: unknown
  code: string
  message: string
  at: string
}

export const setAsideSchema: RxJsonSchema<SetAside> = {
  version: 0,
  primaryKey: 'id',
  type: 'object',
  properties: {
    id: { type: 'string', maxLength: 300 },
    kind: { type: 'string', enum: ['conflict', 'refused'], maxLength: 10 },
    source: { type: 'string', maxLength: 40 },
    documentId: { type: 'string', maxLength: 64 },
    field: { type: 'string', maxLength: 100 },
    lost: {},
    kept: {},
    code: { type: 'string' },
    message: { type: 'string' },
    at: { type: 'string', maxLength: 24 },
  },
  required: ['id', 'kind', 'source', 'documentId', 'field', 'code', 'message', 'at'],
  indexes: ['kind'],
}
