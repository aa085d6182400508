import { createRxDatabase, type RxStorage } from 'rxdb'
import { type CollectionName, collectionNames, collections } from '../../shared/collections/index.ts'
import { conflictHandler } from './conflicts.ts'
import { rxSchema } from './rx-schema.ts'
import { type SetAside, setAsideSchema } from './set-aside.ts'
import type { StudioCollections, StudioDatabase } from './types.ts'

type Options = {
  name: string
  storage: RxStorage<unknown, unknown>
  ownerName: string
  now(): number
  /** True for windows of one browser, which share their data; tests of a single window do without. */
  multiInstance: boolean
}

/** Opens the studio's local database: every replicated collection, and what was set aside. */
export async function openDatabase({ name, storage, ownerName, now, multiInstance }: Options): Promise<StudioDatabase> {
  const db = await createRxDatabase<StudioCollections>({ name, storage, multiInstance, eventReduce: true })
  const keep = async (lost: SetAside[]): Promise<void> => {
    await db.set_aside.bulkUpsert(lost)
  }
  const creators = Object.fromEntries(
    collectionNames.map((each: CollectionName) => [
      each,
      {
        schema: rxSchema(collections[each]),
        conflictHandler: conflictHandler({ collection: each, keep, now, ownerName }),
        migrationStrategies: collections[each].migrations,
      },
    ]),
  )
  await db.addCollections({ ...creators, set_aside: { schema: setAsideSchema } } as never)
  return db
}
