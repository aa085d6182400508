import { type Kysely, sql } from 'kysely'
import { fail } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'

/** How far a device has come: `lwt` is the workspace's sequence, `id` the epoch of the database that drew it. */
export type Checkpoint = { id: string; lwt: number }

/** The most documents one pull may ask for. */
const maxPullLimit = 5000

export function readLimit(text: string | undefined): number {
  const limit = text === undefined ? 100 : Number(text)
  // A smaller page than asked for would look to the device like the end, and the rest would never be fetched.
  if (!/^\d{1,9}$/.test(text ?? '100') || limit < 1 || limit > maxPullLimit)
    fail('limit_out_of_range', `The limit must be a whole number from 1 to ${maxPullLimit}.`)
  return limit
}

export function readCheckpoint(query: { lwt?: string; id?: string }): Checkpoint {
  const { lwt = '0', id = '' } = query
  const value = Number(lwt)
  if (!/^\d{1,16}$/.test(lwt) || !Number.isSafeInteger(value) || id.length > 100)
    fail('checkpoint_invalid', 'The checkpoint must be one that this server gave out, or lwt=0 and no id.')
  return { id, lwt: value }
}

/** The workspace's newest sequence and its epoch. Errors: `not_found`. */
export async function readHead(db: Kysely<Database>, workspaceId: string): Promise<{ seq: number; epoch: string }> {
  const { rows } = await sql<{ seq: number; epoch: string }>`
    select seq, epoch from workspaces where id = ${workspaceId}`.execute(db)
  return rows[0] ?? fail('not_found', 'This workspace does not exist any more.')
}

/**
 * Where to go on after `checkpoint`. A device that knows another epoch, or a sequence never drawn, has seen a database
 * that is no more (restored from a backup): it starts over.
 */
export const resumeAt = (checkpoint: Checkpoint, head: { seq: number; epoch: string }): number =>
  checkpoint.id === head.epoch && checkpoint.lwt <= head.seq ? checkpoint.lwt : 0
