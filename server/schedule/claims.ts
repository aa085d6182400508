import { type Kysely, sql } from 'kysely'
import type { Database } from '../database/database.ts'

/** The right to publish one post until `leaseUntil`, as long as nobody has claimed it with a higher `fence`. */
export type Claim = { workspaceId: string; postId: string; dueAt: number; leaseUntil: number; fence: number }

type Db = Kysely<Database>
export type ClaimOptions = { owner: string; now: number; limit: number; leaseMs: number }

const returning = sql`
  p.workspace_id as "workspaceId", p.post_id as "postId", p.fence,
  (extract(epoch from p.due_at) * 1000)::float8 as "dueAt",
  (extract(epoch from p.lease_until) * 1000)::float8 as "leaseUntil"`

/**
 * Claims what is scheduled up to `horizon`, oldest first: in these workspaces, or anywhere. Rows that somebody is
 * changing at this moment are passed over; whoever changes them looks after them when done.
 */
export async function claimDue(
  db: Db,
  { workspaceIds, horizon }: { workspaceIds: readonly string[] | null; horizon: number },
  { owner, now, limit, leaseMs }: ClaimOptions,
): Promise<Claim[]> {
  const here = workspaceIds ? sql`and workspace_id = any(${workspaceIds})` : sql``
  const { rows } = await sql<Claim>`
    with due as materialized (
      select workspace_id, post_id, channel from publications
      where state = 'scheduled' and due_at <= ${new Date(horizon)} and channel = 'native' ${here}
      order by due_at limit ${limit} for update skip locked
    )
    update publications p set state = 'claimed', lease_owner = ${owner}, fence = p.fence + 1,
      lease_until = greatest(p.due_at, ${new Date(now)}::timestamptz) + ${`${leaseMs} milliseconds`}::interval
    from due
    where p.workspace_id = due.workspace_id and p.post_id = due.post_id and p.channel = due.channel
    returning ${returning}`.execute(db)
  return rows
}

/**
 * Takes over claims whose holder has let its lease run out: it died, or it hangs and is fenced off. A server that knows
 * itself alone on its database need not wait for leases (`alone`): whoever held them is gone.
 */
export async function claimExpired(
  db: Db,
  { owner, now, limit, leaseMs }: ClaimOptions,
  alone = false,
): Promise<Claim[]> {
  const ended = alone ? sql`lease_owner <> ${owner}` : sql`lease_until <= ${new Date(now)}`
  const { rows } = await sql<Claim>`
    with expired as materialized (
      select workspace_id, post_id, channel from publications
      where state = 'claimed' and ${ended}
      order by lease_until limit ${limit} for update skip locked
    )
    update publications p set lease_owner = ${owner}, fence = p.fence + 1,
      lease_until = greatest(p.due_at, ${new Date(now)}::timestamptz) + ${`${leaseMs} milliseconds`}::interval
    from expired
    where p.workspace_id = expired.workspace_id and p.post_id = expired.post_id and p.channel = expired.channel
    returning ${returning}`.execute(db)
  return rows
}

/** Gives claims back, so that another process need not wait for the lease to end. Returns what was given back. */
export async function releaseClaims(db: Db, owner: string): Promise<{ workspaceId: string; dueAt: number }[]> {
  const { rows } = await sql<{ workspaceId: string; dueAt: number }>`
    update publications set state = 'scheduled', lease_until = null, lease_owner = null
    where state = 'claimed' and lease_owner = ${owner}
    returning workspace_id as "workspaceId", (extract(epoch from due_at) * 1000)::float8 as "dueAt"`.execute(db)
  return rows
}

/** When something is due, in each workspace. */
export async function findScheduled(db: Db): Promise<{ workspaceId: string; dueAt: number }[]> {
  const { rows } = await sql<{ workspaceId: string; dueAt: number }>`
    select distinct workspace_id as "workspaceId", (extract(epoch from due_at) * 1000)::float8 as "dueAt"
    from publications where state = 'scheduled'`.execute(db)
  return rows
}

/** Workspaces with a post that has waited for its pictures past the grace and whose late rule must now speak. */
export async function findOverdueWaiting(db: Db, before: number): Promise<string[]> {
  const { rows } = await sql<{ workspace_id: string }>`
    select distinct workspace_id from publications
    where state = 'waiting' and due_at < ${new Date(before)} and mode = 'schedule' and late <> 'publish'`.execute(db)
  return rows.map((row) => row.workspace_id)
}

/** What went wrong lies with the post, not with the database: it is tried again after `retryAt`, by whoever is there. */
export async function postponeClaim(db: Db, claim: Claim, attempts: number, retryAt: number): Promise<void> {
  await sql`
    update publications set attempts = ${attempts}, lease_until = ${new Date(retryAt)}
    where workspace_id = ${claim.workspaceId} and post_id = ${claim.postId} and channel = 'native'
      and state = 'claimed' and fence = ${claim.fence}`.execute(db)
}
