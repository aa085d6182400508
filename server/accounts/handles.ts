import { type Kysely, sql } from 'kysely'
import {
  canonicalHandle,
  handleProblem,
  handleSkeleton,
  maxHandleLength,
  suggestHandle,
} from '../../shared/domain/handle.ts'
import { fail, GroverError } from '../../shared/errors.ts'
import type { BaseTables } from '../database/tables.ts'
import type { AccountsTables } from './tables.ts'

export type AccountsDatabase = BaseTables & AccountsTables
export type AccountsDb = Kysely<AccountsDatabase>

/** Refuses what cannot be a handle at all. Errors: handle_invalid, handle_reserved, handle_lookalike. */
export function checkedHandle(input: string): string {
  const problem = handleProblem(input)
  if (problem) throw new GroverError(problem.code, problem.message)
  return canonicalHandle(input)
}

const taken = (handle: string): never => fail('handle_taken', `“${handle}”, or one that looks like it, is taken.`)

/** Whether a workspace (or a newcomer: null) could have this handle now. */
export async function isHandleFree(
  db: AccountsDb,
  handle: string,
  workspaceId: string | null,
  now: Date,
): Promise<boolean> {
  const claim = await db
    .selectFrom('handle_claims')
    .select(['workspace_id', 'held_until'])
    .where('skeleton', '=', handleSkeleton(handle))
    .executeTakeFirst()
  if (!claim) return true
  if (claim.workspace_id === null) return claim.held_until !== null && claim.held_until < now
  return claim.workspace_id === workspaceId
}

/**
 * Makes a handle the workspace's current one; the ones before keep redirecting and stay its own. Run inside a transaction.
 * Errors: handle_taken.
 */
export async function claimHandle(
  tx: AccountsDb,
  { handle, workspaceId, open, now }: { handle: string; workspaceId: string; open: boolean; now: Date },
): Promise<void> {
  const { rows } = await sql`
    insert into handle_claims as c (skeleton, workspace_id) values (${handleSkeleton(handle)}, ${workspaceId})
    on conflict (skeleton) do update set workspace_id = excluded.workspace_id, held_until = null
      where c.workspace_id = excluded.workspace_id or (c.workspace_id is null and c.held_until < ${now})
    returning skeleton`.execute(tx)
  if (rows.length === 0) taken(handle)
  await tx
    .updateTable('handles')
    .set({ current: false })
    .where('workspace_id', '=', workspaceId)
    .where('current', '=', true)
    .execute()
  await tx
    .insertInto('handles')
    .values({ handle, workspace_id: workspaceId, current: true, open, created_at: now })
    .onConflict((conflict) => conflict.column('handle').doUpdateSet({ current: true, open }))
    .execute()
  await tx.updateTable('workspaces').set({ handle }).where('id', '=', workspaceId).execute()
}

/** Keeps a handle from others for a while without giving it to anybody. */
export async function holdHandle(db: AccountsDb, handle: string, until: Date): Promise<void> {
  await db
    .insertInto('handle_claims')
    .values({ skeleton: handleSkeleton(handle), workspace_id: null, held_until: until })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** A free handle near a person's name. */
export async function freeHandle(db: AccountsDb, name: string, now: Date, random: () => number): Promise<string> {
  const base = suggestHandle(name)
  for (let attempt = 0; attempt < 20; attempt++) {
    // Digits that no letter resembles, so that one person's second choice is not another's look-alike.
    const digits = '34679'
    const suffix = Array.from({ length: attempt < 5 ? 2 : 6 }, () => digits[Math.floor(random() * digits.length)]).join(
      '',
    )
    const handle = attempt === 0 ? base : `${base.slice(0, maxHandleLength - 8)}-${suffix}`.replace(/-+/g, '-')
    if (handleProblem(handle) === null && (await isHandleFree(db, handle, null, now))) return handle
  }
  throw new Error(`No free handle was found near ${base}.`)
}

/** Changes a workspace's handle, under the workspace's lock. Errors: handle_taken, not_found. */
export async function changeHandle(
  tx: AccountsDb,
  { handle, workspaceId, now }: { handle: string; workspaceId: string; now: Date },
): Promise<void> {
  const workspace = await tx.selectFrom('workspaces').select('handle').where('id', '=', workspaceId).executeTakeFirst()
  if (!workspace) return fail('not_found', 'This workspace is gone.')
  if (workspace.handle === handle) return
  const before = await tx.selectFrom('handles').select('open').where('handle', '=', workspace.handle).executeTakeFirst()
  await claimHandle(tx, { handle, workspaceId, open: before?.open ?? true, now })
}
