import { type Kysely, sql } from 'kysely'
import { resolveLocal } from '../../shared/domain/schedule.ts'
import { GroverError } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'
import type { Log } from '../http/app.ts'
import type { Sync } from '../sync/index.ts'
import { zoneData as currentZoneData, type Intake } from './intake.ts'
import { problemOf } from './make-public.ts'
import type { Publication } from './publication.ts'
import { findInStates } from './store.ts'

type Parts = { db: Kysely<Database>; sync: Sync; intake: Intake; log: Log; zoneData?: string }

/**
 * Governments change their clocks at short notice. A plan is a local time; so when this server starts with another
 * edition of the zone data, the instants derived with the old one are derived anew. Devices learn it by the outcome.
 */
export async function recheckZones({ db, sync, intake, log, zoneData = currentZoneData }: Parts): Promise<number> {
  const { rows: workspaces } = await sql<{ workspace_id: string }>`
    select distinct workspace_id from publications
    where mode = 'schedule' and state in ('waiting', 'scheduled', 'held') and zone_data <> ${zoneData}`.execute(db)
  let moved = 0
  for (const { workspace_id: workspaceId } of workspaces) {
    await sync.transaction(workspaceId, async (tx) => {
      const rows = (await findInStates(tx, workspaceId, ['waiting', 'scheduled', 'held'])).filter(
        (row) => row.mode === 'schedule' && row.zoneData !== zoneData,
      )
      const fresh = rows.map((row) => derive(row, zoneData))
      const changed = fresh.filter((row, i) => row.dueAt !== rows[i]!.dueAt)
      moved += changed.length
      await intake.record(
        tx,
        workspaceId,
        fresh,
        changed.filter((row) => row.state === 'scheduled'),
      )
    })
  }
  if (moved > 0) log.warn({ moved, zoneData }, 'new zone data moved planned posts to other instants')
  return moved
}

function derive(row: Publication, zoneData: string): Publication {
  try {
    return { ...row, zoneData, dueAt: Date.parse(resolveLocal(row.local, row.zone).at) }
  } catch (error) {
    if (!(error instanceof GroverError)) throw error
    // The time has become one that does not exist there: its author has to choose another. The old instant is nobody's
    // wish any more; with it, the next edit would put the plan back as if nothing had happened.
    return { ...row, zoneData, dueAt: null, state: 'failed', problem: problemOf(error) }
  }
}
