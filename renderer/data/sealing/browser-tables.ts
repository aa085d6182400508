import type { Table } from './reform.ts'
import type { Fields } from './sealed-document.ts'

/** The table of documents in each of the databases that RxDB makes with Dexie, one a collection. */
const documents = 'docs'
const always = '_meta'

const prefixOf = (databaseName: string): string => `rxdb-dexie-${databaseName}--`
/** Names and schemas of the collections: nothing of what is in them. */
const isInternal = (name: string): boolean => name.endsWith('--_rxdb_internal')

const done = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })

async function namesOf(databaseName: string): Promise<string[]> {
  const found = await indexedDB.databases()
  return found.flatMap(({ name }) => (name?.startsWith(prefixOf(databaseName)) ? [name] : []))
}

/** The tables of a studio's database, and how to let go of them. Documents of older schema versions are among them. */
export async function openBrowserTables(databaseName: string): Promise<{ tables: Table[]; close(): void }> {
  const opened: IDBDatabase[] = []
  const tables: Table[] = []
  for (const name of await namesOf(databaseName)) {
    if (isInternal(name)) continue
    const db = await done(indexedDB.open(name))
    opened.push(db)
    if (db.objectStoreNames.contains(documents)) tables.push(tableOf(db, collectionOf(name, databaseName)))
  }
  return {
    tables,
    close: () => {
      for (const db of opened) db.close()
    },
  }
}

/** `rxdb-dexie-grover-w--0--posts` is of `posts`. */
const collectionOf = (name: string, databaseName: string): string =>
  name.slice(prefixOf(databaseName).length).replace(/^\d+--/, '')

function tableOf(db: IDBDatabase, collection: string): Table {
  const store = (mode: IDBTransactionMode) =>
    db.transaction(documents, mode, { durability: 'strict' }).objectStore(documents)
  const table = store('readonly')
  const primaryKey = String(table.keyPath)
  const indexed = [...table.indexNames].flatMap((name) => table.index(name).keyPath)
  return {
    collection,
    plainPaths: [primaryKey, ...new Set(indexed.filter((path) => path !== primaryKey && !path.startsWith(always)))],
    count: () => done(store('readonly').count()),
    page: (after, limit) =>
      done(store('readonly').getAll(after === null ? null : IDBKeyRange.lowerBound(after, true), limit)),
    put: (changed: Fields[]) => write(store('readwrite'), (into) => changed.map((each) => into.put(each))),
    remove: (ids) => write(store('readwrite'), (into) => ids.map((id) => into.delete(id))),
  }
}

function write(store: IDBObjectStore, work: (store: IDBObjectStore) => unknown): Promise<void> {
  const { transaction } = store
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    work(store)
  })
}

export const deleteDatabase = (name: string): Promise<unknown> => done(indexedDB.deleteDatabase(name))

export async function deleteBrowserTables(databaseName: string): Promise<void> {
  for (const name of await namesOf(databaseName)) await deleteDatabase(name)
}
