import type { Static, TObject } from 'typebox'

/** Who writes the documents of a collection. A document has one writer: a device or the server, never both. */
export type Owner = 'device' | 'server'

/**
 * One replicated collection, written once: the schema gives the RxDB schema, the server's request check, the OpenAPI
 * page and the TypeScript type. Indexed fields are required strings with `maxLength`, as RxDB asks.
 */
export type Collection<Name extends string = string, Schema extends TObject = TObject> = {
  readonly name: Name
  readonly version: number
  readonly owner: Owner
  readonly schema: Schema
  /** Field paths of each index (RxDB adds the primary key itself). */
  readonly indexes: readonly (readonly string[])[]
  /** The step that brings a document of version `n − 1` to version `n`, by `n`. */
  readonly migrations: Readonly<Record<number, (old: Record<string, unknown>) => Record<string, unknown>>>
}

export type DocumentOf<C extends Collection> = Static<C['schema']>

export const defineCollection = <Name extends string, Schema extends TObject>(
  collection: Collection<Name, Schema>,
): Collection<Name, Schema> => collection

/** The largest document the server takes, in bytes of JSON. */
export const maxDocumentBytes = 2_000_000
