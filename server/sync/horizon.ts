import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Clock } from '../http/app.ts'

const dayMs = 86_400_000
const batch = 1000
/** Longer than any pull under way, which has read the floor and may not have read the rows. */
const graceMs = 600_000

/**
 * Purges the tombstones that are older than the horizon. First the floor of their collection is raised, so that a device
 * that has not come so far is told to start over; the rows themselves go in a later round. Safe on several servers.
 */
export function createHorizon({ db, clock, days }: { db: Kysely<Database>; clock: Clock; days: number }) {
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
      let removed = 0
      for (let count = batch; count === batch && !signal?.aborted; removed += count) count = await removeBatch(now)
      while (!signal?.aborted && (await raiseBatch(now)) > 0);
      return removed
    },
  }
}
