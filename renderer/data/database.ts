import { addRxPlugin, createRxDatabase, type RxCollection, type RxStorage } from 'rxdb'
import { RxDBLocalDocumentsPlugin } from 'rxdb/plugins/local-documents'
import type { Collection } from '../../shared/collections/collection.ts'
import { type CollectionName, collectionNames, collections } from '../../shared/collections/index.ts'
import type { Lost } from '../../shared/collections/lost.ts'
import type { Post } from '../../shared/collections/posts.ts'
import type { Version } from '../../shared/collections/versions.ts'
import { conflictHandler } from './conflicts.ts'
import { rxSchema } from './rx-schema.ts'
import type { StudioCollections, StudioDatabase } from './types.ts'

type Options = {
  name: string
  storage: RxStorage<unknown, unknown>
  ownerName: string
  /** Told of this device's version of a post that a merge could not keep whole. */
  onConflict(mine: Post): void
  now(): number
  /** True for windows of one browser, which share their data; tests of a single window do without. */
  multiInstance: boolean
}

/** What the list needs waits for nothing else: versions are opened by whoever first asks for them. */
const opensLate = (name: CollectionName): name is 'versions' => name === 'versions'

export type Opened = { db: StudioDatabase; versions: () => Promise<RxCollection<Version>> }

/** Opens the studio's local database: every replicated collection, and room for notes of this device alone. */
export async function openDatabase(options: Options): Promise<Opened> {
  const { name, storage, ownerName, onConflict, now, multiInstance } = options
  addRxPlugin(RxDBLocalDocumentsPlugin)
  if (Object.values<Collection>(collections).some(({ version }) => version > 0))
    addRxPlugin((await import('rxdb/plugins/migration-schema')).RxDBMigrationSchemaPlugin)
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
  const creator = (each: CollectionName) => ({
    schema: rxSchema(collections[each]),
    conflictHandler: conflictHandler({
      collection: each,
      keep,
      onConflict: (mine) => onConflict(mine as unknown as Post),
      now,
      ownerName,
      device,
    }),
    migrationStrategies: collections[each].migrations,
  })
  const early = collectionNames.filter((each) => !opensLate(each)).map((each) => [each, creator(each)])
  await db.addCollections(Object.fromEntries(early) as never)

  let late: Promise<RxCollection<Version>> | undefined
  return {
    db,
    versions: () => {
      late ??= db
        .addCollections({ versions: creator('versions') } as never)
        .then((added) => (added as { versions: RxCollection<Version> }).versions)
      return late
    },
  }
}
