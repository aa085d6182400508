import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Publication } from './publication.ts'

/** A transaction that already holds its workspace's lock (see server/sync), or the plain database for reading. */
type Db = Kysely<Database>

const millis = (column: string) => sql.raw(`(extract(epoch from ${column}) * 1000)::float8`)

const columns = sql`
  post_id as "postId", plan_id as "planId", mode, local, zone, zone_data as "zoneData", late,
  ${millis('due_at')} as "dueAt", state, fence, attempts, problem, needs, missing, live,
  ${millis('published_at')} as "publishedAt", published_version as "publishedVersion", revision, slug,
  release, pending_release as "pendingRelease", withdrawn,
  ${millis('received_at')} as "receivedAt", received_version as "receivedVersion", deleted`

/**
 * These readers lock what they find. Between reading a row as `scheduled` and writing it back, a publisher could claim it
 * otherwise, and the write would end the claim without a trace while its job is already done.
 */
export async function findPublications(
  db: Db,
  workspaceId: string,
  postIds: readonly string[],
): Promise<Map<string, Publication>> {
  const { rows } = await sql<Publication>`
    select ${columns} from publications
    where workspace_id = ${workspaceId} and post_id = any(${postIds}) and channel = 'native'
    for update`.execute(db)
  return byId(rows)
}

/** Those that wait for any of these media. */
export async function findMissing(db: Db, workspaceId: string, mediaIds: readonly string[]): Promise<Publication[]> {
  const { rows } = await sql<Publication>`
    select ${columns} from publications
    where workspace_id = ${workspaceId} and missing <> '{}' and missing && ${mediaIds}::text[] and channel = 'native'
    order by post_id for update`.execute(db)
  return rows
}

export async function findInStates(
  db: Db,
  workspaceId: string,
  states: readonly Publication['state'][],
): Promise<Publication[]> {
  const { rows } = await sql<Publication>`
    select ${columns} from publications
    where workspace_id = ${workspaceId} and state = any(${states}) and channel = 'native' and not deleted
    order by post_id for update`.execute(db)
  return rows
}

/** Those that readers can open. */
export async function findLive(db: Db, workspaceId: string): Promise<Publication[]> {
  const { rows } = await sql<Publication>`
    select ${columns} from publications
    where workspace_id = ${workspaceId} and live and channel = 'native' and not deleted
    order by post_id for update`.execute(db)
  return rows
}

/** The claims that are still this holder's: same fencing token, and nothing has changed their state meanwhile. */
export async function findClaimed(
  db: Db,
  workspaceId: string,
  claims: readonly { postId: string; fence: number }[],
): Promise<Publication[]> {
  const { rows } = await sql<Publication>`
    select ${columns} from publications
    where workspace_id = ${workspaceId} and post_id = any(${claims.map((claim) => claim.postId)})
      and channel = 'native' and state = 'claimed'
    for update`.execute(db)
  const fences = new Map(claims.map((claim) => [claim.postId, claim.fence]))
  return rows.filter((row) => row.fence === fences.get(row.postId))
}

const byId = (rows: readonly Publication[]) => new Map(rows.map((row) => [row.postId, row]))
const time = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString())

/** Writes the rows in one statement. The fence and the lease are the publisher's and are not touched, but for new rows. */
export async function savePublications(tx: Db, workspaceId: string, rows: readonly Publication[]): Promise<void> {
  if (rows.length === 0) return
  const batch = JSON.stringify(
    rows.map((row) => ({
      ...row,
      dueAt: time(row.dueAt),
      publishedAt: time(row.publishedAt),
      receivedAt: time(row.receivedAt),
    })),
  )
  await sql`
    insert into publications as p (workspace_id, post_id, channel, plan_id, mode, local, zone, zone_data, late, due_at,
      state, attempts, problem, needs, missing, live, published_at, published_version, revision, slug, release,
      pending_release, withdrawn, received_at, received_version, deleted)
    select ${workspaceId}, r."postId", 'native', r."planId", r.mode, r.local, r.zone, r."zoneData", r.late, r."dueAt",
      r.state, r.attempts, r.problem, array(select jsonb_array_elements_text(r.needs)),
      array(select jsonb_array_elements_text(r.missing)), r.live, r."publishedAt", r."publishedVersion", r.revision,
      r.slug, r.release, r."pendingRelease", r.withdrawn, r."receivedAt", r."receivedVersion", r.deleted
    from json_to_recordset(${batch}::json) as r("postId" text, "planId" text, mode text, local text, zone text,
      "zoneData" text, late text, "dueAt" timestamptz, state text, attempts integer, problem jsonb, needs jsonb,
      missing jsonb, live boolean, "publishedAt" timestamptz, "publishedVersion" text, revision integer, slug text,
      release text, "pendingRelease" text, withdrawn text, "receivedAt" timestamptz, "receivedVersion" text,
      deleted boolean)
    on conflict (workspace_id, post_id, channel) do update set
      plan_id = excluded.plan_id, mode = excluded.mode, local = excluded.local, zone = excluded.zone,
      zone_data = excluded.zone_data, late = excluded.late, due_at = excluded.due_at, state = excluded.state,
      attempts = excluded.attempts, problem = excluded.problem, needs = excluded.needs, missing = excluded.missing,
      live = excluded.live, published_at = excluded.published_at, published_version = excluded.published_version,
      revision = excluded.revision, slug = excluded.slug, release = excluded.release,
      pending_release = excluded.pending_release, withdrawn = excluded.withdrawn, received_at = excluded.received_at,
      received_version = excluded.received_version, deleted = excluded.deleted,
      lease_until = case when excluded.state = 'claimed' then p.lease_until end,
      lease_owner = case when excluded.state = 'claimed' then p.lease_owner end`.execute(tx)
}

export async function handleOf(db: Db, workspaceId: string): Promise<string> {
  const { rows } = await sql<{ handle: string }>`select handle from workspaces where id = ${workspaceId}`.execute(db)
  return rows[0]?.handle ?? ''
}

export type LogEntry = {
  postId: string
  action: 'publish' | 'update' | 'withdraw' | 'restore'
  planId: string
  revision: number
  dueAt: number | null
  at: number
}

export async function appendLog(tx: Db, workspaceId: string, entries: readonly LogEntry[]): Promise<void> {
  if (entries.length === 0) return
  const batch = JSON.stringify(entries.map((entry) => ({ ...entry, dueAt: time(entry.dueAt), at: time(entry.at) })))
  await sql`
    insert into publication_log (workspace_id, post_id, channel, action, plan_id, revision, due_at, at)
    select ${workspaceId}, r."postId", 'native', r.action, r."planId", r.revision, r."dueAt", r.at
    from json_to_recordset(${batch}::json) as r("postId" text, action text, "planId" text, revision integer,
      "dueAt" timestamptz, at timestamptz)`.execute(tx)
}

/** Which of these plans have been published before: they never are again. */
export async function publishedPlans(
  db: Db,
  workspaceId: string,
  plans: readonly { postId: string; planId: string }[],
): Promise<Set<string>> {
  if (plans.length === 0) return new Set()
  const { rows } = await sql<{ post_id: string }>`
    select l.post_id from unnest(${plans.map((p) => p.postId)}::text[], ${plans.map((p) => p.planId)}::text[])
      as asked(post_id, plan_id)
    join publication_log l on l.workspace_id = ${workspaceId} and l.post_id = asked.post_id and l.channel = 'native'
      and l.plan_id = asked.plan_id and l.action = 'publish'`.execute(db)
  return new Set(rows.map((row) => row.post_id))
}
