import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Clock, Log } from '../http/app.ts'
import type { Sync } from '../sync/index.ts'
import type { LooseFiles } from './loose-files.ts'
import { storedOutcome } from './stored-outcome.ts'
import type { Uploads } from './uploads.ts'
import { findUnused, idsInTexts } from './used.ts'

const sweepEveryMs = 3_600_000
/** Removed in one transaction, under the workspace's lock. */
const batch = 20

type Parts = {
  db: Kysely<Database>
  sync: Sync
  clock: Clock
  log: Log
  graceMs: number
  uploads: Pick<Uploads, 'sweep'>
  loose: Pick<LooseFiles, 'sweep'>
}

/**
 * Removes files that nothing has referred to for as long as the grace lasts. A file may come before the document that
 * names it, and a document may be brought back: both within the grace. Whether it is unused is asked once more under the
 * lock that every writer of documents holds, so that nothing can begin to refer to it meanwhile.
 */
export function createGarbage({ db, sync, clock, log, graceMs, uploads, loose }: Parts) {
  const stopping = new AbortController()
  let timer: NodeJS.Timeout | undefined
  let running: Promise<unknown> = Promise.resolve()

  async function sweepWorkspace(workspaceId: string): Promise<number> {
    const now = clock.now()
    const { rows } = await sql<{ seq: number }>`select seq from workspaces where id = ${workspaceId}`.execute(db)
    const seq = rows[0]?.seq ?? 0
    const isSuspect = (await findUnused(db, workspaceId, { ids: [], now })).length > 0
    const ids = isSuspect ? await idsInTexts(db, workspaceId) : new Set<string>()
    const unused = isSuspect ? await findUnused(db, workspaceId, { ids, now }) : []
    await sql`
      update blobs set unused_since = case when hash = any(${unused.map((blob) => blob.hash)})
        then coalesce(unused_since, ${new Date(now)}) end
      where workspace_id = ${workspaceId}
        and (unused_since is null) = (hash = any(${unused.map((blob) => blob.hash)}))`.execute(db)
    const due = unused.filter(({ unusedSince }) => unusedSince && unusedSince.getTime() <= now - graceMs)
    let removed = 0
    for (let from = 0; from < due.length && !stopping.signal.aborted; from += batch)
      removed += await remove(
        workspaceId,
        due.slice(from, from + batch).map(({ hash }) => hash),
        ids,
        seq,
      )
    return removed
  }

  async function remove(workspaceId: string, hashes: string[], ids: Set<string>, seq: number): Promise<number> {
    return await sync.transaction(workspaceId, async (tx) => {
      const now = clock.now()
      const newer = await idsInTexts(tx, workspaceId, seq)
      const unused = await findUnused(tx, workspaceId, { ids: [...ids, ...newer], now, among: hashes })
      const gone = unused.filter(({ unusedSince }) => unusedSince !== null)
      const names = gone.map(({ hash }) => hash)
      // The bytes go when this is certain, and when nobody waits for the lock: see loose-files.ts.
      await sql`delete from blobs where workspace_id = ${workspaceId} and hash = any(${names})`.execute(tx)
      await sync.write(
        tx,
        workspaceId,
        'outcomes',
        names.map((hash) => ({ ...storedOutcome(hash, now), _deleted: true })),
      )
      return gone.length
    })
  }

  /** One round over all workspaces. Resolves with how many files were removed. */
  async function sweep(): Promise<number> {
    await uploads.sweep().catch((err) => log.warn({ err }, 'could not look for uploads that were given up'))
    const { rows } = await sql<{ id: string }>`select distinct workspace_id as id from blobs`.execute(db)
    let removed = 0
    for (const { id } of rows) {
      if (stopping.signal.aborted) break
      // One workspace's trouble is not that of the others.
      removed += await sweepWorkspace(id).catch((err) => {
        log.warn({ err, workspaceId: id }, 'could not look for unused files of a workspace')
        return 0
      })
    }
    await loose.sweep(stopping.signal)
    if (removed > 0) log.info({ removed }, 'removed files that nothing refers to')
    return removed
  }

  const round = (): void => {
    running = running.then(sweep).catch((err) => log.warn({ err }, 'could not look for unused files'))
  }

  return {
    sweep,
    /** Begins to look, now and every hour. */
    start(): void {
      round()
      timer = setInterval(round, sweepEveryMs)
      timer.unref()
    },
    /** Ends that, with the batch in hand. */
    async settle(): Promise<void> {
      clearInterval(timer)
      stopping.abort()
      await running
    },
  }
}
