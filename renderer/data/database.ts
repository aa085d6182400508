import { addRxPlugin, createRxDatabase, type RxStorage } from 'rxdb'
import { RxDBLocalDocumentsPlugin } from 'rxdb/plugins/local-documents'
import { type CollectionName, collectionNames, collections } from '../../shared/collections/index.ts'
import type { Lost } from '../../shared/collections/lost.ts'
import { conflictHandler } from './conflicts.ts'
import { rxSchema } from './rx-schema.ts'
import type { StudioCollections, StudioDatabase } from './types.ts'

type Options = {
  name: string
  storage: RxStorage<unknown, unknown>
  ownerName: string
  now(): number
  /** True for windows of one browser, which share their data; tests of a single window do without. */
  multiInstance: boolean
}

/** Opens the studio's local database: every replicated collection, and room for notes of this device alone. */
export async function openDatabase({ name, storage, ownerName, now, multiInstance }: Options): Promise<StudioDatabase> {
  addRxPlugin(RxDBLocalDocumentsPlugin)
  const db = await createRxDatabase<StudioCollections>({
    name,
    storage,
    multiInstance,
    eventReduce: true,
    localDocuments: true,
  })
  const device = await db.storageToken
  const keep = async (lost: Lost[]): Promise<void> => {
    await db.lost.bulkUpsert(lost)
  }
  const creators = Object.fromEntries(
    collectionNames.map((each: CollectionName) => [
      each,
      {
        schema: rxSchema(collections[each]),
        conflictHandler: conflictHandler({ collection: each, keep, now, ownerName, device }),
        migrationStrategies: collections[each].migrations,
      },
    ]),
  )
  await db.addCollections(creators as never)
  return db
}
