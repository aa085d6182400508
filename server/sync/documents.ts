import { type Kysely, type RawBuilder, sql, type Transaction } from 'kysely'
import { blankDocument } from '../../shared/collections/blank.ts'
import type { Collection } from '../../shared/collections/collection.ts'
import { upgrade } from '../../shared/collections/upgrade.ts'
import { fail } from '../../shared/errors.ts'
import type { Database } from '../database/database.ts'
import type { Doc } from './check.ts'
import type { Head } from './checkpoint.ts'

export type Tx = Transaction<Database>

export type Stored = { id: string; deleted: boolean; doc: Doc }
/** A document to write. `json` is its JSON text; `isNew`: nothing is stored of it, as far as the caller has the lock. */
export type NewRow = { id: string; deleted: boolean; json: string; seq: number; isNew?: boolean }

/**
 * Takes the workspace's lock until the end of the transaction and draws `count` sequence numbers. It must be the first
 * thing a transaction does: whoever holds it commits before the next one draws, so commit order is sequence order and
 * no pull can pass over a row that is not visible yet. Resolves with the first number; null when there is no such
 * workspace.
 */
export async function drawSequence(tx: Tx, workspaceId: string, count: number): Promise<number | null> {
  const { rows } = await sql<{ seq: number }>`
    /* sync-draw */ update workspaces set seq = seq + ${count} where id = ${workspaceId} returning seq`.execute(tx)
  return rows[0] ? rows[0].seq - count + 1 : null
}

/** The stored documents by id, as of today's schema. */
export async function findDocuments(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  ids: readonly string[],
): Promise<Map<string, Stored>> {
  const { rows } = await sql<Stored & { version: number }>`
    select id, deleted, doc, schema_version as version from documents
    where workspace_id = ${workspaceId} and collection = ${collection.name} and id = any(${ids})`.execute(db)
  return new Map(
    rows.map(({ id, deleted, doc, version }) => [id, { id, deleted, doc: upgrade<Doc>(collection, doc, version) }]),
  )
}

/** Writes all rows; ids must differ. Rows that change nothing keep their sequence. Returns the changed ids. */
export async function upsertDocuments(
  tx: Tx,
  at: { workspaceId: string; collection: string; version: number; now: Date },
  rows: readonly NewRow[],
): Promise<string[]> {
  const known = rows.filter((row) => !row.isNew)
  const fresh = rows.filter((row) => row.isNew)
  const written: string[] = []
  if (fresh.length > 0) {
    await sql`/* sync-insert */ ${insertOf(at, fresh)}`.execute(tx)
    written.push(...fresh.map((row) => row.id))
  }
  if (known.length > 0) {
    const result = await sql<{ id: string }>`
      /* sync-upsert */ ${insertOf(at, known)}
      on conflict (workspace_id, collection, id) do update
        set seq = excluded.seq, deleted = excluded.deleted, doc = excluded.doc,
            schema_version = excluded.schema_version, updated_at = excluded.updated_at
        where documents.doc is distinct from excluded.doc or documents.deleted <> excluded.deleted
      returning id`.execute(tx)
    written.push(...result.rows.map((row) => row.id))
  }
  return written
}

function insertOf(
  at: { workspaceId: string; collection: string; version: number; now: Date },
  rows: readonly NewRow[],
) {
  // One parameter for the whole batch: an array literal would escape every quote of every document once more. As jsonb:
  // of a recordset of plain json each document would be parsed a second time.
  const batch = `[${rows.map((r) => `{"i":${JSON.stringify(r.id)},"s":${r.seq},"x":${r.deleted},"d":${r.json}}`).join(',')}]`
  return sql`
    insert into documents (workspace_id, collection, id, seq, created_seq, deleted, doc, schema_version, updated_at)
    select ${at.workspaceId}, ${at.collection}, r.i, r.s, r.s, r.x, r.d, ${at.version}, ${at.now}
    from jsonb_to_recordset(${batch}::jsonb) as r(i text, s bigint, x boolean, d jsonb)`
}

/** Any page of at most this many documents is sent; see `maxDocumentBytes`. */
const sureLimit = 32
const maxPageBytes = 64_000_000
const step = 100

/** Changes in a row, as the JSON texts devices get with commas between them. */
export type Page = { json: string; count: number; last: number }

/** The changes of one step, put together by the database; not `isCurrent` where some are to be upgraded first. */
type Step = Page & { isCurrent: boolean }

/**
 * One step of changes in `documents`, as a subquery with one row: nothing of it is looked at here, document by document.
 * `right` leaves the first character out without a look at the others, which `left` would have for the last.
 */
