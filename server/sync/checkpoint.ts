import { type Kysely, sql } from 'kysely'
import { fail } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'

/** How far a device has come: `lwt` is the workspace's sequence, `id` the epoch of the database that drew it, and more. */
export type Checkpoint = { id: string; lwt: number }

/** What an id says: `<epoch>`, `<epoch>~from-<floor>`, `<epoch>~left-<seq>` or `<epoch>~none`. */
type Known = Checkpoint & {
  epoch: string
  /** The floor that lay above the device when it began: what was purged up to there it has never had. */
  from: number
  /** The collection has left the device's view, which had come to this sequence; null while it is in view. */
  left: number | null
  /** It has left, and the device has been told of all it had. */
  isGone: boolean
}

/** The workspace's newest sequence, its epoch, and up to where a collection's tombstones are purged. */
export type Head = { seq: number; epoch: string; floor: number }

export type Reading =
  | { kind: 'nothing' }
  | { kind: 'changes'; after: number; from: number }
  /** Everything the device may have, as tombstones: documents made up to `upTo`, which were changed after `after`. */
  | { kind: 'leaving'; after: number; upTo: number }

/** The most documents one pull may ask for. */
const maxPullLimit = 5000

export function readLimit(text: string | undefined): number {
  const limit = text === undefined ? 100 : Number(text)
  // A smaller page than asked for would look to the device like the end, and the rest would never be fetched.
  if (!/^\d{1,9}$/.test(text ?? '100') || limit < 1 || limit > maxPullLimit)
    fail('limit_out_of_range', `The limit must be a whole number from 1 to ${maxPullLimit}.`)
  return limit
}

export function readCheckpoint(query: { lwt?: string; id?: string }): Known {
  const { lwt = '0', id = '' } = query
  const value = Number(lwt)
  if (!/^\d{1,16}$/.test(lwt) || !Number.isSafeInteger(value) || id.length > 100)
    fail('checkpoint_invalid', 'The checkpoint must be one that this server gave out, or lwt=0 and no id.')
  const [epoch = '', mark = ''] = id.split('~')
  const [, what, number] = /^(from|left)-(\d{1,15})$/.exec(mark) ?? []
  return {
    id,
    lwt: value,
    epoch,
    from: what === 'from' ? Number(number) : 0,
    left: what === 'left' ? Number(number) : null,
    isGone: mark === 'none',
  }
}

/** Errors: `not_found`. */
export async function readHead(db: Kysely<Database>, workspaceId: string, collection: string): Promise<Head> {
  const { rows } = await sql<Head>`
    select w.seq, w.epoch, coalesce(f.seq, 0) as floor from workspaces w
    left join tombstone_floors f on f.workspace_id = w.id and f.collection = ${collection}
    where w.id = ${workspaceId}`.execute(db)
  return rows[0] ?? fail('not_found', 'This workspace does not exist any more.')
}

/**
 * What to read for a device. One that knows another epoch, or a sequence never drawn, has seen a database that is no
 * more (restored from a backup): it starts over, and what it has may well be newer. Errors: `checkpoint_expired` for one
 * that nobody can tell any more what to take for deleted: it was away for longer than tombstones are kept, or lost sight
 * of the collection in a database that is no more.
 */
export function readingFor(known: Known, head: Head, isSeen: boolean): Reading {
  const wasSeen = known.left === null && !known.isGone
  const isOurs = known.epoch === head.epoch && known.lwt <= head.seq
  const isExpired = isOurs ? head.floor > Math.max(known.lwt, known.from) : !isSeen
  if (wasSeen && known.lwt > 0 && isExpired)
    fail(
      'checkpoint_expired',
      'This device cannot be told any more what was deleted: start over, and take what the server does not list for deleted.',
    )
  if (isSeen) {
    if (isOurs && wasSeen) return { kind: 'changes', after: known.lwt, from: known.from }
    return { kind: 'changes', after: 0, from: head.floor }
  }
  if (!isOurs || known.isGone) return { kind: 'nothing' }
  if (known.left !== null) return { kind: 'leaving', after: known.lwt, upTo: known.left }
  return { kind: 'leaving', after: 0, upTo: known.lwt }
}

/** The checkpoint after a page that ended with `last`; `isEnd`: there was no more. */
export function checkpointAfter(reading: Reading, head: Head, last: number, isEnd: boolean): Checkpoint {
  switch (reading.kind) {
    case 'changes':
      return { id: last < reading.from ? `${head.epoch}~from-${reading.from}` : head.epoch, lwt: last }
    case 'leaving':
      return { id: `${head.epoch}~${isEnd ? 'none' : `left-${reading.upTo}`}`, lwt: last }
    case 'nothing':
      throw new Error('There is no checkpoint after nothing.')
  }
}
