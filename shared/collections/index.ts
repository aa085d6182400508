import type { Collection } from './collection.ts'
import { lost } from './lost.ts'
import { media } from './media.ts'
import { outcomes } from './outcomes.ts'
import { posts } from './posts.ts'
import { settings } from './settings.ts'
import { versions } from './versions.ts'

/** Every replicated collection. RxDB's open core stalls at 14 in one page: keep to 12. */
export const collections = { posts, media, settings, outcomes, lost, versions } as const satisfies Record<
  string,
  Collection
>

export type CollectionName = keyof typeof collections
export const collectionNames = Object.keys(collections) as CollectionName[]