const stepOf = (
  { name, version }: Collection,
  workspaceId: RawBuilder<unknown>,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
) => sql`
  select count(*)::int as count, coalesce(max(seq), ${after}::bigint) as last,
    coalesce(bool_and(schema_version = ${version}), true) as "isCurrent",
    coalesce(string_agg(case when deleted then '{"_deleted":true,' else '{"_deleted":false,' end || right(doc, -1), ','
      order by seq), '') as json
  from (
    select seq, deleted, doc::text as doc, schema_version from documents
    where workspace_id = ${workspaceId} and collection = ${name} and seq > ${after} and seq <= ${upTo}
    order by seq limit ${limit}
  ) page`

/** The head of a workspace and the first step after a sequence, of one moment and in one round trip. Errors: `not_found`. */
export async function readHeadAndStep(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  after: number,
  limit: number,
): Promise<{ head: Head; first: Step }> {
  const wanted = { after, upTo: Number.MAX_SAFE_INTEGER, limit: Math.min(step, limit) }
  const { rows } = await sql<Step & { head: number; epoch: string; floor: number }>`
    select w.seq as head, w.epoch, coalesce(f.seq, 0) as floor, step.*
    from workspaces w
    left join tombstone_floors f on f.workspace_id = w.id and f.collection = ${collection.name}
    cross join lateral (${stepOf(collection, sql`w.id`, wanted)}) step
    where w.id = ${workspaceId}`.execute(db)
  const { head: seq, epoch, floor, ...first } = rows[0] ?? fail('not_found', 'This workspace does not exist any more.')
  return { head: { seq, epoch, floor }, first }
}

/**
 * The changes after one sequence up to another, oldest first, at most `limit`. Read in steps, of which the caller may
 * have the `first`, so that a page too heavy to hold is noticed before it is held; within the bounds no document comes
 * twice, as one that changes meanwhile leaves them. Errors: `limit_out_of_range` for a page that is too heavy, as a
 * shorter one would look like the end.
 */
export async function pageAfter(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  { after, upTo }: { after: number; upTo: number },
  limit: number,
  first?: Step,
): Promise<Page> {
  const parts: string[] = []
  let count = 0
  let last = after
  let bytes = 0
  for (let next = first; ; next = undefined) {
    const wanted = { after: last, upTo, limit: Math.min(step, limit - count) }
    const read = next ?? (await sql<Step>`${stepOf(collection, sql`${workspaceId}`, wanted)}`.execute(db)).rows[0]!
    const part = read.isCurrent ? read : await upgradedStep(db, workspaceId, collection, wanted)
    if (part.count > 0) parts.push(part.json)
    count += part.count
    last = part.last
    bytes += Buffer.byteLength(part.json)
    if (bytes > maxPageBytes && limit > sureLimit)
      fail('limit_out_of_range', `These ${limit} documents are too large for one answer: ask for at most ${sureLimit}.`)
    if (part.count < wanted.limit || count === limit) return { json: parts.join(','), count, last }
  }
}

async function upgradedStep(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  { after, upTo, limit }: { after: number; upTo: number; limit: number },
): Promise<Page> {
  const { documents, last } = await changesAfter(db, workspaceId, collection, after, limit, upTo)
  return { json: documents.join(','), count: documents.length, last }
}

/** A page of changes after `seq`, oldest first, each as the JSON text devices get. */
export async function changesAfter(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  seq: number,
  limit: number,
  upTo = Number.MAX_SAFE_INTEGER,
): Promise<{ documents: string[]; last: number }> {
  // As text: where nothing looks inside, neither parsing nor writing JSON again is needed.
  const { rows } = await sql<{ seq: number; deleted: boolean; doc: string; version: number }>`
    select seq, deleted, doc::text as doc, schema_version as version from documents
    where workspace_id = ${workspaceId} and collection = ${collection.name} and seq > ${seq} and seq <= ${upTo}
    order by seq limit ${limit}`.execute(db)
  const json = ({ doc, version }: { doc: string; version: number }) =>
    version === collection.version ? doc : JSON.stringify(upgrade(collection, JSON.parse(doc) as object, version))
  return { documents: rows.map((row) => withDeleted(json(row), row.deleted)), last: rows.at(-1)?.seq ?? seq }
}

/** Tombstones without content, for a device whose role does not see the collection any more. */
export async function leavingAfter(
  db: Kysely<Database>,
  workspaceId: string,
  collection: Collection,
  { after, upTo }: { after: number; upTo: number },
  limit: number,
): Promise<Page> {
  const { rows } = await sql<{ id: string; seq: number }>`
    select id, seq from documents
    where workspace_id = ${workspaceId} and collection = ${collection.name} and seq > ${after} and created_seq <= ${upTo}
    order by seq limit ${limit}`.execute(db)
  const documents = rows.map(({ id }) => withDeleted(JSON.stringify(blankDocument(collection, id)), true))
  return { json: documents.join(','), count: documents.length, last: rows.at(-1)?.seq ?? after }
}

/** A document is never an empty object: it has an id. */
export const withDeleted = (json: string, deleted: boolean): string => `${json.slice(0, -1)},"_deleted":${deleted}}`
