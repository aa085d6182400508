import { type Kysely, sql } from 'kysely'
import { isPicture } from '../../shared/domain/media-type.ts'
import { fail } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Tx } from '../sync/index.ts'
import type { BlobStore } from './blob-store.ts'
import { formats, keyOfSmall, widths } from './renditions.ts'
import { keyOf, type StoredBlob } from './stored.ts'

/** Longer than storing the largest file takes. */
const storingMs = 86_400_000

type Parts = { db: Kysely<Database>; blobs: BlobStore; clock: Clock; log: Log }
type LooseFile = { workspaceId: string; hash: string; type: string }

/**
 * Files in the store that no row of `blobs` names: being stored just now, or not used any more. Each has a row of its own
 * first, so that none is forgotten, whatever breaks off in between; a row that leaves `blobs` leaves one by a trigger.
 */
export function createLooseFiles({ db, blobs, clock, log }: Parts) {
  /** Those whose time has come. One that is being recorded at this moment is locked, and left alone. */
  async function remove({ workspaceId, hash, type }: LooseFile): Promise<void> {
    await db.transaction().execute(async (tx) => {
      const { rows } = await sql<{ isNamed: boolean }>`
        select exists (
          select 1 from blobs b where b.workspace_id = l.workspace_id and b.hash = l.hash
        ) as "isNamed" from loose_files l
        where workspace_id = ${workspaceId} and hash = ${hash} and remove_after <= ${new Date(clock.now())}
        for update skip locked`.execute(tx)
      if (!rows[0]) return
      if (!rows[0].isNamed) {
        const key = keyOf(workspaceId, hash)
        const small = widths.flatMap((width) => formats.map((format) => keyOfSmall(key, width, format)))
        await Promise.all([key, ...(isPicture(type) ? small : [])].map((each) => blobs.delete(each)))
      }
      await sql`delete from loose_files where workspace_id = ${workspaceId} and hash = ${hash}`.execute(tx)
    })
  }

  return {
    /** Says, before its bytes are put into the store, that they will be there. */
    async announce({ workspaceId, hash, type }: LooseFile): Promise<void> {
      await sql`
        insert into loose_files (workspace_id, hash, type, remove_after)
        values (${workspaceId}, ${hash}, ${type}, ${new Date(clock.now() + storingMs)})
        on conflict (workspace_id, hash) do update set remove_after = excluded.remove_after`.execute(db)
    },

    /** Names a file whose bytes are in the store; whether it had no name yet. Errors: `unavailable`. */
    async record(tx: Tx, workspaceId: string, blob: StoredBlob): Promise<boolean> {
      const { rows: loose } = await sql`
        delete from loose_files where workspace_id = ${workspaceId} and hash = ${blob.hash} returning 1`.execute(tx)
      const { rows } = await sql<{ isNew: boolean }>`
        insert into blobs (workspace_id, hash, type, bytes, width, height, created_at)
        values (${workspaceId}, ${blob.hash}, ${blob.type}, ${blob.bytes}, ${blob.width}, ${blob.height},
          ${new Date(clock.now())})
        on conflict (workspace_id, hash) do update set unused_since = null
        returning xmax = 0 as "isNew"`.execute(tx)
      const isNew = rows[0]?.isNew ?? false
      if (isNew && loose.length === 0) fail('unavailable', 'This file was removed as unused just now. Send it again.')
      return isNew
    },

    /** Removes what is due. What cannot be removed now is tried again the next time. */
    async sweep(signal: AbortSignal): Promise<void> {
      const { rows } = await sql<LooseFile>`
        select workspace_id as "workspaceId", hash, type from loose_files
        where remove_after <= ${new Date(clock.now())}`.execute(db)
      for (const file of rows) {
        if (signal.aborted) return
        await remove(file).catch((err) => log.warn({ err, ...file }, 'could not remove an unused file'))
      }
    },
  }
}
export type LooseFiles = ReturnType<typeof createLooseFiles>
