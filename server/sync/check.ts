import { Compile } from 'typebox/compile'
import { type Collection, maxDocumentBytes } from '../../shared/collections/collection.ts'
import { schemaError } from '../../shared/domain/schema-error.ts'
import { type ErrorCode, GroverError } from '../../shared/errors.ts'
import { isStorable } from '../database/storable.ts'

export type Doc = Record<string, unknown> & { id: string }
export type Refusal = { id: string; code: ErrorCode; message: string }

/** What a pushed document turned out to be: usable (with its JSON, so that it is made only once), or refused by name. */
export type Checked = { ok: true; doc: Doc; json: string } | { ok: false; error: GroverError }

/** Checks documents of one collection against its schema and what PostgreSQL and devices can hold. */
export function documentCheck(collection: Collection): (doc: unknown) => Checked {
  const validator = Compile(collection.schema)
  return (doc) => {
    if (typeof doc !== 'object' || doc === null || Array.isArray(doc))
      return refuse('document_invalid', 'A document must be a JSON object.')
    const json = toJson(doc)
    if (json === null) return refuse('document_invalid', 'The document is nested too deeply.')
    const bytes = Buffer.byteLength(json)
    if (bytes > maxDocumentBytes)
      return refuse(
        'document_too_large',
        `The document has ${bytes} bytes; at most ${maxDocumentBytes} can be kept. Shorten its text.`,
      )
    if (!validator.Check(doc)) return { ok: false, error: schemaError(validator.Errors(doc)) }
    if (!storable(json, doc))
      return refuse(
        'document_invalid',
        'The document contains characters that cannot be stored (U+0000 or half a pair).',
      )
    return { ok: true, doc: doc as unknown as Doc, json }
  }
}

const refuse = (code: ErrorCode, message: string): Checked => ({ ok: false, error: new GroverError(code, message) })

// Both are written as escapes; looking for them is cheaper than walking through every document.
const suspicious = /\\u(?:0000|d[89a-f])/i

const storable = (json: string, doc: unknown): boolean => !suspicious.test(json) || isStorable(doc)

/** Null where the value is nested deeper than can be written. */
function toJson(value: object): string | null {
  try {
    return JSON.stringify(value)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
