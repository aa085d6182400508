import {
  type BulkWriteRow,
  type EventBulk,
  getChangedDocumentsSince,
  getPrimaryFieldOfPrimaryKey,
  type PreparedQuery,
  type RxStorage,
  type RxStorageChangeEvent,
  type RxStorageInstance,
  type RxStorageWriteError,
} from 'rxdb'
import { Subject } from 'rxjs'
import { type Fields, isPlain, isSealed, openDocument, sealDocument } from './sealed-document.ts'
import type { Sealer } from './sealer.ts'

type Instance = RxStorageInstance<Fields, unknown, unknown>
type Params = Parameters<RxStorage<unknown, unknown>['createStorageInstance']>[0]
type Row = BulkWriteRow<Fields>
type Bulk = EventBulk<RxStorageChangeEvent<Fields>, unknown>
type Document = Row['document']

/** RxDB's own: names and schemas of the collections, nothing of what is in them. */
const internalStore = '_rxdb_internal'

type Options = { storage: RxStorage<unknown, unknown>; sealer: Sealer; onError(error: unknown): void }

/**
 * A storage under which everything but keys and indexed fields is sealed: collections, this device's notes, and what
 * replication remembers of the server. Documents that are not sealed are read as they are.
 *
 * RxDB has `wrapRxStorageInstance` for this. It emits changes, and writes rows, in whatever order they come out of an
 * asynchronous cipher; sync reads its place in the order of changes from both, so here the order is kept.
 */
export function sealedStorage({ storage, sealer, onError }: Options): RxStorage<unknown, unknown> {
  return Object.assign(Object.create(storage) as RxStorage<unknown, unknown>, {
    async createStorageInstance(params: Params) {
      const instance = await storage.createStorageInstance(params)
      if (params.collectionName === internalStore) return instance
      return wrap(instance as unknown as Instance, sealer, onError)
    },
  })
}

