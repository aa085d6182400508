import type { CollectionName } from '../../../shared/collections/index.ts'
import type { StudioDatabase } from '../types.ts'

type Counts = Partial<Record<CollectionName, number>>
/** Name of the note in which they are kept on this device. */
const note = 'generations'

/**
 * How often each collection was compared anew with a server of another history. RxDB marks what it has from a server with
 * the replication's name, and lets that server's versions replace it: a server that was restored has older ones, and under
 * another name they are merged.
 */
export async function openGenerations(db: StudioDatabase) {
  const counts: Counts = (await db.getLocal<{ counts: Counts }>(note))?.toMutableJSON().data.counts ?? {}
  return {
    nameOf: (collection: CollectionName): string => `grover-${counts[collection] ?? 0}`,
    async next(collection: CollectionName): Promise<void> {
      counts[collection] = (counts[collection] ?? 0) + 1
      await db.upsertLocal(note, { counts: { ...counts } })
    },
  }
}
