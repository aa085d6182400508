import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'

const dayMs = 86_400_000
const batch = 1000
/** Longer than any pull under way, which has read the floor and may not have read the rows. */
const graceMs = 600_000

type Parts = {
  db: Kysely<Database>
  clock: Clock
  days: number
  /** Makes tombstones without content of a device's documents. */
  bury(workspaceId: string, collection: string, ids: readonly string[]): Promise<void>
}

/**
 * Purges the tombstones that are older than the horizon, and with a post its history. First the floor of their collection is raised, so that a device
 * that has not come so far is told to start over; the rows themselves go in a later round. Safe on several servers.
 */
export function createHorizon({ db, clock, days, bury }: Parts) {
  /** Nobody can come to the versions of a post that is gone. Resolves with how many there were. */
  async function buryHistories(now: number): Promise<number> {
    const { rows } = await sql<{ workspaceId: string; ids: string[] }>`
      select workspace_id as "workspaceId", array_agg(id) as ids from (
        select v.workspace_id, v.id from documents p
        join documents v on v.workspace_id = p.workspace_id and v.collection = 'versions' and not v.deleted
          and v.doc ->> 'postId' = p.id
        where p.deleted and p.collection = 'posts' and p.updated_at < ${new Date(now - days * dayMs)}
        limit ${batch}
      ) versions group by workspace_id`.execute(db)
    for (const { workspaceId, ids } of rows) await bury(workspaceId, 'versions', ids)
    return rows.reduce((sum, { ids }) => sum + ids.length, 0)
  }

  async function removeBatch(now: number): Promise<number> {
    const { numAffectedRows } = await sql`
      delete from documents where deleted and (workspace_id, collection, id) in (
        select d.workspace_id, d.collection, d.id from documents d
        join tombstone_floors f on f.workspace_id = d.workspace_id and f.collection = d.collection
        where d.deleted and d.updated_at < ${new Date(now - days * dayMs)} and d.seq <= f.seq
          and f.raised_at < ${new Date(now - graceMs)}
        order by d.updated_at limit ${batch})`.execute(db)
    return Number(numAffectedRows ?? 0)
  }

  async function raiseBatch(now: number): Promise<number> {
    const { rows } = await sql`
      with old as (
        select d.workspace_id, d.collection, d.seq from documents d
        left join tombstone_floors f on f.workspace_id = d.workspace_id and f.collection = d.collection
        where d.deleted and d.updated_at < ${new Date(now - days * dayMs)} and d.seq > coalesce(f.seq, 0)
        order by d.updated_at limit ${batch}
      )
      insert into tombstone_floors (workspace_id, collection, seq, raised_at)
      select workspace_id, collection, max(seq), ${new Date(now)} from old group by workspace_id, collection
      on conflict (workspace_id, collection) do update
        set seq = greatest(tombstone_floors.seq, excluded.seq), raised_at = excluded.raised_at
      returning 1`.execute(db)
    return rows.length
  }

  return {
    /** One round. Resolves with the number of tombstones removed. */
    async sweep(signal?: AbortSignal): Promise<number> {
      const now = clock.now()
      // While their posts are still known to be deleted.
      while (!signal?.aborted && (await buryHistories(now)) > 0);
      let removed = 0
      for (let count = batch; count === batch && !signal?.aborted; removed += count) count = await removeBatch(now)
      while (!signal?.aborted && (await raiseBatch(now)) > 0);
      return removed
    },
  }
}