function wrap(inner: Instance, sealer: Sealer, onError: Options['onError']): Instance {
  const { collectionName, schema } = inner
  const primaryKey = getPrimaryFieldOfPrimaryKey(schema.primaryKey) as string
  const plainPaths = [primaryKey, ...(schema.indexes ?? []).flat().map(String)]
  const changes$ = new Subject<Bulk>()
  /** What is being written, by its sealed form: its own change needs no opening. */
  const known = new Map<string, Document>()
  const toldDamaged = new Set<string>()

  async function seal(document: Document): Promise<Document> {
    const sealed = (await sealDocument(sealer, collectionName, document, plainPaths)) as Document
    if (isSealed(sealed)) known.set(sealed.sealed, document)
    return sealed
  }

  /** Null for a damaged one: it is said once, and taken for absent, so that everything else goes on. */
  async function open(document: Document): Promise<Document | null> {
    const written = isSealed(document) ? known.get(document.sealed) : undefined
    if (written) return written
    try {
      return (await openDocument(sealer, collectionName, document, primaryKey)) as Document
    } catch (error) {
      const id = String(document[primaryKey])
      if (!toldDamaged.has(id)) onError(error)
      toldDamaged.add(id)
      return null
    }
  }
  const openAll = async (documents: readonly Document[]): Promise<Document[]> =>
    (await Promise.all(documents.map(open))).filter((each) => each !== null)

  async function openEvent(event: RxStorageChangeEvent<Fields>): Promise<RxStorageChangeEvent<Fields> | null> {
    const documentData = await open(event.documentData)
    if (!documentData) return null
    if (!event.previousDocumentData) return { ...event, documentData } as RxStorageChangeEvent<Fields>
    const previousDocumentData = await open(event.previousDocumentData as Document)
    // Written over a damaged one, which nobody has seen.
    if (!previousDocumentData && event.operation === 'UPDATE')
      return { ...event, operation: 'INSERT', documentData, previousDocumentData: undefined } as never
    return { ...event, documentData, previousDocumentData } as RxStorageChangeEvent<Fields>
  }

  let told: Promise<void> = Promise.resolve()
  const subscription = inner.changeStream().subscribe({
    next: (bulk) => {
      told = told.then(async () => {
        const events = (await Promise.all(bulk.events.map(openEvent))).filter((each) => each !== null)
        if (events.length > 0) changes$.next({ ...bulk, events })
      })
    },
    complete: () => void told.then(() => changes$.complete()),
  })

  let lastIssued: Promise<unknown> = Promise.resolve()

  async function write(rows: Row[], context: string) {
    const sealing = Promise.all(
      rows.map(async (row): Promise<Row> => ({ ...row, document: (await seal(row.document)) as never })),
    )
    // RxDB has dated the rows already: one written after a later one would lie behind what sync has read.
    const issued = lastIssued.then(async () => {
      const sealed = await sealing
      return { sealed, writing: inner.bulkWrite(sealed, context) }
    })
    lastIssued = issued.catch(() => {})
    const { sealed, writing } = await issued
    const result = await writing
    const plainRows = new Map(rows.map((row) => [row.document[primaryKey], row]))
    const error: RxStorageWriteError<Fields>[] = []
    const overDamaged: Row[] = []
    for (const each of result.error) {
      const row = plainRows.get(each.documentId) ?? each.writeRow
      if (each.status !== 409) error.push({ ...each, writeRow: row })
      else {
        const documentInDb = await open(each.documentInDb as Document)
        if (documentInDb) error.push({ ...each, writeRow: row, documentInDb } as never)
        else overDamaged.push({ previous: each.documentInDb as never, document: row.document })
      }
    }
    if (overDamaged.length > 0) error.push(...(await write(overDamaged, context)).error)
    // RxDB counts on a change being told before its write has come back.
    await told
    for (const { document } of sealed) if (isSealed(document)) known.delete(document.sealed)
    return { error }
  }

  async function changedSince(limit: number, checkpoint?: unknown) {
    const documents: Document[] = []
    // A page that is not full means the end: what a damaged document leaves is filled up.
    for (let from = checkpoint; ; ) {
      const wanted = limit - documents.length
      const page = await getChangedDocumentsSince(inner, wanted, from)
      documents.push(...(await openAll(page.documents)))
      from = page.checkpoint
      if (documents.length >= limit || page.documents.length < wanted) return { documents, checkpoint: from }
    }
  }

  return {
    databaseName: inner.databaseName,
    collectionName,
    schema,
    internals: inner.internals,
    options: inner.options,
    bulkWrite: write,
    findDocumentsById: async (ids, withDeleted) => openAll(await inner.findDocumentsById(ids, withDeleted)),
    async query(prepared) {
      checkQuery(prepared, plainPaths, collectionName)
      return { documents: await openAll((await inner.query(prepared)).documents) }
    },
    async count(prepared) {
      checkQuery(prepared, plainPaths, collectionName)
      return await inner.count(prepared)
    },
    getAttachmentData: (documentId, attachmentId, digest) => inner.getAttachmentData(documentId, attachmentId, digest),
    getChangedDocumentsSince: changedSince,
    changeStream: () => changes$.asObservable(),
    cleanup: (minimumDeletedTime) => inner.cleanup(minimumDeletedTime),
    async remove() {
      await inner.remove()
      subscription.unsubscribe()
    },
    async close() {
      await inner.close()
      await told
      subscription.unsubscribe()
    },
  }
}

/** A selector on a sealed field would find nothing, silently. */
function checkQuery({ query }: PreparedQuery<Fields>, plainPaths: readonly string[], collection: string): void {
  const asked = [...fieldsOf(query.selector), ...query.sort.flatMap((each) => Object.keys(each))]
  const sealed = asked.filter((path) => !isPlain(path, plainPaths))
  if (sealed.length > 0)
    throw new Error(`Only indexed fields of ${collection} can be asked for in its storage, not ${sealed.join(', ')}.`)
}

function fieldsOf(selector: unknown): string[] {
  return Object.entries(selector as Fields).flatMap(([key, value]) => {
    if (!key.startsWith('$')) return [key]
    return Array.isArray(value) ? value.flatMap(fieldsOf) : fieldsOf(value)
  })
}
